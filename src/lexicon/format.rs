//! Reads and writes dictionary files.
//!
//! A dictionary is UTF-8 text. Lines that begin with `#` say what it is (`# title: …`, `# family: …`, `# licence: …`);
//! every other line is one entry in six columns parted by tabs: spun, original, class, weight, evidence, note. The last
//! three may be missing from the right. `<none>` as original stands for words that the spinner inserted. Where a header line
//! `# columns: …` names more than these six, further columns may follow; they are not looked at here (`mine/evidence.rs`).

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::entry::{Class, Entry};

/// What stands in the original's column where the spinner inserted words.
pub const NONE: &str = "<none>";

/// The byte order mark, which is no part of a wording.
pub(super) const MARK: char = '\u{feff}';

/// Weight of an entry that gives none.
///
/// Source: between the mean weights of inferred and of known entries in dictionaries/en/autoblog.tsv.
pub const DEFAULT_WEIGHT: f32 = 0.2;

/// The columns of an entry.
pub const COLUMNS: usize = 6;

/// A dictionary file as read.
///
/// ```
/// use despin::lexicon::format::{line, parse};
/// let file = parse("mine.tsv", "# family: mine\nbosom malignancy\tbreast cancer\tphrase\t0.6\tobserved\n")?;
/// assert_eq!((file.family.as_str(), file.entries[0].original.as_str()), ("mine", "breast cancer"));
/// assert!(line(&file.entries[0]).starts_with("bosom malignancy\tbreast cancer\tphrase\t0.6"));
/// // What is wrong with a line is told with its place and its mend.
/// assert!(parse("mine.tsv", "struggle\n").unwrap_err().to_string().starts_with("mine.tsv:1: "));
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DictionaryFile {
    /// Name for messages and causes, as given by who read it.
    pub name: String,
    /// `family` of its header, or else its name without folders and ending.
    pub family: String,
    /// `title` of its header.
    pub title: String,
    /// All that its header lines say, as keys and values, in order.
    pub header: Vec<(String, String)>,
    /// The entries, in order.
    pub entries: Vec<Entry>,
}

impl DictionaryFile {
    /// What the header line `key` says, where there is one and it says something.
    pub fn says(&self, key: &str) -> Option<&str> {
        self.header.iter().find(|(k, value)| k == key && !value.is_empty()).map(|(_, value)| value.as_str())
    }
}

/// What is wrong with a line, and its mend.
pub(super) type Fault = (String, String);

/// Reads the dictionary `text`; `name` is its path, for messages.
///
/// # Errors
///
/// The first line that is no entry, with its number, what is wrong, and what to write.
pub fn parse(name: &str, text: &str) -> Result<DictionaryFile> {
    parse_each(name, text, |number, (fault, mend)| {
        Err(Error::new(ErrorKind::Dictionary, format!("{name}:{number}"), fault, mend))
    })
}

/// As [`parse`], without the lines that are no entries.
pub fn parse_good(name: &str, text: &str) -> DictionaryFile {
    let Ok(file) = parse_each::<std::convert::Infallible>(name, text, |_, _| Ok(()));
    file
}

/// As [`parse`], but lines that are no entries are left out, and `on_fault` hears of each.
///
/// # Errors
///
/// Those of `on_fault`, which end the reading.
pub(super) fn parse_each<E>(
    name: &str,
    text: &str,
    mut on_fault: impl FnMut(u32, Fault) -> std::result::Result<(), E>,
) -> std::result::Result<DictionaryFile, E> {
    let stem = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let mut file = DictionaryFile {
        name: name.to_string(),
        family: stem.strip_suffix(".tsv").unwrap_or(stem).to_string(),
        ..DictionaryFile::default()
    };
    let mut most = COLUMNS;
    for (number, line) in (1..).zip(without_mark(text).lines()) {
        if let Some(header) = line.strip_prefix('#') {
            if let Some((key, value)) = header.split_once(':').map(|(key, value)| (key.trim(), value.trim())) {
                match key {
                    "family" => file.family = value.to_string(),
                    "title" => file.title = value.to_string(),
                    "columns" => most = most.max(value.split_whitespace().count()),
                    _ => {}
                }
                file.header.push((key.to_string(), value.to_string()));
            }
        } else if !line.trim().is_empty() {
            match parse_columns(line, number, most) {
                Ok(entry) => file.entries.push(entry.into_owned()),
                Err(fault) => on_fault(number, fault)?,
            }
        }
    }
    Ok(file)
}

/// `text` without the byte order mark that it may begin with.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix(MARK).unwrap_or(text)
}

