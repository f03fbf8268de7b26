//! Makes dictionary entries of what was counted, each with a weight, a recommended state and its reason.

use crate::lexicon::dictionary::MASS_LIMIT;
use crate::lexicon::entry::{Class, Entry};
use crate::mine::miner::{Head, Miner, Seen};

/// What is recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Use it.
    Add,
    /// A person should look.
    Ambiguous,
    /// Leave it out.
    Noise,
}

impl State {
    /// Its name in a proposal file.
    pub fn name(self) -> &'static str {
        match self {
            State::Add => "add",
            State::Ambiguous => "ambiguous",
            State::Noise => "noise",
        }
    }
}

/// An entry with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The entry; its note holds the evidence.
    pub entry: Entry,
    /// What is recommended.
    pub state: State,
    /// Why.
    pub reason: String,
    /// Texts it was seen in.
    pub count: u32,
    /// Originals that its spun side was seen for.
    pub ambiguity: usize,
    /// Occurrences of the spun side per million words of genuine text.
    pub base_rate: f64,
    /// Share of the texts with this original in which it became this.
    pub share: f64,
}

/// What is believed of a head before its second text: odds that the spinner's table holds it, and that a replacement is no
/// slip of the alignment; as in `mine/fit.rs`.
const REPLACED_RATIO: f64 = 20.0;
/// The most that survivals can say, nats.
const SURVIVAL_LIMIT: f64 = 6.0;
/// How many draws the alternatives that nobody has seen are worth.
const UNSEEN_DRAWS: f64 = 0.7;
/// A spun wording rarer than this, per million words, needs no context.
const RARE: f64 = 8.0;
/// A head with at least so many survivals against each replacement was not replaced by a table.
const MOSTLY_KEPT: f64 = 0.2;

/// The proposals of `miner`, in no order; `base_rate` says how often per million words a wording occurs in genuine text.
pub fn propose(miner: &Miner, base_rate: impl Fn(&str) -> f64) -> Vec<Proposal> {
    let mut originals: std::collections::BTreeMap<&str, usize> = Default::default();
    miner.seen.keys().for_each(|(_, spun)| *originals.entry(spun).or_default() += 1);
    let mut out: Vec<Proposal> = Vec::new();
    for ((original, spun), seen) in &miner.seen {
        let head = miner.heads.get(original).copied().unwrap_or_default();
        let rate = base_rate(spun);
        let is_safe = !original.is_empty() && !spun.is_empty() && (rate < RARE || seen.texts > 1);
        let mut wordings = if is_safe { Vec::new() } else { contexts(original, spun, seen, &base_rate) };
        // Between replaced neighbours there is no context to be had.
        if wordings.is_empty() && !original.is_empty() && !spun.is_empty() {
            wordings.push((original.clone(), spun.clone()));
        }
        let share = f64::from(seen.texts) / f64::from((head.replaced + head.kept).max(1));
        let ambiguity = originals[spun.as_str()];
        let (state, reason) = judge(original, spun, seen, head, share);
        for (o, s) in wordings {
            let note = format!(
                "{}: {reason}; {} texts, {} places, share {share:.2}, base {rate:.1}, ambiguity {ambiguity}",
                state.name(),
                seen.texts,
                seen.places
            );
            out.push(Proposal {
                entry: Entry {
                    spun: s,
                    original: o,
                    class: Class::Phrase,
                    weight: weight(seen, head),
                    evidence: "mined".to_string(),
                    note,
                    line: 0,
                },
                state,
                reason: reason.clone(),
                count: seen.texts,
                ambiguity,
                base_rate: rate,
                share,
            });
        }
    }
    out
}

/// The wordings with the smallest context that makes them safe: one neighbour where that makes the spun side rare,
/// both of a wording that came or went.
fn contexts(original: &str, spun: &str, seen: &Seen, base_rate: &impl Fn(&str) -> f64) -> Vec<(String, String)> {
    let join = |words: [&str; 3]| words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    let has_empty = original.is_empty() || spun.is_empty();
    let mut out: Vec<(String, String)> = Vec::new();
    for (before, after) in &seen.around {
        let with = |l: &str, r: &str| (join([l, original, r]), join([l, spun, r]));
        let found = match (before.as_str(), after.as_str()) {
            ("", "") => continue,
            (l, r) if l.is_empty() || r.is_empty() => {
                if has_empty {
                    continue;
                }
                with(l, r)
            }
            (l, r) if has_empty => with(l, r),
            (l, r) => {
                let (left, right) = (with(l, ""), with("", r));
                if base_rate(&left.1) <= base_rate(&right.1) { left } else { right }
            }
        };
        if !out.contains(&found) {
            out.push(found);
        }
    }
    out
}

fn judge(original: &str, spun: &str, seen: &Seen, head: Head, share: f64) -> (State, String) {
    let say = |state, reason: &str| (state, reason.to_string());
    if original.is_empty() || spun.is_empty() {
        return say(if seen.texts > 1 { State::Ambiguous } else { State::Noise }, "a wording came or went");
    }
    if f64::from(head.replaced) < MOSTLY_KEPT * f64::from(head.replaced + head.kept) {
        return say(State::Noise, "its original is mostly kept");
    }
    if seen.texts == 1 && head.replaced > 3 && share < 0.15 {
        return say(State::Noise, "other wordings are drawn for this original");
    }
    if seen.texts == 1 && original.split(' ').count() + spun.split(' ').count() > 5 {
        return say(State::Ambiguous, "a long wording seen once");
    }
    say(State::Add, if seen.texts > 1 { "seen in several texts" } else { "seen once" })
}

/// P(this spun wording | this original, every head fires).
fn weight(seen: &Seen, head: Head) -> f32 {
    let drawn = f64::from(head.replaced);
    let log_odds = drawn * REPLACED_RATIO.ln() + head.survived.max(-SURVIVAL_LIMIT);
    let mass = (1.0 / (1.0 + (-log_odds).exp())).min(f64::from(MASS_LIMIT));
    let share = f64::from(seen.texts) / (drawn.max(f64::from(seen.texts)) + UNSEEN_DRAWS);
    (((mass * share) * 1000.0).round().max(1.0) / 1000.0) as f32
}
