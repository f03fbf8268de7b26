//! Records that are rows of comma-separated values.

use crate::bulk::csv::{fields, guarded, quoted, split_end, unquoted};
use crate::bulk::desk::{Desk, Output, Subject, Treated, UTF_8, passed};
use crate::bulk::frame::{Fault, Frame};
use crate::bulk::result::{Journals, Told};
use crate::bulk::task::Task;

impl Desk<'_> {
    pub(super) fn csv(&self, file: &str, frame: &Frame, bytes: &[u8]) -> Result<Treated, Fault> {
        let header = frame.header.as_deref().ok_or("the file has no line of names")?;
        let names = &self.fields;
        let missing = || Fault(format!("there is no column `{}`", names.text));
        let column = header.column(&names.text).ok_or_else(missing)?;
        let (body, end) = split_end(bytes);
        if frame.is_header {
            let columns = self.columns();
            if let Some(taken) = columns.iter().find(|name| header.column(name).is_some()) {
                return Err(Fault(format!("there is a column `{taken}` already; name another with --result-field")));
            }
            return Ok(Treated { out: self.row(body, &columns, end), ..Treated::default() });
        }
        let places = fields(body);
        if body.is_empty() && header.names.len() > 1 {
            return Ok(passed(if matches!(self.output, Output::Said(_)) { b"" } else { bytes }));
        }
        if places.len() != header.names.len() {
            let (n, expected) = (places.len(), header.names.len());
            return Err(Fault(format!("the record has {n} columns, and the header {expected}")));
        }
        if let Err(error) = std::str::from_utf8(body) {
            return Err(Fault(format!("not UTF-8, at byte {} of the record", error.valid_up_to())));
        }
        let value = &body[places[column].clone()];
        let text = unquoted(value);
        let id =
            header.column(&names.id).map(|at| String::from_utf8_lossy(&unquoted(&body[places[at].clone()])).into());
        let id: Option<String> = id;
        let outcome = self.work(&text, UTF_8)?;
        let beside = self.beside(file, frame.at.record, id.as_deref(), &outcome);
        if let Output::Said(say) = &self.output {
            let (record, bytes) = (Some(frame.at.record), &*text);
            let subject = Subject { file, record, id: id.as_deref(), bytes, known: UTF_8 };
            return Ok(self.done(say(&subject, &outcome), &outcome, beside));
        }
        let shown = guarded(&text, &outcome.bytes);
        let after = quoted(&shown, value.starts_with(b"\""));
        let told = Told::of(&outcome, self.journals);
        let mut cells = Vec::new();
        let mut head = Vec::with_capacity(body.len());
        if names.to.is_some() {
            cells.push(String::from_utf8_lossy(&shown).into_owned());
            head.extend_from_slice(body);
        } else if outcome.is_changed {
            head.extend_from_slice(&body[..places[column].start]);
            head.extend_from_slice(&after);
            head.extend_from_slice(&body[places[column].end..]);
        } else {
            head.extend_from_slice(body);
        }
        if let Some(verdict) = &outcome.verdict {
            let label = serde_json::to_value(verdict.label).expect("a label is JSON");
            cells.push(verdict.probability.to_string());
            cells.push(label.as_str().unwrap_or_default().to_string());
            cells.push(verdict.rate.to_string());
            let profile = verdict.profile.as_deref().unwrap_or_default();
            cells.push(String::from_utf8_lossy(&guarded(b"", profile.as_bytes())).into_owned());
        }
        if !matches!(self.task, Task::Detect(_)) {
            cells.push(outcome.is_changed.to_string());
            if self.journals != Journals::None {
                cells.push(told.journal.as_ref().map_or_else(String::new, |journal| journal.get().to_string()));
            }
        }
        Ok(self.done(self.row(&head, &cells, end), &outcome, beside))
    }

    /// The columns that are added.
    fn columns(&self) -> Vec<String> {
        let verdict: &[&str] = match self.task {
            Task::Clean { .. } => &[],
            _ => &["probability", "verdict", "rate", "profile"],
        };
        let change: &[&str] = match (&self.task, self.journals) {
            (Task::Detect(_), _) => &[],
            (_, Journals::None) => &["changed"],
            _ => &["changed", "journal"],
        };
        let named = verdict.iter().chain(change).map(|name| format!("{}_{name}", self.fields.result));
        self.fields.to.iter().cloned().chain(named).collect()
    }

    /// `body` with `cells` behind it; nothing where only something is said of records.
    fn row(&self, body: &[u8], cells: &[String], end: &[u8]) -> Vec<u8> {
        if matches!(self.output, Output::Said(_)) {
            return Vec::new();
        }
        let mut row = body.to_vec();
        for cell in cells {
            row.push(b',');
            row.extend(quoted(cell.as_bytes(), false));
        }
        row.extend_from_slice(end);
        row
    }
}
