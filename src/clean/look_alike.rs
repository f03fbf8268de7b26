//! Turns Cyrillic and Greek letters inside Latin words into the Latin letters that they look like: `Тhe` with a Cyrillic `Т`.
//!
//! Only within one word that has letters of both, in which each foreign letter has a Latin double and the Latin ones are no
//! fewer, and only in a line of Latin text. `КиноMax`, `Яndex` and a Russian line with one word of both scripts stay.

use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "look-alike";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.chars().any(|c| is_foreign(c) && latin(c).is_some()) {
            in_line(text, start, line, &mut edits);
        }
        start += line.len();
    }
    edits
}

fn in_line(text: &str, start: usize, line: &str, edits: &mut Vec<Edit>) {
    let n_latin = line.chars().filter(|&c| is_latin(c)).count();
    let n_foreign = line.chars().filter(|&c| is_foreign(c)).count();
    if n_latin < 2 * n_foreign {
        return;
    }
    let mut at = 0;
    for word in line.split_inclusive(|c: char| !c.is_alphabetic()) {
        let (mut n_latin, mut n_foreign, mut is_double) = (0, 0, true);
        for c in word.chars() {
            n_latin += usize::from(is_latin(c));
            n_foreign += usize::from(is_foreign(c));
            is_double &= !is_foreign(c) || latin(c).is_some();
        }
        if n_foreign > 0 && is_double && n_latin >= n_foreign {
            for (i, c) in word.char_indices() {
                if let Some(latin) = latin(c) {
                    let place = start + at + i;
                    edits.push(edit(text, Span::new(place, place + c.len_utf8()), latin, NAME));
                }
            }
        }
        at += word.len();
    }
}

fn is_latin(c: char) -> bool {
    c.is_alphabetic() && matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') && c != 'µ'
}

fn is_foreign(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{58f}')
}

/// The Latin letter that looks the same in most typefaces.
///
/// Source: the confusables of UTS #39, as far as both letters are in use today and drawn alike.
fn latin(c: char) -> Option<char> {
    const DOUBLES: &[(char, char)] = &[
        ('А', 'A'),
        ('В', 'B'),
        ('Е', 'E'),
        ('З', '3'),
        ('К', 'K'),
        ('М', 'M'),
        ('Н', 'H'),
        ('О', 'O'),
        ('Р', 'P'),
        ('С', 'C'),
        ('Т', 'T'),
        ('У', 'Y'),
        ('Х', 'X'),
        ('Ѕ', 'S'),
        ('І', 'I'),
        ('Ј', 'J'),
        ('Ԍ', 'G'),
        ('Ԛ', 'Q'),
        ('Ԝ', 'W'),
        ('а', 'a'),
        ('е', 'e'),
        ('о', 'o'),
        ('р', 'p'),
        ('с', 'c'),
        ('у', 'y'),
        ('х', 'x'),
        ('ѕ', 's'),
        ('і', 'i'),
        ('ј', 'j'),
        ('ԁ', 'd'),
        ('ԛ', 'q'),
        ('ԝ', 'w'),
        ('һ', 'h'),
        ('ѵ', 'v'),
        ('Α', 'A'),
        ('Β', 'B'),
        ('Ε', 'E'),
        ('Ζ', 'Z'),
        ('Η', 'H'),
        ('Ι', 'I'),
        ('Κ', 'K'),
        ('Μ', 'M'),
        ('Ν', 'N'),
        ('Ο', 'O'),
        ('Ρ', 'P'),
        ('Τ', 'T'),
        ('Υ', 'Y'),
        ('Χ', 'X'),
        ('ο', 'o'),
    ];
    let found = DOUBLES.iter().find(|(foreign, _)| *foreign == c);
    // A digit is no letter of a word.
    found.map(|(_, latin)| *latin).filter(|latin| latin.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn words_of_both_scripts_become_latin() {
        check("Тhe man’s раypal", "The man’s paypal");
        check("Ηello, Αmazon and Microsоft", "Hello, Amazon and Microsoft");
    }

    #[test]
    fn genuine_letters_stay() {
        for text in [
            "Київ beat Динамо",
            "КиноMax and SuperЗвезда",
            "Яndex and ДжаZZ",
            "α-helix of the β kind",
            "Компания Microsоft выпустила",
            "Σ-algebra, kΩ",
            "СССP",
            "а or о alone",
        ] {
            check(text, text);
        }
    }
}
