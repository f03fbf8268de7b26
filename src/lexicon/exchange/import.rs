//! Reads a list of any form into entries.

use rustc_hash::FxHashMap;

use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::exchange::{
    Column, Form, Heads, PROVENANCE, Remark, TITLE, codespell, fingerprints, json, languagetool, pairs, spintax, typos,
    usual_class,
};
use crate::lexicon::format::{self, MARK, parse_line, without_mark};

/// Evidence of an entry whose list says none.
pub(super) const EVIDENCE: &str = "imported";

/// How a list is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportOptions {
    /// The class of pairs of which the list says none; without one, `name` where both sides have capitals, else `phrase`.
    pub class: Option<Class>,
    /// The weight of pairs of which the list says none; without one, that of the form.
    pub weight: Option<f32>,
    /// The evidence of pairs of which the list says none.
    pub evidence: Option<String>,
    /// What the columns are; without them, as the first line says, or else in the order of a dictionary.
    pub columns: Option<Vec<Column>>,
    /// What stands for what in a set of synonyms.
    pub heads: Heads,
}

/// What a list says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Its header lines, as far as it has any.
    pub header: Vec<(String, String)>,
    /// The entries; `line` is that of the list.
    pub entries: Vec<Entry>,
    /// Lines that could not be read.
    pub faults: Vec<Remark>,
    /// What no entry can say.
    pub left_out: Vec<Remark>,
}

/// What the list `text` of `form` says.
///
/// ```
/// use despin::lexicon::exchange::{Form, ImportOptions, import};
/// let draft = import("teh->the\nfiel->feel, field,\nteh>the\n", Form::Codespell, &ImportOptions::default());
/// assert_eq!(draft.entries.len(), 3);
/// assert_eq!((draft.faults[0].line, draft.faults[0].fault.as_str()), (3, "no `->`"));
/// ```
pub fn import(text: &str, form: Form, options: &ImportOptions) -> Draft {
    let mut sink = Sink::new(form, options);
    let text = without_mark(text);
    match form {
        Form::Csv => pairs::read(text, ',', &mut sink),
        Form::Tsv => pairs::read(text, '\t', &mut sink),
        Form::Json => json::read(text, &mut sink),
        Form::Spintax => spintax::read(text, &mut sink),
        Form::Codespell => codespell::read(text, &mut sink),
        Form::Typos => typos::read_settings(text, &mut sink),
        Form::TyposCsv => typos::read_words(text, &mut sink),
        Form::LanguageTool => languagetool::read(text, &mut sink),
        Form::Fingerprints => fingerprints::read(text, &mut sink),
    }
    sink.finish()
}

/// A pair as a list has it; what is empty is not said.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said<'a> {
    pub(super) spun: &'a str,
    pub(super) original: &'a str,
    pub(super) class: &'a str,
    pub(super) weight: &'a str,
    pub(super) evidence: &'a str,
    pub(super) note: &'a str,
    /// Where the pair comes from, and its licence.
    pub(super) provenance: [&'a str; 2],
}

/// Collects what a list says.
pub(super) struct Sink<'a> {
    form: Form,
    pub(super) options: &'a ImportOptions,
    draft: Draft,
    /// Source and licence of each entry.
    provenance: Vec<[String; 2]>,
    seen: FxHashMap<(String, String, Class), usize>,
}

impl<'a> Sink<'a> {
    fn new(form: Form, options: &'a ImportOptions) -> Self {
        Sink { form, options, draft: Draft::default(), provenance: Vec::new(), seen: FxHashMap::default() }
    }

    /// A line that cannot be read.
    pub(super) fn fault(&mut self, line: u32, fault: impl Into<String>, mend: impl Into<String>) {
        self.draft.faults.push(Remark::new(line, fault, mend));
    }

    /// What a list says and no entry can.
    pub(super) fn leave_out(&mut self, line: u32, fault: impl Into<String>, mend: impl Into<String>) {
        self.draft.left_out.push(Remark::new(line, fault, mend));
    }

