//! What a record says that despin found in its text, read back for reports.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::bulk::csv::{fields, split_end, unquoted};
use crate::bulk::desk::Fields;
use crate::bulk::frame::{Fault, Frame};
use crate::bulk::json::{Object, plain, string};
use crate::bulk::shape::Shape;
use crate::detect::verdict::Label;
use crate::journal::Journal;
use crate::survey::finding::{Finding, Judged};

/// A record of which despin said something, or nothing.
#[derive(Debug, Default)]
pub struct Read {
    /// What it calls itself.
    pub id: Option<String>,
    /// What stands in the field that records are grouped by.
    pub by: Option<String>,
    /// What was found in it; none where despin said nothing.
    pub finding: Option<Finding>,
}

/// What a record holds of a finding, beside other things.
#[derive(Deserialize)]
struct Told<'a> {
    verdict: Option<Label>,
    #[serde(default)]
    probability: f64,
    #[serde(default)]
    rate: f64,
    profile: Option<String>,
    #[serde(default)]
    changed: bool,
    field: Option<String>,
    to_field: Option<String>,
    #[serde(borrow)]
    journal: Option<&'a RawValue>,
}

/// Reads `frame`, which is of a file of `shape`: what `names.result` says, the text it is about, and the field `by`. None where it is no record but
/// an empty line, or the names of columns.
///
/// Lines that `despin detect --format json` prints are records, too: they say themselves what was found.
///
/// # Errors
///
/// Where it cannot be read, is of a shape without fields, or says what despin does not write.
pub fn read(shape: Shape, frame: &Frame, names: &Fields, by: &str) -> Result<Option<Read>, Fault> {
    let bytes = frame.bytes.as_ref().map_err(Clone::clone)?;
    if frame.is_header || bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    match shape {
        Shape::Jsonl => line(bytes, names, by).map(Some),
        Shape::Csv => row(frame, bytes, names, by).map(Some),
        Shape::Text | Shape::Warc => Err(Fault::from("records of this kind do not tell what was found")),
    }
}

fn line(bytes: &[u8], names: &Fields, by: &str) -> Result<Read, Fault> {
    let object = Object::parse(bytes)?;
    let line = object.line();
    let value = |name: &str| object.find(name).ok().and_then(|place| plain(&line[place]));
    let mut found = Read { id: value(&names.id), by: value(by), finding: None };
    let (told, is_of_detect) = match object.place(&names.result) {
        Some(place) => (&line[place], false),
        None if object.place("verdict").is_some() && object.place("probability").is_some() => (line, true),
        None => return Ok(found),
    };
    let told: Told = serde_json::from_str(told.trim_start_matches('\u{feff}'))
        .map_err(|_| Fault(format!("`{}` is not what despin wrote", names.result)))?;
    if is_of_detect && found.id.is_none() {
        found.id = value("path");
    }
    let field = told.to_field.as_deref().or(told.field.as_deref());
    let text = || field.and_then(|field| string(&line[object.find(field).ok()?]).ok()).map(|(text, _)| text);
    found.finding = Some(finding(&told, text)?);
    Ok(found)
}

fn row(frame: &Frame, bytes: &[u8], names: &Fields, by: &str) -> Result<Read, Fault> {
    let header = frame.header.as_deref().ok_or("the file has no line of names")?;
    let (body, _) = split_end(bytes);
    let places = fields(body);
    if places.len() != header.names.len() {
        return Err(Fault(format!("{} columns, and the header has {}", places.len(), header.names.len())));
    }
    let cell = |name: &str| {
        let place = places[header.column(name)?].clone();
        String::from_utf8(unquoted(&body[place]).into_owned()).ok()
    };
    let told = |what: &str| cell(&format!("{}_{what}", names.result)).filter(|value| !value.is_empty());
    let wrong = |what: &str| Fault(format!("`{}_{what}` is not what despin wrote", names.result));
    let number = |what: &str| told(what).map(|n| n.parse::<f64>().map_err(|_| wrong(what))).transpose();
    let mut found = Read { id: cell(&names.id), by: cell(by), finding: None };
    if header.column(&format!("{}_verdict", names.result)).is_none()
        && header.column(&format!("{}_changed", names.result)).is_none()
    {
        return Ok(found);
    }
    let journal = told("journal").map(RawValue::from_string).transpose().map_err(|_| wrong("journal"))?;
    let verdict = told("verdict").map(|verdict| serde_json::from_value(verdict.into())).transpose();
    let told = Told {
        verdict: verdict.map_err(|_| wrong("verdict"))?,
        probability: number("probability")?.unwrap_or_default(),
        rate: number("rate")?.unwrap_or_default(),
        profile: told("profile"),
        changed: told("changed").is_some_and(|changed| changed == "true"),
        field: None,
        to_field: None,
        journal: journal.as_deref(),
    };
    found.finding = Some(finding(&told, || cell(names.to.as_deref().unwrap_or(&names.text)))?);
    Ok(found)
}

