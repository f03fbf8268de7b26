//! Makes what is sure enough, and nothing else.

use crate::restore::proposal::{Applicability, Proposal};
use crate::review::{Decision, Reviewer};

/// Accepts proposals by their [`Applicability`], which `restore::Options` has drawn the limits of.
///
/// ```
/// use despin::Despinner;
/// use despin::review::Threshold;
/// let article = include_bytes!("../../fixtures/restore/harbour_article/input.txt");
/// let despinner = Despinner::builtin()?;
/// let n_edits = |mut threshold| despinner.review(article, &mut threshold).restoring.edits().len();
/// assert_eq!(n_edits(Threshold::Nothing), 0);
/// assert!(n_edits(Threshold::Offer) >= n_edits(Threshold::Apply));
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// Accepts what is to be applied unasked.
    Apply,
    /// Accepts what would be offered, too.
    Offer,
    /// Accepts nothing: for showing only.
    Nothing,
}

impl Reviewer for Threshold {
    fn decide(&mut self, proposal: &Proposal) -> Decision {
        let is_enough = match (self, proposal.applicability) {
            (Threshold::Apply | Threshold::Offer, Applicability::Apply) => true,
            (Threshold::Offer, Applicability::Offer) => true,
            (Threshold::Apply | Threshold::Offer | Threshold::Nothing, _) => false,
        };
        if is_enough { Decision::Accept } else { Decision::Skip }
    }
}