    /// What the list says of itself.
    pub(super) fn header(&mut self, key: &str, value: &str) {
        self.draft.header.push((key.to_string(), value.to_string()));
    }

    /// Takes `line` for a header line or a comment, where it is one or is empty; says whether.
    pub(super) fn is_comment(&mut self, line: &str) -> bool {
        let Some(comment) = line.trim_start().strip_prefix('#') else { return line.trim().is_empty() };
        if let Some((key, value)) = comment.split_once(':')
            && TITLE.iter().chain(&PROVENANCE).any(|known| *known == key.trim())
        {
            self.header(key.trim(), value.trim());
        }
        true
    }

    /// A pair.
    pub(super) fn pair(&mut self, line: u32, said: Said) {
        let class = match said.class {
            "" => self.options.class.unwrap_or_else(|| usual_class(said.spun, said.original)).name(),
            class => class,
        };
        let asked = self.options.weight.map(|weight| weight.to_string());
        let weight = if said.weight.is_empty() { asked.as_deref().unwrap_or_default() } else { said.weight };
        let usual = if self.form.has_columns() { "" } else { EVIDENCE };
        let evidence = match said.evidence {
            "" => self.options.evidence.as_deref().unwrap_or(usual),
            evidence => evidence,
        };
        let columns = [said.spun, said.original, class, weight, evidence, said.note].map(one_line);
        match parse_line(&columns.join("\t"), line) {
            Err((fault, mend)) => self.fault(line, fault, mend),
            Ok(entry) => self.add(entry.into_owned(), said.provenance.map(one_line)),
        }
    }

    fn add(&mut self, entry: Entry, provenance: [String; 2]) {
        let key = (entry.spun.clone(), entry.original.clone(), entry.class);
        let Some(&first) = self.seen.get(&key) else {
            self.seen.insert(key, self.draft.entries.len());
            self.draft.entries.push(entry);
            self.provenance.push(provenance);
            return;
        };
        // The same once more says nothing.
        let known = &self.draft.entries[first];
        let says = |e: &Entry| (e.weight.to_bits(), e.evidence.clone(), e.note.clone());
        if says(known) != says(&entry) {
            let fault = format!("the pair and class of line {}, said otherwise", known.line);
            self.leave_out(entry.line, fault, "keep one of the two");
        }
    }

    /// What was collected. Where all entries come from one place, the header says so; else each entry's note.
    fn finish(mut self) -> Draft {
        for (at, key) in PROVENANCE.into_iter().enumerate() {
            let first = self.provenance.first().map(|p| p[at].clone()).unwrap_or_default();
            if self.provenance.iter().all(|p| p[at] == first) {
                if !first.is_empty() && !self.draft.header.iter().any(|(k, _)| k == key) {
                    self.header(key, &first);
                }
                self.provenance.iter_mut().for_each(|p| p[at].clear());
            }
        }
        for (entry, provenance) in self.draft.entries.iter_mut().zip(&self.provenance) {
            for (key, value) in PROVENANCE.iter().zip(provenance) {
                if !value.is_empty() {
                    let space = if entry.note.is_empty() { "" } else { " " };
                    entry.note += &format!("{space}[{key}: {value}]");
                }
            }
        }
        self.draft
    }
}

/// `text` without what would end a column or a line or be taken for a byte order mark, and with single spaces.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control() || c == MARK)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

impl Draft {
    /// The draft as the text of a dictionary: `header` first, where it has a key then instead of the list's own line.
    pub fn text(&self, header: &[(&str, String)]) -> String {
        let asked = header.iter().map(|(key, value)| (*key, value.as_str()));
        let own = self.header.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let own = own.filter(|(key, _)| !header.iter().any(|(asked, _)| asked == key));
        let lines = asked.chain(own).map(|(key, value)| format!("# {key}: {}\n", one_line(value)));
        let entries = self.entries.iter().map(|entry| {
            let line = format::line(entry);
            // Without the space it would be a header line.
            if line.starts_with('#') { format!(" {line}\n") } else { format!("{line}\n") }
        });
        crate::lexicon::tidy::tidy(&lines.chain(entries).collect::<String>())
    }
}
