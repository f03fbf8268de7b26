//! Lists that other programs keep of wrong and right wordings, read as dictionaries and written from them.
//!
//! Each form has a file of its own, with one function that reads and one that writes. What a form says in a way that no
//! entry can say is left out and told, and so is what an entry says that a form has no place for: nothing is dropped in silence.

mod codespell;
mod fingerprints;
mod import;
mod json;
mod languagetool;
mod pairs;
mod records;
mod spintax;
mod typos;

use std::collections::BTreeSet;

use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::format::{DEFAULT_WEIGHT, DictionaryFile, written as none_written};
use crate::lexicon::inflect::in_step;

pub use import::{Draft, ImportOptions, import};
pub use pairs::Column;

/// A form of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Columns parted by commas, with quotes.
    Csv,
    /// Columns parted by tabs.
    Tsv,
    /// One JSON object, or JSON Lines.
    Json,
    /// `{a|b|c}`, nested too, or `a|b|c` a line.
    Spintax,
    /// `wrong->right, right, reason`.
    Codespell,
    /// A settings file of typos, with `[default.extend-words]`.
    Typos,
    /// `wrong,right,right`, as in the word list of typos.
    TyposCsv,
    /// `wrong|wrong=right|right`, as LanguageTool's replace.txt.
    LanguageTool,
    /// Boolean queries for tortured phrases, each with the phrase that was meant.
    Fingerprints,
}

impl Form {
    /// All of them.
    pub const ALL: [Form; 9] = [
        Form::Csv,
        Form::Tsv,
        Form::Json,
        Form::Spintax,
        Form::Codespell,
        Form::Typos,
        Form::TyposCsv,
        Form::LanguageTool,
        Form::Fingerprints,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Tsv => "tsv",
            Form::Json => "json",
            Form::Spintax => "spintax",
            Form::Codespell => "codespell",
            Form::Typos => "typos",
            Form::TyposCsv => "typos-csv",
            Form::LanguageTool => "languagetool",
            Form::Fingerprints => "fingerprints",
        }
    }

    /// True where a list of this form says class, weight and evidence of each pair.
    fn has_columns(self) -> bool {
        matches!(self, Form::Csv | Form::Tsv | Form::Json)
    }
}

/// Which wordings of a set the others stand for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Heads {
    /// The first is the original, as in an article that was written for spinning.
    #[default]
    First,
    /// Each may stand for each, as in the list that a spinner draws from.
    All,
}

/// A line that was not read or not written as it stands: a fault in it, or something that the other side cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The line it is about, from 1.
    pub line: u32,
    /// What is wrong, or cannot be said.
    pub fault: String,
    /// What to do.
    pub mend: String,
}

impl Remark {
    fn new(line: u32, fault: impl Into<String>, mend: impl Into<String>) -> Self {
        Remark { line, fault: fault.into(), mend: mend.into() }
    }
}

/// A dictionary in another form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The list.
    pub text: String,
    /// Entries that are not in it, by the line of the dictionary.
    pub left_out: Vec<Remark>,
    /// What else the dictionary says and the list cannot: `weight`, `licence`, …
    pub lost: BTreeSet<&'static str>,
}

impl Written {
    fn leave_out(&mut self, entry: &Entry, why: &str) {
        let fault = format!("{:?} of {:?} is left out: {why}", entry.spun, none_written(&entry.original));
        self.left_out.push(Remark::new(entry.line, fault, "keep it in the dictionary"));
    }

