//! Puts the lines of a dictionary file in order.

use crate::lexicon::format::{MARK, without_mark};
use crate::text::unit::fold;

/// `text` with its header first and its entries sorted, without lines that are there twice, empty lines, and spaces
/// that say nothing; every line ends in a line feed alone.
///
/// ```
/// use despin::lexicon::tidy::tidy;
/// assert_eq!(tidy("b\tc \tphrase\n\na\tb\tphrase\n# title: x"), "# title: x\na\tb\tphrase\nb\tc\tphrase\n");
/// ```
pub fn tidy(text: &str) -> String {
    let lines = without_mark(text).lines().filter(|line| !line.trim().is_empty()).map(tidy_line);
    let lines = lines.filter(|line| !line.trim().is_empty());
    let (header, mut entries): (Vec<String>, Vec<String>) = lines.partition(|line| line.starts_with('#'));
    entries.sort_by_cached_key(|line| (key(line), line.clone()));
    entries.dedup();
    header.into_iter().chain(entries).flat_map(|line| [line, "\n".to_string()]).collect()
}

/// `line` with single spaces between words, and none around columns.
pub(super) fn tidy_line(line: &str) -> String {
    let words = |column: &str| column.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let tidied = line.split('\t').map(words).collect::<Vec<_>>().join("\t");
    // Signs that are lost where the line is first, or gets a line feed.
    let tidied = tidied.trim_start_matches([' ', MARK]).trim_end_matches([' ', '\r']);
    // Without its space an entry of `#1` would be a header line.
    if tidied.starts_with('#') && !line.starts_with('#') { [" ", tidied].concat() } else { tidied.to_string() }
}

/// What an entry's line is sorted by.
pub(super) type Key = (String, [String; 3]);

/// Where an entry's line belongs: spun as it is looked up, then spun, original and class as they stand.
pub(super) fn key(line: &str) -> Key {
    let mut columns = line.split('\t').map(|column| column.trim().to_string());
    let columns = [(); 3].map(|()| columns.next().unwrap_or_default());
    (fold(&columns[0]), columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_by_what_is_looked_up() {
        assert_eq!(
            tidy(
                "# title: x\nb\tc\tphrase\nB\tc\tphrase\n\na c\td\tphrase\na\tc\tphrase\na\tc\tphrase\na\tb\tphrase\n"
            ),
            "# title: x\na\tb\tphrase\na\tc\tphrase\na c\td\tphrase\nB\tc\tphrase\nb\tc\tphrase\n"
        );
    }

    #[test]
    fn leaves_no_space_mark_or_carriage_return() {
        assert_eq!(
            tidy("\u{feff}#  title:  x\r\n  \r\n a  b \tc\tphrase\t\r\na b\tc\tphrase\t"),
            "# title: x\na b\tc\tphrase\t\n"
        );
        assert_eq!(tidy(""), "");
        assert_eq!(tidy("a\tb\tphrase\r"), "a\tb\tphrase\n");
        assert_eq!(tidy("b\tc\tphrase\n\u{feff}\u{b}\n \u{feff} a\tb\tphrase\n"), "a\tb\tphrase\nb\tc\tphrase\n");
    }

    #[test]
    fn an_entry_stays_an_entry() {
        assert_eq!(tidy("a\tb\tphrase\n  #1\tnumber one\tphrase\n"), " #1\tnumber one\tphrase\na\tb\tphrase\n");
    }
}
