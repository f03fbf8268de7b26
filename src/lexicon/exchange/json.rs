//! A dictionary as JSON: one object with its header and its entries, an entry a line; or JSON Lines.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::lexicon::exchange::import::{Said, Sink};
use crate::lexicon::exchange::{PROVENANCE, TITLE, Written, provenance};
use crate::lexicon::format::{DictionaryFile, written as none_written};

/// What `format` says.
const FORMAT: &str = "despin-dictionary";
const VERSION: u32 = 1;

/// An entry.
#[derive(Deserialize, Serialize)]
#[serde(default)]
struct Object<'a> {
    #[serde(borrow)]
    spun: Cow<'a, str>,
    #[serde(borrow)]
    original: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    class: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<f32>,
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    evidence: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    note: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    source: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    licence: Cow<'a, str>,
}

impl Default for Object<'_> {
    fn default() -> Self {
        let none = || Cow::Borrowed("");
        Object {
            spun: none(),
            original: none(),
            class: none(),
            weight: None,
            evidence: none(),
            note: none(),
            source: none(),
            licence: none(),
        }
    }
}

/// Reads an object, a list of entries, or objects a line.
pub(super) fn read(text: &str, sink: &mut Sink) {
    let lines = Lines::new(text);
    if let Ok(document) = serde_json::from_str::<BTreeMap<Cow<str>, &RawValue>>(text)
        && let Some(entries) = document.get("entries")
    {
        header(&document, sink);
        match serde_json::from_str::<Vec<&RawValue>>(entries.get()) {
            Ok(entries) => entries.iter().for_each(|entry| read_entry(lines.of(entry.get()), entry.get(), sink)),
            Err(_) => sink.fault(lines.of(entries.get()), "`entries` is no list", "write [ and ] round the entries"),
        }
    } else if let Ok(entries) = serde_json::from_str::<Vec<&RawValue>>(text) {
        entries.iter().for_each(|entry| read_entry(lines.of(entry.get()), entry.get(), sink));
    } else {
        // One slip makes all of it no JSON; what stands in lines of its own is read all the same.
        for (line, raw) in (1..).zip(text.lines()) {
            read_line(line, raw.trim().trim_end_matches(',').trim_end(), sink);
        }
    }
}

fn read_line(line: u32, raw: &str, sink: &mut Sink) {
    let is_frame = raw.is_empty() || raw.ends_with('[') || matches!(raw, "{" | "}" | "]" | "]}");
    if is_frame {
        return;
    }
    let own = serde_json::from_str::<BTreeMap<Cow<str>, &RawValue>>(raw);
    let wrapped = format!("{{{raw}}}");
    match &own {
        Ok(object) if object.contains_key("spun") || object.contains_key("original") => read_entry(line, raw, sink),
        Ok(object) => header(object, sink),
        Err(error) => match serde_json::from_str::<BTreeMap<Cow<str>, &RawValue>>(&wrapped) {
            Ok(object) => header(&object, sink),
            Err(_) => sink.fault(line, format!("no JSON: {error}"), "write one object a line"),
        },
    }
}

fn header(object: &BTreeMap<Cow<str>, &RawValue>, sink: &mut Sink) {
    for key in TITLE.iter().chain(&PROVENANCE) {
        if let Some(value) = object.get(*key).and_then(|value| serde_json::from_str::<String>(value.get()).ok()) {
            sink.header(key, value.split_whitespace().collect::<Vec<_>>().join(" ").as_str());
        }
    }
}

fn read_entry(line: u32, raw: &str, sink: &mut Sink) {
    let object: Object = match serde_json::from_str(raw) {
        Ok(object) => object,
        Err(error) => return sink.fault(line, format!("no entry: {error}"), "write texts for spun and original"),
    };
    let weight = object.weight.map(|weight| weight.to_string()).unwrap_or_default();
    sink.pair(
        line,
        Said {
            spun: &object.spun,
            original: &object.original,
            class: &object.class,
            weight: &weight,
            evidence: &object.evidence,
            note: &object.note,
            provenance: [&object.source, &object.licence],
        },
    );
}

/// Where lines begin.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// The line of `part`, which is a part of the text.
    fn of(&self, part: &str) -> u32 {
        let at = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.starts.partition_point(|&start| start <= at) as u32
    }
}

/// Writes one object.
pub(super) fn write(file: &DictionaryFile, written: &mut Written) {
    let quote = |text: &str| serde_json::to_string(text).expect("texts are JSON");
    written.text += &format!("{{\n\"format\": {},\n\"version\": {VERSION},\n", quote(FORMAT));
    for key in TITLE.iter().chain(&PROVENANCE) {
        if let Some(value) = file.says(key) {
            written.text += &format!("{}: {},\n", quote(key), quote(value));
        }
    }
    let lines = file.entries.iter().map(|entry| {
        let (note, own) = provenance(&entry.note);
        let object = Object {
            spun: Cow::Borrowed(&entry.spun),
            original: Cow::Borrowed(none_written(&entry.original)),
            class: Cow::Borrowed(entry.class.name()),
            weight: Some(entry.weight),
            evidence: Cow::Borrowed(&entry.evidence),
            note: Cow::Borrowed(note),
            source: Cow::Borrowed(own[0].unwrap_or_default()),
            licence: Cow::Borrowed(own[1].unwrap_or_default()),
        };
        serde_json::to_string(&object).expect("texts and numbers are JSON")
    });
    written.text += &format!("\"entries\": [\n{}\n]\n}}\n", lines.collect::<Vec<_>>().join(",\n"));
}
