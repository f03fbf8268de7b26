//! Lists of typos: its settings (`[default.extend-words]`, `wrong = "right"`), and its word list (`wrong,right,right`).
//!
//! Source: typos' reference of its settings, where a word that stands for itself is one to leave alone and an empty text
//! one that is always wrong; and `words.csv`, which has no line of names and any number of rights.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::lexicon::entry::Class;
use crate::lexicon::exchange::import::{Said, Sink};
use crate::lexicon::exchange::records::{comma_line, records};
use crate::lexicon::exchange::{PROVENANCE, Written, by_spun};
use crate::lexicon::format::DictionaryFile;

/// Reads the words of a settings file: those of `default`, and of every `type`.
pub(super) fn read_settings(text: &str, sink: &mut Sink) {
    for line in text.lines().filter(|line| line.starts_with('#')) {
        sink.is_comment(line);
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    let line_at = |at: usize| text.as_bytes()[..at.min(text.len())].iter().filter(|&&b| b == b'\n').count() as u32 + 1;
    // One slip may be told several times; and what stands in a line with one is not believed.
    let mut broken: Vec<u32> = Vec::new();
    for error in errors {
        let line = error.span().map_or(1, |span| line_at(span.start));
        if !broken.contains(&line) {
            broken.push(line);
            sink.fault(line, format!("no TOML: {}", error.message()), "write wrong = \"right\"");
        }
    }
    let mut tables = Vec::new();
    if let Some(default) = table(document.get_ref(), "default") {
        tables.push(default);
    }
    if let Some(types) = table(document.get_ref(), "type") {
        tables.extend(types.values().filter_map(|value| value.get_ref().as_table()));
    }
    let mut pairs = Vec::new();
    for of in tables {
        for (key, value) in table(of, "extend-words").into_iter().flatten() {
            pairs.push((line_at(key.span().start), key.get_ref().as_ref(), value));
        }
        for key in table(of, "extend-identifiers").into_iter().flat_map(DeTable::keys) {
            let line = line_at(key.span().start);
            sink.leave_out(
                line,
                format!("the identifier {:?}", key.get_ref()),
                "identifiers are no wordings of a text",
            );
        }
    }
    pairs.sort_by_key(|(line, ..)| *line);
    for (line, spun, value) in pairs.into_iter().filter(|(line, ..)| !broken.contains(line)) {
        setting(line, spun, value, sink);
    }
}

fn setting(line: u32, spun: &str, value: &Spanned<DeValue>, sink: &mut Sink) {
    match value.get_ref().as_str() {
        None => sink.fault(line, format!("what {spun:?} stands for is no text"), "write it in quotes"),
        Some("") => sink.leave_out(line, format!("that {spun:?} is always wrong"), "write what is right"),
        Some(same) if same == spun => {
            sink.leave_out(
                line,
                format!("that {spun:?} is right"),
                "give it to --protect, or to a list for --reject-list",
            );
        }
        Some(original) => sink.pair(line, Said { spun, original, ..Said::default() }),
    }
}

fn table<'a, 'i>(of: &'a DeTable<'i>, key: &str) -> Option<&'a DeTable<'i>> {
    of.iter().find(|(name, _)| name.get_ref() == key).and_then(|(_, value)| value.get_ref().as_table())
}

/// Reads a word list: a wrong word, and every right one.
pub(super) fn read_words(text: &str, sink: &mut Sink) {
    for (line, record) in records(text, ',') {
        let fields = match record {
            Ok(fields) => fields,
            Err((fault, mend)) => {
                sink.fault(line, fault, mend);
                continue;
            }
        };
        let spun = fields[0].trim();
        let mut originals = fields[1..].iter().map(|field| field.trim()).filter(|field| !field.is_empty()).peekable();
        if fields.len() == 1 && spun.is_empty() {
            continue;
        }
        if fields.len() == 1 {
            sink.fault(line, "one column", "write wrong,right");
        } else if originals.peek().is_none() {
            sink.leave_out(line, format!("that {spun:?} is always wrong"), "write what is right");
        }
        originals.for_each(|original| sink.pair(line, Said { spun, original, ..Said::default() }));
    }
}

/// Writes a settings file, with what the header says of source and licence in comments.
pub(super) fn write_settings(file: &DictionaryFile, written: &mut Written) {
    for key in PROVENANCE {
        if let Some(value) = file.says(key) {
            written.text += &format!("# {key}: {value}\n");
        }
    }
    written.text += "[default.extend-words]\n";
    for (spun, originals) in words(file, written) {
        let [first, rest @ ..] = &originals[..] else { continue };
        for (_, entry) in rest {
            written.leave_out(entry, "typos' settings have one right word for a wrong one");
        }
        let quote = |text: &str| toml::Value::from(text).to_string();
        written.text += &format!("{} = {}\n", quote(&spun), quote(&first.0));
    }
}

/// Writes a word list.
pub(super) fn write_words(file: &DictionaryFile, written: &mut Written) {
    written.lose_header(file, &PROVENANCE);
    for (spun, originals) in words(file, written) {
        let originals: Vec<&str> = originals.iter().map(|(original, _)| original.as_str()).collect();
        if !originals.is_empty() {
            written.text += &comma_line(std::iter::once(spun.as_str()).chain(originals));
        }
    }
}

/// The pairs whose spun side typos can find: one word, whatever its capitals.
fn words<'a>(
    file: &'a DictionaryFile,
    written: &mut Written,
) -> Vec<(String, Vec<(String, &'a crate::lexicon::entry::Entry)>)> {
    if file.entries.iter().any(|entry| !entry.note.is_empty()) {
        written.lost.insert("note");
    }
    let mut groups = by_spun(file, written);
    for (spun, originals) in &mut groups {
        let is_word = spun.chars().all(|c| c.is_alphabetic() || c == '\'');
        originals.retain(|(_, entry)| {
            let why = match () {
                () if !is_word => "typos looks single words up",
                () if entry.class == Class::Name && spun.to_lowercase() != *spun => "typos does not tell capitals",
                () => return true,
            };
            written.leave_out(entry, why);
            false
        });
    }
    groups
}
