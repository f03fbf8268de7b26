//! Streams that are one text.

use serde::Serialize;

use crate::bulk::desk::{Desk, Output, Subject, Treated};
use crate::bulk::frame::Fault;
use crate::bulk::result::Told;
use crate::bulk::task::{Known, Outcome};

/// A record of a text that came in none.
#[derive(Serialize)]
pub(super) struct New<'a> {
    pub id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<&'a str>,
    pub text: &'a str,
}

impl Desk<'_> {
    pub(super) fn text(&self, file: &str, bytes: &[u8]) -> Result<Treated, Fault> {
        let outcome = self.work(bytes, Known::default())?;
        let out = match &self.output {
            Output::Same => outcome.bytes.clone(),
            Output::Jsonl => self.new_record(&New { id: file, url: None, date: None, text: &outcome.text }, &outcome),
            Output::Said(say) => {
                say(&Subject { file, record: None, id: None, bytes, known: Known::default() }, &outcome)
            }
        };
        let beside = match self.output {
            Output::Jsonl => self.beside(file, 1, None, &outcome),
            _ => outcome.journal.as_ref().map(|journal| journal.to_json()),
        };
        Ok(self.done(out, &outcome, beside))
    }

    /// The line of a record of its own, with what was found.
    pub(super) fn new_record(&self, record: &New, outcome: &Outcome) -> Vec<u8> {
        let mut told = Told::of(outcome, self.journals);
        told.field = told.journal.as_ref().map(|_| "text");
        let record = serde_json::to_string(record).expect("strings are JSON");
        let record = record.strip_suffix('}').expect("an object ends so");
        let name = crate::bulk::json::quoted(&self.fields.result, crate::bulk::json::Spelling::Plain);
        format!("{record},{name}:{}}}\n", told.to_json()).into_bytes()
    }
}
