//! Records of web archives.

use crate::bulk::desk::text::New;
use crate::bulk::desk::{Desk, MAX_PAGE, Output, Subject, Treated, passed};
use crate::bulk::frame::{Fault, Frame};
use crate::bulk::json::escaped;
use crate::bulk::result::{Journals, Told};
use crate::bulk::task::{Known, Task};
use crate::bulk::warc::{Parts, head};
use crate::journal::sha256;

/// The field of a head that says what was found.
const FIELD: &str = "X-Despin";

impl Desk<'_> {
    pub(super) fn warc(&self, file: &str, frame: &Frame, bytes: &[u8]) -> Result<Treated, Fault> {
        let parts = Parts::of(bytes)?;
        let Some((text, html)) = parts.text(self.max_text.max(MAX_PAGE))? else {
            return Ok(passed(if matches!(self.output, Output::Same) { bytes } else { b"" }));
        };
        let known = Known { html: Some(html), encoding: None };
        let id = parts.field("WARC-Record-ID").unwrap_or("");
        let outcome = self.work(&text, known)?;
        let beside = self.beside(file, frame.at.record + 1, Some(id), &outcome);
        let out = match &self.output {
            Output::Said(say) => {
                let (id, bytes) = (Some(id), &*text);
                say(&Subject { file, record: Some(frame.at.record + 1), id, bytes, known }, &outcome)
            }
            Output::Jsonl => {
                let (url, date) = (parts.field("WARC-Target-URI"), parts.field("WARC-Date"));
                self.new_record(&New { id, url, date, text: &outcome.text }, &outcome)
            }
            Output::Same => {
                // A journal is too long for a head; what is kept beside has it.
                let told = escaped(&Told::of(&outcome, Journals::None).to_json());
                let told = (FIELD, Some(told.as_str()));
                if matches!(self.task, Task::Detect(_)) {
                    written(&head(&parts, parts.block.len(), &[told]), parts.block)
                } else if parts.field("WARC-Type") == Some("response") {
                    let new_id = format!("<urn:sha256:{}>", sha256(format!("{id} despin").as_bytes()));
                    let changes = [
                        ("WARC-Type", Some("conversion")),
                        ("WARC-Record-ID", Some(new_id.as_str())),
                        ("WARC-Refers-To", Some(id).filter(|id| !id.is_empty())),
                        ("WARC-Concurrent-To", None),
                        ("WARC-Block-Digest", None),
                        ("WARC-Payload-Digest", None),
                        ("Content-Type", Some("text/plain; charset=utf-8")),
                        told,
                    ];
                    written(&head(&parts, outcome.text.len(), &changes), outcome.text.as_bytes())
                } else if outcome.is_changed {
                    let kind = outcome.page.as_ref().map(|_| ("Content-Type", Some("text/plain")));
                    let digests = [("WARC-Block-Digest", None), ("WARC-Payload-Digest", None), told];
                    let changes: Vec<_> = digests.into_iter().chain(kind).collect();
                    written(&head(&parts, outcome.bytes.len(), &changes), &outcome.bytes)
                } else {
                    written(&head(&parts, parts.block.len(), &[told]), parts.block)
                }
            }
        };
        Ok(self.done(out, &outcome, beside))
    }
}

fn written(head: &str, block: &[u8]) -> Vec<u8> {
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}