    /// Notes which of these header lines the dictionary has, and the list has not.
    fn lose_header(&mut self, file: &DictionaryFile, keys: &[&'static str]) {
        self.lost.extend(keys.iter().filter(|key| file.says(key).is_some()));
    }
}

/// `file` as a list of `form`.
///
/// ```
/// use despin::lexicon::exchange::{Form, Heads, export};
/// use despin::lexicon::format::parse;
/// let file = parse("mine.tsv", "# licence: MIT\nassault\tattack\tphrase\t0.4\n")?;
/// let written = export(&file, Form::Codespell, Heads::First);
/// assert_eq!(written.text, "assault->attack\n");
/// assert!(written.lost.iter().eq(["licence", "weight"].iter()));
/// # Ok::<(), despin::Error>(())
/// ```
pub fn export(file: &DictionaryFile, form: Form, heads: Heads) -> Written {
    let mut written = Written::default();
    match form {
        Form::Csv => pairs::write(file, ',', &mut written),
        Form::Tsv => pairs::write(file, '\t', &mut written),
        Form::Json => json::write(file, &mut written),
        Form::Spintax => spintax::write(file, heads, &mut written),
        Form::Codespell => codespell::write(file, &mut written),
        Form::Typos => typos::write_settings(file, &mut written),
        Form::TyposCsv => typos::write_words(file, &mut written),
        Form::LanguageTool => languagetool::write(file, &mut written),
        Form::Fingerprints => fingerprints::write(file, &mut written),
    }
    written.left_out.sort_by_key(|remark| remark.line);
    written
}

/// The header lines that say where a dictionary comes from.
const PROVENANCE: [&str; 2] = ["source", "licence"];
/// The header lines that say what it is.
const TITLE: [&str; 3] = ["title", "family", "language"];

/// The pairs of `file` as they stand in texts, in order, for a form that has no classes: every inflected form by itself. Each
/// comes with its entry. What such a form cannot say goes to `written`.
///
/// Where words were inserted, the original is empty; only where `can_insert` such pairs are in.
fn spelled_out<'a>(
    file: &'a DictionaryFile,
    can_insert: bool,
    written: &mut Written,
) -> Vec<(String, String, &'a Entry)> {
    let mut seen = BTreeSet::new();
    let mut pairs = Vec::new();
    for entry in &file.entries {
        if entry.weight == 0.0 {
            written.leave_out(entry, "it takes an entry away");
            continue;
        }
        if entry.original.is_empty() && !can_insert {
            written.leave_out(entry, "it says that words were inserted");
            continue;
        }
        if !entry.class.is_exact() {
            written.lost.insert("class");
        }
        for (spun, original) in in_step(&entry.spun, &entry.original, entry.class) {
            if seen.insert((spun.clone(), original.clone())) {
                pairs.push((spun, original, entry));
            }
        }
    }
    pairs.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    pairs
}

/// As [`spelled_out`], grouped by what the spinner wrote; and notes that weights, evidence and header are lost.
fn by_spun<'a>(file: &'a DictionaryFile, written: &mut Written) -> Vec<(String, Vec<(String, &'a Entry)>)> {
    lose_columns(file, written);
    if file.entries.iter().any(|e| e.weight != 0.0 && e.weight != DEFAULT_WEIGHT) {
        written.lost.insert("weight");
    }
    let mut groups: Vec<(String, Vec<(String, &Entry)>)> = Vec::new();
    for (spun, original, entry) in spelled_out(file, false, written) {
        match groups.last_mut().filter(|(last, _)| *last == spun) {
            Some((_, originals)) => originals.push((original, entry)),
            None => groups.push((spun, vec![(original, entry)])),
        }
    }
    groups
}

/// Notes what a form without columns of its own loses of `file`, weights aside.
fn lose_columns(file: &DictionaryFile, written: &mut Written) {
    written.lose_header(file, &TITLE);
    if file.entries.iter().any(|e| !e.evidence.is_empty() && e.evidence != import::EVIDENCE) {
        written.lost.insert("evidence");
    }
}

/// Where an entry comes from, where that is not where its file comes from: the end of its note, as `[source: …] [licence: …]`.
fn provenance(note: &str) -> (&str, [Option<&str>; 2]) {
    let mut rest = note.trim_end();
    let mut found = [None; 2];
    for at in [1, 0] {
        let mark = if at == 0 { "[source: " } else { "[licence: " };
        if let Some(inner) = rest.strip_suffix(']')
            && let Some(start) = inner.rfind(mark)
        {
            found[at] = Some(&inner[start + mark.len()..]);
            rest = rest[..start].trim_end();
        }
    }
    (rest, found)
}

/// The class of a pair of which no list says one: a name where only its capitals make it what it is.
fn usual_class(spun: &str, original: &str) -> Class {
    let has_capital = |text: &str| text.chars().any(char::is_uppercase);
    let is_capitals_alone = spun.to_lowercase() == original.to_lowercase();
    if is_capitals_alone || (has_capital(spun) && has_capital(original)) { Class::Name } else { Class::Phrase }
}

#[cfg(test)]
mod tests;
