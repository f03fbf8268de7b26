//! Says which proposals are meant, without a terminal: all, a pair of words, from a probability on, or one by its id.

use std::fmt;
use std::str::FromStr;

use crate::restore::proposal::Proposal;

/// Which proposals are meant.
///
/// ```
/// use despin::review::Selector;
/// assert_eq!("mentioned->said".parse(), "Mentioned=said".parse::<Selector>());
/// assert!("p>=0.9".parse::<Selector>().is_ok());
/// assert!("mentioned".parse::<Selector>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    /// All.
    All,
    /// Those whose probability compares so to a number from 0 to 1.
    Probability(Compare, f64),
    /// Those that put the second wording in place of the first; both in small letters, without spaces around.
    Pair(String, String),
    /// The one that has this id.
    Id(String),
}

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// At least.
    AtLeast,
    /// More.
    Above,
    /// At most.
    AtMost,
    /// Less.
    Below,
}

const SIGNS: [(&str, Compare); 4] =
    [(">=", Compare::AtLeast), ("<=", Compare::AtMost), (">", Compare::Above), ("<", Compare::Below)];

impl Selector {
    /// True where `proposal` is meant, for a text whose file has the digest `sha256`.
    pub fn selects(&self, sha256: &str, proposal: &Proposal) -> bool {
        let plain = |text: &str| text.trim().to_lowercase();
        match self {
            Selector::All => true,
            Selector::Probability(compare, than) => match compare {
                Compare::AtLeast => proposal.probability >= *than,
                Compare::Above => proposal.probability > *than,
                Compare::AtMost => proposal.probability <= *than,
                Compare::Below => proposal.probability < *than,
            },
            Selector::Pair(spun, original) => {
                plain(&proposal.edit.before) == *spun && plain(&proposal.edit.after) == *original
            }
            Selector::Id(wanted) => id(sha256, proposal) == *wanted,
        }
    }
}

/// What a proposal for the file with the digest `sha256` is called in lists: the first of the digest, and its place.
pub fn id(sha256: &str, proposal: &Proposal) -> String {
    let span = proposal.edit.span;
    format!("{}:{}-{}", &sha256[..sha256.len().min(8)], span.start, span.end)
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::All => write!(f, "all"),
            Selector::Probability(compare, than) => {
                let sign = SIGNS.iter().find(|(_, other)| other == compare).map_or("", |(sign, _)| sign);
                write!(f, "p{sign}{than}")
            }
            Selector::Pair(spun, original) => write!(f, "{spun}={original}"),
            Selector::Id(id) => write!(f, "{id}"),
        }
    }
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Selector, String> {
        if text == "all" {
            return Ok(Selector::All);
        }
        if let Some(rest) = text.strip_prefix('p').map(str::trim_start)
            && let Some((sign, compare)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign))
        {
            return match rest[sign.len()..].trim().parse() {
                Ok(than) if (0.0..=1.0).contains(&than) => Ok(Selector::Probability(*compare, than)),
                _ => Err("give a number from 0 to 1, as in p>=0.9".to_string()),
            };
        }
        if let Some((spun, original)) = text.split_once("->").or_else(|| text.split_once('=')) {
            let plain = |text: &str| text.trim().to_lowercase();
            if spun.trim().is_empty() {
                return Err("write what stands in the text before the sign".to_string());
            }
            return Ok(Selector::Pair(plain(spun), plain(original)));
        }
        let is_id = |(digest, place): (&str, &str)| {
            digest.len() == 8 && place.bytes().all(|b| b.is_ascii_digit() || b == b'-') && !place.is_empty()
        };
        if text.split_once(':').is_some_and(is_id) {
            return Ok(Selector::Id(text.to_string()));
        }
        Err("write spun=original, all, p>=0.9, or an id of --list".to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::proposal::{Applicability, Score};
    use crate::text::edit::{Cause, Edit};
    use crate::text::span::Span;

    #[test]
    fn selects_by_pair_probability_and_id() {
        let edit =
            Edit { span: Span::new(4, 13), before: "Mentioned".into(), after: "Said".into(), cause: Cause::rule("x") };
        let (score, rivals) = (Score::default(), Vec::new());
        let proposal =
            Proposal { edit, probability: 0.9, applicability: Applicability::Apply, score, rivals, units: (0, 1) };
        let digest = "0123456789".repeat(7);
        for (text, expected) in [
            ("all", true),
            ("mentioned=said", true),
            ("mentioned -> said", true),
            ("mentioned=told", false),
            ("p>=0.9", true),
            ("p > .9", false),
            ("p<0.95", true),
            ("p<=0.5", false),
            ("01234567:4-13", true),
            ("01234567:4-14", false),
        ] {
            let selector: Selector = text.parse().unwrap();
            assert_eq!(selector.selects(&digest, &proposal), expected, "{text}");
            assert_eq!(selector.to_string().parse(), Ok(selector));
        }
        for text in ["", "mentioned", "=said", "p>=2", "p>=x", "0123:4-13"] {
            assert!(text.parse::<Selector>().is_err(), "{text}");
        }
    }
}