fn finding(told: &Told, text: impl FnOnce() -> Option<String>) -> Result<Finding, Fault> {
    let is_share = |value: f64| (0.0..=1.0).contains(&value);
    if !is_share(told.probability) || !is_share(told.rate) {
        return Err(Fault::from("its probability or its rate is not from 0 to 1"));
    }
    let journal = told.journal.map(|journal| Journal::from_json("journal", journal.get())).transpose();
    let journal = journal.map_err(|error| Fault(error.to_string()))?;
    let edits = journal.as_ref().map(Finding::edits_of).unwrap_or_default();
    Ok(Finding {
        judged: told.verdict.map(|label| Judged {
            label,
            probability: told.probability,
            rate: told.rate,
            profile: told.profile.clone(),
        }),
        is_changed: told.changed,
        text: if edits.is_empty() { String::new() } else { text().unwrap_or_default() },
        edits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::frame::{Cursor, frames};

    fn one(shape: Shape, input: &'static str) -> Result<Option<Read>, Fault> {
        let frames = frames(Box::new(input.as_bytes()), shape, 1 << 20, Cursor::START);
        let frame = frames.filter(|frame| !frame.is_header).last().unwrap();
        read(shape, &frame, &Fields::default(), "url")
    }

    #[test]
    fn records_of_each_kind_are_read() {
        let told = r#"{"id":7,"url":"https://a.org/b","despin":{"verdict":"spun","probability":0.9,"rate":0.5,"profile":"x"}}"#;
        let csv = "id,url,despin_probability,despin_verdict,despin_rate,despin_profile,despin_changed\n7,https://a.org/b,0.9,spun,0.5,x,true\n";
        let detect = r#"{"path":"f","id":"7","url":"https://a.org/b","verdict":"spun","probability":0.9,"rate":0.5,"profile":"x","evidence":[]}"#;
        for (shape, input) in [(Shape::Jsonl, told), (Shape::Csv, csv), (Shape::Jsonl, detect)] {
            let found = one(shape, input).unwrap().unwrap();
            assert_eq!((found.id.as_deref(), found.by.as_deref()), (Some("7"), Some("https://a.org/b")), "{input}");
            let judged = found.finding.unwrap().judged.unwrap();
            let expected = Judged { label: Label::Spun, probability: 0.9, rate: 0.5, profile: Some("x".to_string()) };
            assert_eq!(judged, expected, "{input}");
        }
    }

    #[test]
    fn what_despin_said_nothing_of_is_told_from_what_is_broken() {
        assert!(one(Shape::Jsonl, "{\"id\":1}").unwrap().unwrap().finding.is_none());
        assert!(one(Shape::Csv, "id,text\n1,a\n").unwrap().unwrap().finding.is_none());
        assert!(one(Shape::Jsonl, "\n").unwrap().is_none());
        for broken in [
            "{\"id\":1",
            "{\"despin\":7}",
            "{\"despin\":{\"verdict\":\"odd\"}}",
            "{\"despin\":{\"verdict\":\"spun\",\"probability\":7}}",
            "{\"despin\":{\"verdict\":\"spun\",\"journal\":{}}}",
        ] {
            assert!(one(Shape::Jsonl, broken).is_err(), "{broken}");
        }
        assert!(one(Shape::Csv, "id,despin_verdict\n1,odd\n").is_err());
        assert!(one(Shape::Csv, "id,despin_verdict\n1\n").is_err());
    }
}