/// The entry that `line` is, which stands at `number` and has at most [`COLUMNS`].
pub(super) fn parse_line(line: &str, number: u32) -> std::result::Result<Entry<&str>, Fault> {
    parse_columns(line, number, COLUMNS)
}

/// As [`parse_line`], with at most `most` columns, of which those past the entry's own are passed over.
fn parse_columns(line: &str, number: u32, most: usize) -> std::result::Result<Entry<&str>, Fault> {
    let fault = |fault: &str, mend: &str| Err((fault.to_string(), mend.to_string()));
    let mut fields = [""; COLUMNS];
    let mut n_fields = 0;
    for field in line.split('\t') {
        if let Some(place) = fields.get_mut(n_fields) {
            // A mark is trimmed like a space, since it would be lost where tidying puts the line first.
            *place = field.trim_matches(|c: char| c.is_whitespace() || c == MARK);
        }
        n_fields += 1;
    }
    if n_fields > most {
        return match most {
            COLUMNS => {
                fault("more than six columns", "part spun, original, class, weight, evidence and note by one tab each")
            }
            _ => fault("more columns than the header names", "take out a tab, or name the columns in `# columns:`"),
        };
    }
    if n_fields < 3 {
        return fault("fewer than three columns", "write spun, original and class with a tab between them");
    }
    let [spun, original, class, weight, evidence, note] = fields;
    if spun.is_empty() {
        return fault("spun is empty", "write what the spinner wrote before the first tab");
    }
    if original.is_empty() {
        return fault("original is empty", "write one after the first tab, or <none> where the spinner inserted words");
    }
    if spun == original {
        return fault("spun and original are the same", "take the line out");
    }
    let Some(class) = Class::from_name(class) else {
        return Err((
            format!("no class {class:?}"),
            "write noun, verb, adj, adv, phrase or name in the third column".into(),
        ));
    };
    let weight = match weight {
        "" => DEFAULT_WEIGHT,
        text => match text.parse::<f32>() {
            Ok(weight) if (0.0..=1.0).contains(&weight) => weight,
            _ => {
                return Err((
                    format!("weight {text:?} is no probability"),
                    "write a number from 0 to 1 in the fourth column".into(),
                ));
            }
        },
    };
    let original = if original == NONE { "" } else { original };
    Ok(Entry { spun, original, class, weight, evidence, note, line: number })
}

/// What `original` is called in a file: itself, or [`NONE`] where the spinner inserted words.
pub fn written(original: &str) -> &str {
    if original.is_empty() { NONE } else { original }
}

/// The line of `entry`, without its line end.
pub fn line(entry: &Entry) -> String {
    let original = written(&entry.original);
    let mut line = format!(
        "{}\t{}\t{}\t{}\t{}\t{}",
        entry.spun,
        original,
        entry.class.name(),
        entry.weight,
        entry.evidence,
        entry.note
    );
    line.truncate(line.trim_end_matches('\t').len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let error = parse("ai.tsv", &format!("# family: x\n{line}\n")).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn names_line_fault_and_mend() {
        check(
            "a\t\tnoun",
            "ai.tsv:2: original is empty; write one after the first tab, or <none> where the spinner inserted words",
        );
        check("a", "ai.tsv:2: fewer than three columns; write spun, original and class with a tab between them");
        check(
            "a\tb\tnown",
            "ai.tsv:2: no class \"nown\"; write noun, verb, adj, adv, phrase or name in the third column",
        );
        check(
            "a\tb\tnoun\t2",
            "ai.tsv:2: weight \"2\" is no probability; write a number from 0 to 1 in the fourth column",
        );
        check("a\ta\tnoun", "ai.tsv:2: spun and original are the same; take the line out");
    }

    #[test]
    fn a_header_may_name_more_columns() {
        let text = "# columns: spun original class weight evidence note state\na\tb\tnoun\t0.2\tmined\t\tadd\n";
        assert_eq!(parse("m.tsv", text).unwrap().entries[0].evidence, "mined");
        let error = parse("m.tsv", &format!("{text}a\tc\tnoun\t\t\t\t\t\n")).unwrap_err().to_string();
        let expected =
            "m.tsv:3: more columns than the header names; take out a tab, or name the columns in `# columns:`";
        assert_eq!(error, expected);
    }

    #[test]
    fn lines_come_back_as_they_were() {
        for text in ["combat\tfight\tverb\t0.5\tobserved", "gross\t<none>\tphrase\t0.1\tknown\tbefore sales"] {
            let file = parse("x/autoblog.tsv", text).unwrap();
            assert_eq!(line(&file.entries[0]), text);
            assert_eq!(file.family, "autoblog");
        }
    }
}
