//! Decides about proposals: by a threshold, by a person, or as somebody decided before.

pub mod anchor;
pub mod editor;
pub mod entries;
pub mod learn;
mod ledger;
pub mod record;
mod replay;
mod select;
pub mod session;
pub mod settle;
mod threshold;

pub use ledger::{Ledger, standing};
pub use replay::{Replay, error};
pub use select::{Selector, id};
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
    /// Is told of a text before it is asked about its `proposals`: the digest of its file, and the text after cleaning. It
    /// may add proposals of its own, as long as they stay in order of place and disjoint.
    fn begin(&mut self, _sha256: &str, _text: &str, _proposals: &mut Vec<Proposal>) {}

    /// What is to become of `proposal`.
    fn decide(&mut self, proposal: &Proposal) -> Decision;

    /// True where a person decides: then it is asked about texts that are not judged spun, too.
    fn is_personal(&self) -> bool {
        false
    }
}
