//! Pairs in columns: CSV and TSV.

use crate::lexicon::exchange::import::{Said, Sink};
use crate::lexicon::exchange::records::{comma_line, records};
use crate::lexicon::exchange::{PROVENANCE, TITLE, Written, provenance};
use crate::lexicon::format::{DictionaryFile, written as none_written};

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// What the spinner writes.
    Spun,
    /// What stood there before.
    Original,
    /// How both inflect.
    Class,
    /// Probability.
    Weight,
    /// Where the pair is known from.
    Evidence,
    /// Whatever was noted.
    Note,
    /// What the pair was taken from.
    Source,
    /// The licence of that.
    Licence,
    /// Something that is not read.
    Other,
}

impl Column {
    const NAMED: [(&'static str, Column); 8] = [
        ("spun", Column::Spun),
        ("original", Column::Original),
        ("class", Column::Class),
        ("weight", Column::Weight),
        ("evidence", Column::Evidence),
        ("note", Column::Note),
        ("source", Column::Source),
        ("licence", Column::Licence),
    ];

    /// The column of that name; [`Column::Other`] where it is none of ours.
    pub fn from_name(name: &str) -> Column {
        let name = name.trim().to_ascii_lowercase();
        Column::NAMED.iter().find(|(known, _)| *known == name).map_or(Column::Other, |(_, column)| *column)
    }

    fn usual() -> Vec<Column> {
        Column::NAMED.iter().map(|(_, column)| *column).collect()
    }
}

/// Reads records whose columns the first record names, or the options, or else are in the order of a dictionary.
pub(super) fn read(text: &str, separator: char, sink: &mut Sink) {
    let mut columns = sink.options.columns.clone();
    let mut is_first = true;
    let raw: Vec<&str> = text.lines().collect();
    for (line, record) in records(text, separator) {
        let fields = match record {
            Ok(fields) => fields,
            Err((fault, mend)) => {
                sink.fault(line, fault, mend);
                continue;
            }
        };
        // A quoted `#` begins no comment, and neither does a space before it.
        let is_plain = raw[line as usize - 1].starts_with('#');
        if fields.iter().all(|field| field.trim().is_empty()) || (is_plain && sink.is_comment(&fields.join(","))) {
            continue;
        }
        let names: Vec<Column> = fields.iter().map(|field| Column::from_name(field)).collect();
        let is_header = names.contains(&Column::Spun) && names.contains(&Column::Original);
        if std::mem::replace(&mut is_first, false) && is_header {
            columns.get_or_insert(names);
            continue;
        }
        let columns = columns.get_or_insert_with(Column::usual);
        record_pair(line, &fields, columns, sink);
    }
}

fn record_pair(line: u32, fields: &[String], columns: &[Column], sink: &mut Sink) {
    let mut said = Said::default();
    for (at, field) in fields.iter().enumerate() {
        let field = field.trim();
        match columns.get(at) {
            Some(Column::Spun) => said.spun = field,
            Some(Column::Original) => said.original = field,
            Some(Column::Class) => said.class = field,
            Some(Column::Weight) => said.weight = field,
            Some(Column::Evidence) => said.evidence = field,
            Some(Column::Note) => said.note = field,
            Some(Column::Source) => said.provenance[0] = field,
            Some(Column::Licence) => said.provenance[1] = field,
            Some(Column::Other) => {}
            None if field.is_empty() => {}
            None => {
                let fault = format!("more than {} columns", columns.len());
                return sink.fault(line, fault, "quote what holds the separator, or name the columns");
            }
        }
    }
    let needed = columns.iter().rposition(|c| matches!(c, Column::Spun | Column::Original)).map_or(2, |at| at + 1);
    if fields.len() < needed {
        let fault = format!("{} of {needed} columns", fields.len());
        return sink.fault(line, fault, "write what the spinner wrote, and what stood there before");
    }
    sink.pair(line, said);
}

/// Writes a line of names, and a line an entry, in the order of a dictionary.
pub(super) fn write(file: &DictionaryFile, separator: char, written: &mut Written) {
    written.lose_header(file, &TITLE);
    let mut line = |columns: [&str; 8]| {
        written.text += &match separator {
            ',' => comma_line(columns),
            _ => {
                let joined = columns.join("\t");
                let space = if joined.starts_with('#') { " " } else { "" };
                format!("{space}{joined}\n")
            }
        };
    };
    line(Column::NAMED.map(|(name, _)| name));
    let of_file = PROVENANCE.map(|key| file.says(key));
    for entry in &file.entries {
        let (note, own) = provenance(&entry.note);
        let [source, licence] = [0, 1].map(|at| own[at].or(of_file[at]).unwrap_or_default());
        let weight = entry.weight.to_string();
        let (original, class) = (none_written(&entry.original), entry.class.name());
        line([&entry.spun, original, class, &weight, &entry.evidence, note, source, licence]);
    }
}
