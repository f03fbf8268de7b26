//! Reads what a dictionary is tested with: examples of its entries, and honest sentences beside them.
//!
//! They are in a file of their own beside the dictionary, `mine.examples.tsv` beside `mine.tsv`, with two columns parted by a
//! tab: an example, and its genuine twin, which may be missing. In the example each wording to restore stands as
//! `[spun|original]`; in the twin a wording that must stay stands as `[wording]`. Lines that begin with `#` are comments.

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::assemble::folded;
use crate::lexicon::entry::Entry;
use crate::lexicon::format::without_mark;
use crate::lexicon::inflect::in_step;
use crate::text::span::Span;

/// What the name of such a file ends with.
pub const EXAMPLES: &str = ".examples.tsv";

/// A sentence with marked places.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marked {
    /// The sentence without marks.
    pub text: String,
    /// Each marked place, and what must stand there afterwards.
    pub places: Vec<(Span, String)>,
}

/// A line of examples.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its line, from 1.
    pub line: u32,
    /// As a spinner wrote it.
    pub spun: Marked,
    /// An honest sentence with the same wording.
    pub genuine: Option<Marked>,
}

impl Example {
    /// True where it shows one of `entry`'s pairs.
    pub fn shows(&self, entry: &Entry) -> bool {
        let pairs = in_step(&entry.spun, &entry.original, entry.class);
        let is_pair = |(span, original): &(Span, String)| {
            let (spun, original) = (folded(span.of(&self.spun.text)), folded(original));
            pairs.iter().any(|(s, o)| folded(s) == spun && folded(o) == original)
        };
        self.spun.places.iter().any(is_pair)
    }
}

/// The examples in `text`; `name` is for messages.
///
/// # Errors
///
/// The first line that is no example.
pub fn parse(name: &str, text: &str) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    for (line, raw) in (1..).zip(without_mark(text).lines()) {
        if raw.trim().is_empty() || raw.starts_with('#') {
            continue;
        }
        let fault =
            |(fault, mend): (&str, &str)| Error::new(ErrorKind::Dictionary, format!("{name}:{line}"), fault, mend);
        let mut columns = raw.split('\t').map(str::trim);
        let spun = marked(columns.next().unwrap_or_default(), true).map_err(fault)?;
        let genuine = columns.next().filter(|twin| !twin.is_empty());
        let genuine = genuine.map(|twin| marked(twin, false)).transpose().map_err(fault)?;
        if columns.next().is_some() {
            return Err(fault(("more than two columns", "write the example, a tab, and its genuine twin")));
        }
        examples.push(Example { line, spun, genuine });
    }
    Ok(examples)
}

fn marked(raw: &str, has_originals: bool) -> std::result::Result<Marked, (&'static str, &'static str)> {
    let mend = if has_originals { "mark it as [spun|original]" } else { "mark it as [wording]" };
    let mut found = Marked::default();
    let mut rest = raw;
    while let Some((before, tail)) = rest.split_once('[') {
        let (inner, tail) = tail.split_once(']').ok_or(("a mark that is not closed", mend))?;
        found.text += before;
        let start = found.text.len();
        let (wording, after) = match (inner.split_once('|'), has_originals) {
            (Some((spun, original)), true) => (spun, original),
            (None, false) => (inner, inner),
            (None, true) => return Err(("a mark without its original", mend)),
            (Some(_), false) => return Err(("an original where nothing is to change", mend)),
        };
        if wording.trim().is_empty() {
            return Err(("an empty mark", mend));
        }
        found.text += wording;
        found.places.push((Span::new(start, found.text.len()), after.to_string()));
        rest = tail;
    }
    found.text += rest;
    if found.places.is_empty() { Err(("no wording is marked", mend)) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::entry::Class;
    use crate::lexicon::format;

    #[test]
    fn marks_are_taken_out_of_the_text() {
        let text = "# comment\nThe [assaults|attacks] went on.\tA charge of [assault].\n";
        let example = &parse("f.examples.tsv", text).unwrap()[0];
        assert_eq!((example.line, example.spun.text.as_str()), (2, "The assaults went on."));
        assert_eq!(example.spun.places, [(Span::new(4, 12), "attacks".to_string())]);
        let twin = example.genuine.as_ref().unwrap();
        assert_eq!((twin.text.as_str(), twin.places.len()), ("A charge of assault.", 1));
        let entries = format::parse("f.tsv", "assault\tattack\tnoun\nassault\tstorm\tnoun\n").unwrap().entries;
        assert_eq!(entries[0].class, Class::Noun);
        assert!(example.shows(&entries[0]) && !example.shows(&entries[1]));
    }

    #[test]
    fn bad_lines_are_named() {
        for (line, fault) in [
            ("No mark.", "no wording is marked; mark it as [spun|original]"),
            ("A [mark.", "a mark that is not closed; mark it as [spun|original]"),
            ("A [mark].", "a mark without its original; mark it as [spun|original]"),
            ("A [a|b].\tA [a|b].", "an original where nothing is to change; mark it as [wording]"),
            ("A [ |b].", "an empty mark; mark it as [spun|original]"),
            ("A [a|b].\tA [a].\tx", "more than two columns; write the example, a tab, and its genuine twin"),
        ] {
            assert_eq!(parse("f.examples.tsv", line).unwrap_err().to_string(), format!("f.examples.tsv:1: {fault}"));
        }
    }
}
