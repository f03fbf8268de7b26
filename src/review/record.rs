//! One decision as a file has it. docs/decisions.md describes the form.

use serde::{Deserialize, Serialize};

use crate::restore::proposal::Proposal;
use crate::review::Decision;
use crate::text::span::Span;

/// How many characters on each side of a place are written down.
pub const CONTEXT: usize = 32;

/// What was decided about one place, and how that place is found again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a decision")]
pub struct Record {
    /// SHA-256 of the bytes of the file that was decided about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// First byte of the place, in the cleaned text.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What stands there.
    pub before: String,
    /// What was proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What was decided.
    pub decision: Verb,
    /// The wording to put there, of a rewrite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Which places it holds for.
    #[serde(default, skip_serializing_if = "Scope::is_here")]
    pub scope: Scope,
    /// Up to [`CONTEXT`] characters before the place.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// Up to [`CONTEXT`] characters after it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub suffix: String,
    /// Probability of what was proposed, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

/// What was decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// The proposal is made.
    Accept,
    /// It is not made.
    Reject,
    /// Other words are put there.
    Rewrite,
    /// It is put off.
    #[default]
    Skip,
    /// The latest line about the place that is not taken back yet is taken back.
    Undo,
}

/// Which places a decision holds for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// This one.
    #[default]
    Here,
    /// This one and those after it in the file where the same is proposed for the same words.
    File,
    /// Those, and all in every other file.
    Everywhere,
}

impl Scope {
    /// True for this place alone.
    pub fn is_here(&self) -> bool {
        *self == Scope::Here
    }
}

impl Record {
    /// What `decision` says about `proposal`, which is for `text`, whose file has the digest `sha256`.
    pub fn new(sha256: &str, text: &str, proposal: &Proposal, decision: &Decision, scope: Scope) -> Record {
        let edit = &proposal.edit;
        let (prefix, suffix) = context(text, edit.span);
        let (verb, text) = match decision {
            Decision::Accept => (Verb::Accept, None),
            Decision::Reject => (Verb::Reject, None),
            Decision::Rewrite(text) => (Verb::Rewrite, Some(text.clone())),
            Decision::Skip => (Verb::Skip, None),
        };
        Record {
            sha256: Some(sha256.to_string()),
            start: edit.span.start,
            end: edit.span.end,
            before: edit.before.clone(),
            after: Some(edit.after.clone()),
            decision: verb,
            text,
            scope,
            prefix: prefix.to_string(),
            suffix: suffix.to_string(),
            // Six decimals, as journals have it.
            probability: Some((proposal.probability * 1e6).round() / 1e6),
        }
    }

    /// The line that takes this one back.
    pub fn undo(&self) -> Record {
        let Record { sha256, start, end, before, .. } = self.clone();
        Record { sha256, start, end, before, decision: Verb::Undo, ..Record::default() }
    }

    /// Where it says that `before` stands.
    pub fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }

    /// What it says; nothing where it takes another one back.
    pub fn decided(&self) -> Option<Decision> {
        match self.decision {
            Verb::Accept => Some(Decision::Accept),
            Verb::Reject => Some(Decision::Reject),
            Verb::Rewrite => Some(Decision::Rewrite(self.text.clone().unwrap_or_default())),
            Verb::Skip => Some(Decision::Skip),
            Verb::Undo => None,
        }
    }

    /// The words that it puts there, where it says which.
    pub fn wording(&self) -> Option<&str> {
        match self.decision {
            Verb::Accept => self.after.as_deref(),
            Verb::Rewrite => self.text.as_deref(),
            Verb::Reject | Verb::Skip | Verb::Undo => None,
        }
    }

    /// Its line, without a line end.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers are JSON")
    }

    /// What is wrong with it, and what to do about it.
    pub(super) fn fault(&self) -> Option<(&'static str, &'static str)> {
        let is_digest =
            |text: &String| text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if self.end < self.start {
            Some(("the span ends before it starts", "write start and end in order"))
        } else if self.end - self.start != self.before.len() {
            Some(("the span is not as long as before", "give start and end in bytes of UTF-8"))
        } else if self.decision == Verb::Rewrite && self.text.is_none() {
            Some(("rewrite without text", "write the words to put there as text"))
        } else if !self.scope.is_here() && self.after.is_none() && self.decision != Verb::Undo {
            Some(("a scope without after", "write what was proposed as after, or leave scope out"))
        } else if !self.sha256.iter().all(is_digest) {
            Some(("sha256 is no digest", "give 64 hexadecimal digits in lower case, or leave it out"))
        } else {
            None
        }
    }
}

/// Up to [`CONTEXT`] characters of `text` on each side of `span`.
fn context(text: &str, span: Span) -> (&str, &str) {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let from = before.char_indices().rev().take(CONTEXT).last().map_or(before.len(), |(at, _)| at);
    let to = after.char_indices().nth(CONTEXT).map_or(after.len(), |(at, _)| at);
    (&before[from..], &after[..to])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_their_keys_in_order() {
        let record = Record {
            sha256: Some("ab".repeat(32)),
            start: 4,
            end: 11,
            before: "assault".into(),
            after: Some("attack".into()),
            decision: Verb::Rewrite,
            text: Some("raid".into()),
            scope: Scope::File,
            prefix: "The ".into(),
            suffix: " began".into(),
            probability: Some(0.93),
        };
        let digest = "ab".repeat(32);
        let line = format!(
            r#"{{"sha256":"{digest}","start":4,"end":11,"before":"assault","after":"attack","decision":"rewrite","text":"raid","scope":"file","prefix":"The ","suffix":" began","probability":0.93}}"#
        );
        assert_eq!(record.line(), line);
        assert_eq!(serde_json::from_str::<Record>(&line).unwrap(), record);
        let undo = format!(r#"{{"sha256":"{digest}","start":4,"end":11,"before":"assault","decision":"undo"}}"#);
        assert_eq!(record.undo().line(), undo);
    }

    #[test]
    fn context_is_cut_between_characters() {
        let text = format!("{}x{}", "é".repeat(40), "ü".repeat(3));
        let (prefix, suffix) = context(&text, Span::new(80, 81));
        assert_eq!((prefix.chars().count(), suffix), (CONTEXT, "üüü"));
        assert_eq!(context("x", Span::new(0, 1)), ("", ""));
    }
}
