//! What is told of a text beside it: the value `despin` of a record.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::bulk::task::Outcome;
use crate::detect::verdict::Label;
use crate::page::Metadata;

/// What of a journal is kept in the record itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Journals {
    /// All that undoing needs.
    #[default]
    Lean,
    /// What spoke for each edit, too.
    Full,
    /// Nothing.
    None,
}

/// What a record is told of its text.
#[derive(Debug, Default, Serialize)]
pub struct Told<'a> {
    /// Probability, 0 to 1, that the text was spun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What the text is taken for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Label>,
    /// Estimated share, 0 to 1, of the heads a spinner knows that it replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Family of entries that explains the text best; `null` for a genuine text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Option<&'a str>>,
    /// Whether the text was changed; left out where nothing can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
    /// Which field the text stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    /// Which field was added for what came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_field: Option<&'a str>,
    /// True where the first text was written in ASCII alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub escaped: bool,
    /// The first value as it was written, where neither way of writing gives it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spelling: Option<&'a str>,
    /// What the web page says of its article, where the text came as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<&'a Metadata>,
    /// The way back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<Box<RawValue>>,
}

impl<'a> Told<'a> {
    /// What `outcome` tells; with its journal as `journals` has it, unless the text was a page, whose journal would hold the
    /// page again.
    pub fn of(outcome: &'a Outcome, journals: Journals) -> Told<'a> {
        let verdict = outcome.verdict.as_ref();
        let is_kept = outcome.is_changed && outcome.page.is_none();
        Told {
            probability: verdict.map(|verdict| verdict.probability),
            verdict: verdict.map(|verdict| verdict.label),
            rate: verdict.map(|verdict| verdict.rate),
            profile: verdict.map(|verdict| verdict.profile.as_deref()),
            changed: outcome.journal.is_some().then_some(outcome.is_changed),
            page: outcome.page.as_ref(),
            journal: if is_kept { journal(outcome, journals) } else { None },
            ..Told::default()
        }
    }

    /// As JSON on one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers are JSON")
    }
}

/// The journal of `outcome` as a value.
fn journal(outcome: &Outcome, journals: Journals) -> Option<Box<RawValue>> {
    let journal = outcome.journal.clone()?;
    let json = match journals {
        Journals::None => return None,
        Journals::Lean => journal.without_grounds().to_json_line(),
        Journals::Full => journal.to_json_line(),
    };
    RawValue::from_string(json).ok()
}
