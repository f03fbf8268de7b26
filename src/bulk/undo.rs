//! Records taken back to what they were, by the journals that they hold.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::bulk::csv::{fields, quoted as cell, split_end, unguarded, unquoted};
use crate::bulk::desk::{Fields, Tally, Treated, rejected};
use crate::bulk::frame::{Fault, Frame};
use crate::bulk::json::{Object, Spelling, quoted, spliced, string};
use crate::bulk::shape::Shape;
use crate::journal::Journal;

/// What undoing needs of what was found.
#[derive(Deserialize)]
struct Told<'a> {
    #[serde(default)]
    changed: bool,
    field: Option<String>,
    to_field: Option<String>,
    #[serde(default)]
    escaped: bool,
    spelling: Option<String>,
    #[serde(borrow)]
    page: Option<&'a RawValue>,
    #[serde(borrow)]
    journal: Option<&'a RawValue>,
}

/// Takes `frame` back, whose record says by `names.result` what was done to it. Lines of JSON say themselves which field the text
/// stands in; of CSV, it is `names.text`, and `names.to` the one that was added.
///
/// A record that was written as lines of JSON comes back byte for byte.
pub fn undo(file: &str, shape: Shape, frame: &Frame, names: &Fields) -> Treated {
    let taken = frame.bytes.as_ref().map_err(Clone::clone).and_then(|bytes| match shape {
        Shape::Jsonl => line(bytes, &names.result),
        Shape::Csv => row(frame, bytes, names),
        Shape::Text | Shape::Warc => Err(Fault::from("records of this kind hold no journal")),
    });
    match taken {
        Ok(back) => {
            let tally = Tally {
                documents: u64::from(!frame.is_header && !back.out.trim_ascii().is_empty()),
                changed: u64::from(back.is_changed),
                bytes: frame.len_bytes(),
                ..Tally::default()
            };
            Treated { out: back.out, tally, ..Treated::default() }
        }
        Err(fault) => rejected(file, shape, frame, fault),
    }
}

struct Back {
    out: Vec<u8>,
    is_changed: bool,
}

fn line(bytes: &[u8], result: &str) -> Result<Back, Fault> {
    if bytes.trim_ascii().is_empty() {
        return Ok(Back { out: bytes.to_vec(), is_changed: false });
    }
    let object = Object::parse(bytes)?;
    let line = object.line();
    let missing = || Fault(format!("there is no field `{result}`; name it with --result-field"));
    let place = object.place(result).ok_or_else(missing)?;
    let told: Told =
        serde_json::from_str(&line[place]).map_err(|_| Fault(format!("`{result}` is not what despin wrote")))?;
    let mut pieces = vec![(object.entry(result).ok_or_else(missing)?, String::new())];
    // Where it was the first entry, the comma behind it goes with it.
    let (first, _) = &mut pieces[0];
    if line[..first.start].ends_with('{') && line[first.end..].trim_start().starts_with(',') {
        first.end += line[first.end..].find(',').map_or(0, |at| at + 1);
    }
    if let Some(to) = &told.to_field {
        let added = object.entry(to).ok_or_else(|| Fault(format!("there is no field `{to}`")))?;
        pieces.push((added, String::new()));
    } else if told.changed {
        if told.page.is_some() {
            return Err(Fault::from("it was made of a web page, which the record does not hold"));
        }
        let journal = told.journal.ok_or("it was changed and holds no journal; undo it by the journals beside it")?;
        let journal = Journal::from_json("journal", journal.get()).map_err(|error| Fault(error.to_string()))?;
        let field = told.field.as_deref().ok_or("the journal does not say which field it is of")?;
        let place = object.find(field)?;
        let (after, _) = string(&line[place.clone()])?;
        let before = before(&journal, after.as_bytes())?;
        let before = match told.spelling {
            Some(spelling) => {
                let is_it = string(&spelling).is_ok_and(|(text, _)| text == before);
                if is_it { spelling } else { return Err(Fault::from("its spelling is not that of its text")) }
            }
            None => quoted(&before, if told.escaped { Spelling::Escaped } else { Spelling::Plain }),
        };
        pieces.push((place, before));
    }
    pieces.sort_by_key(|(range, _)| range.start);
    Ok(Back { out: spliced(line, &pieces), is_changed: told.changed && told.to_field.is_none() })
}

fn row(frame: &Frame, bytes: &[u8], names: &Fields) -> Result<Back, Fault> {
    let Fields { text, result, .. } = names;
    let header = frame.header.as_deref().ok_or("the file has no line of names")?;
    let missing = |name: &str| Fault(format!("there is no column `{name}`"));
    let (body, end) = split_end(bytes);
    let places = fields(body);
    if body.is_empty() && header.names.len() > 1 {
        return Ok(Back { out: bytes.to_vec(), is_changed: false });
    }
    let is_added = |name: &String| {
        let rest = name.strip_prefix(result).and_then(|rest| rest.strip_prefix('_'));
        matches!(rest, Some("probability" | "verdict" | "rate" | "profile" | "changed" | "journal"))
    };
    let kept = header.names.iter().position(is_added).filter(|n| *n > 0);
    let kept = kept.ok_or_else(|| missing(&format!("{result}_…")))?;
    if places.len() != header.names.len() {
        return Err(Fault::from("the record has another number of columns than the header"));
    }
    let column = header.column(text).filter(|column| *column < kept).ok_or_else(|| missing(text))?;
    let value_of = |name: &str| {
        let column = header.column(&format!("{result}_{name}"))?;
        Some(unquoted(&body[places[column].clone()]))
    };
    let added = names.to.as_deref().map(|to| header.column(to).filter(|at| *at + 1 == kept).ok_or_else(|| missing(to)));
    let added = added.transpose()?;
    let head = &body[..places[added.unwrap_or(kept) - 1].end];
    if frame.is_header || added.is_some() || value_of("changed").as_deref() != Some(b"true") {
        return Ok(Back { out: [head, end].concat(), is_changed: false });
    }
    let journal = value_of("journal").filter(|journal| !journal.is_empty());
    let journal = journal.ok_or("it was changed and holds no journal; undo it by the journals beside it")?;
    let journal =
        Journal::from_json("journal", &String::from_utf8_lossy(&journal)).map_err(|e| Fault(e.to_string()))?;
    let value = &body[places[column].clone()];
    let after = unquoted(value);
    let after = unguarded(&after).filter(|_| !journal.after.is_of(&after)).unwrap_or(&after);
    let before = before(&journal, after)?;
    let before = cell(before.as_bytes(), value.starts_with(b"\""));
    let out = [&head[..places[column].start], &before, &head[places[column].end..], end].concat();
    Ok(Back { out, is_changed: true })
}

/// The text before the run whose journal this is; `after` is the text that it left.
///
/// # Errors
///
/// Where the journal is of another text, or what was there before is no text.
pub fn before(journal: &Journal, after: &[u8]) -> Result<String, Fault> {
    let undone = if journal.after.is_of(after) {
        journal.undo(after)
    } else {
        // A text that was no UTF-8 in its file is UTF-8 in the record.
        journal.undo(&journal.after.layout.encode(&String::from_utf8_lossy(after)))
    };
    let bytes = undone.map_err(|error| Fault(error.to_string()))?;
    let text = journal.before.layout.read(&bytes).filter(|_| !journal.before.layout.has_bom);
    text.or_else(|| String::from_utf8(bytes).ok()).ok_or_else(|| Fault::from("what was there before is no text"))
}
