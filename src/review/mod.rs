//! Decides about proposals: by a threshold, or as somebody decided before.

mod replay;
mod threshold;

pub use replay::Replay;
pub use threshold::Threshold;

use std::borrow::Cow;

use serde::Serialize;

use crate::restore::proposal::Proposal;
use crate::text::edit::Edit;

/// What becomes of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It is made.
    Accept,
    /// It is not made, since it is wrong.
    Reject,
    /// Other words are put there than those proposed.
    Rewrite(String),
    /// It is not made, and nothing is said of it.
    Skip,
}

impl Decision {
    /// The edit that comes of `proposal`, where one does; the proposed one elsewhere.
    pub(crate) fn applied_to(&self, proposal: &Proposal) -> Edit {
        match self {
            Decision::Rewrite(text) => {
                let mut edit = Edit { after: text.clone(), ..proposal.edit.clone() };
                edit.cause.rule = Cow::Borrowed(REVIEW);
                edit
            }
            _ => proposal.edit.clone(),
        }
    }

    /// True where the text changes.
    pub fn is_change(&self) -> bool {
        matches!(self, Decision::Accept | Decision::Rewrite(_))
    }
}

/// The rule that edits have as their cause where a reviewer wrote the words.
pub const REVIEW: &str = "review";

/// Decides about proposals, which it is shown in order of place, once each.
pub trait Reviewer {
    /// What is to become of `proposal`.
    fn decide(&mut self, proposal: &Proposal) -> Decision;
}
