//! Findings in a few words, for people.

use crate::detect::verdict::{Label, Verdict};
use crate::render::visible;

/// A verdict in a few words: `spun (probability 0.98, rate 0.71, autoblog)`.
pub fn verdict(verdict: &Verdict) -> String {
    let label = match verdict.label {
        Label::Spun => "spun",
        Label::Suspect => "suspect",
        Label::Genuine => "genuine",
    };
    let mut parts = vec![format!("probability {:.2}", verdict.probability)];
    if verdict.label != Label::Genuine {
        parts.push(format!("rate {:.2}", verdict.rate));
    }
    parts.extend(verdict.profile.as_deref().map(|profile| visible(profile).into_owned()));
    format!("{label} ({})", parts.join(", "))
}

/// `1 edit`, `2 edits`.
pub fn counted(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}
