//! Records that are lines of JSON.

use crate::bulk::desk::{Desk, Output, Subject, Treated, UTF_8, passed};
use crate::bulk::frame::{Fault, Frame};
use crate::bulk::json::{Object, Spelling, plain, quoted, spliced, string};
use crate::bulk::result::Told;

impl Desk<'_> {
    pub(super) fn jsonl(&self, file: &str, frame: &Frame, bytes: &[u8]) -> Result<Treated, Fault> {
        if bytes.trim_ascii().is_empty() {
            return Ok(passed(if matches!(self.output, Output::Said(_)) { b"" } else { bytes }));
        }
        let fields = &self.fields;
        let object = Object::parse(bytes)?;
        let line = object.line();
        let place = object.find(&fields.text)?;
        let value = &line[place.clone()];
        let (text, spelling) = string(value)?;
        if let Some(to) = fields.to.as_deref().filter(|to| object.place(to).is_some()) {
            return Err(Fault(format!("there is a field `{to}` already; name another with --to-field")));
        }
        let earlier = object.entry(&fields.result);
        if object.place(&fields.result).is_some_and(|place| has_journal(&line[place])) {
            let result = &fields.result;
            return Err(Fault(format!(
                "`{result}` holds a journal, the only way back; name another with --result-field"
            )));
        }
        let id = object.find(&fields.id).ok().and_then(|place| plain(&line[place]));
        let outcome = self.work(text.as_bytes(), UTF_8)?;
        let beside = self.beside(file, frame.at.record + 1, id.as_deref(), &outcome);
        if let Output::Said(say) = &self.output {
            let (id, bytes) = (id.as_deref(), text.as_bytes());
            let subject = Subject { file, record: Some(frame.at.record + 1), id, bytes, known: UTF_8 };
            return Ok(self.done(say(&subject, &outcome), &outcome, beside));
        }
        let after = std::str::from_utf8(&outcome.bytes).map_err(|_| "what came out is no text of Unicode")?;
        let mut told = Told::of(&outcome, self.journals);
        let is_in_place = fields.to.is_none() && outcome.is_changed;
        if told.journal.is_some() || is_in_place {
            told.field = Some(&fields.text);
        }
        if is_in_place {
            told.escaped = spelling == Spelling::Escaped;
            told.spelling = Some(value).filter(|value| *value != quoted(&text, spelling));
        }
        told.to_field = fields.to.as_deref();
        let mut more = String::new();
        if let Some(to) = &fields.to {
            more.push_str(&format!("{}:{},", quoted(to, Spelling::Plain), quoted(after, spelling)));
        }
        more.push_str(&format!("{}:{}", quoted(&fields.result, Spelling::Plain), told.to_json()));
        let (end, has_before) = object.end();
        let more = match &earlier {
            // What stood before it was either an entry or the bracket.
            Some(earlier) if line[..earlier.start].trim_end().ends_with('{') => more,
            None if !has_before => more,
            _ => format!(",{more}"),
        };
        let mut pieces = vec![(earlier.unwrap_or(end..end), more)];
        if is_in_place {
            pieces.push((place, quoted(after, spelling)));
            pieces.sort_by_key(|(range, _)| range.start);
        }
        Ok(self.done(spliced(line, &pieces), &outcome, beside))
    }
}

/// True where an earlier run left its way back here.
fn has_journal(value: &str) -> bool {
    Object::parse(value.as_bytes()).is_ok_and(|object| object.place("journal").is_some())
}
