//! Makes dictionary entries of what was counted, each with a weight, and with the evidence that a person goes by.

use std::collections::{BTreeMap, BTreeSet};

use crate::lexicon::dictionary::MASS_LIMIT;
use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::inflect::{forms, lemmas};
use crate::mine::evidence::{Evidence, State};
use crate::mine::fold::fold;
use crate::mine::miner::{Head, Miner, Replacement, Seen};

/// An entry with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The entry.
    pub entry: Entry,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// What genuine text says of wordings.
pub trait Genuine {
    /// How often `wording` stands in a million words.
    fn per_million(&self, wording: &str) -> f64;
    /// How often `word` stands in a million, where it is known as a word.
    fn word(&self, word: &str) -> Option<f64>;
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
/// Weight of what would be the other way round of what was seen.
///
/// Source: cross-validation within the even-numbered half of dev, among .01, .05 and .15.
const TURNED: f32 = 0.05;
/// Places after which one word with capitals is a name, and not a word of a headline.
const NAME_PLACES: u32 = 2;

/// The wordings whose base rates [`propose`] asks for, so that they can be counted in one go through a corpus.
pub fn wordings(miner: &Miner) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for ((original, spun), seen) in &miner.seen {
        // Of what folds, the lemmas are asked for; the wordings themselves are among them.
        for class in [Class::Verb, Class::Noun, Class::Adj] {
            found.extend(lemmas(original, class));
            found.extend(lemmas(spun, class));
        }
        for (before, after) in &seen.around {
            for (l, r) in [(before.as_str(), ""), ("", after.as_str()), (before.as_str(), after.as_str())] {
                found.extend(<[String; 2]>::from(with_context(original, spun, l, r)));
            }
        }
    }
    found.remove("");
    found
}

/// The proposals of `miner`, in no order.
///
/// What is ordinary English and was seen in one text alone is proposed twice: to add between its neighbours, and by itself
/// for a person to decide. What was seen one way may be made the other way round; that is proposed, too, for a person to decide.
pub fn propose(miner: &Miner, genuine: &dyn Genuine) -> Vec<Proposal> {
    let mut originals: BTreeMap<&str, u32> = BTreeMap::new();
    miner.seen.keys().for_each(|(_, spun)| *originals.entry(spun).or_default() += 1);
    let is_whole = |(original, spun): &Replacement| !original.is_empty() && !spun.is_empty();
    let is_common = |spun: &str| genuine.per_million(spun) >= RARE;
    let foldable = miner.seen.iter().filter(|(pair, seen)| is_whole(pair) && name(pair, seen).is_none());
    let folded = fold(foldable.map(|((o, s), _)| (o.as_str(), s.as_str())), |word| genuine.word(word));
    let (mut is_folded, mut is_sure): (BTreeSet<&Replacement>, BTreeSet<&Replacement>) = Default::default();
    let mut out: Vec<Proposal> = Vec::new();
    // Where those are that would be the other way round, too.
    let mut turnable: Vec<usize> = Vec::new();
    for group in &folded {
        is_folded.extend(&group.forms);
        let heads = forms(&group.lemmas.0, group.class);
        let distinct: BTreeSet<&String> = heads.iter().collect();
        let head = distinct.into_iter().filter_map(|form| miner.heads.get(form)).fold(Head::default(), pooled_head);
        let seen = group.forms.iter().map(|form| &miner.seen[form]).fold(Seen::default(), pooled);
        let ambiguity = group.forms.iter().map(|(_, spun)| originals[spun.as_str()]).max().unwrap_or(1);
        let n_forms = group.forms.len() as u32;
        if seen.texts > 1 || n_forms > 1 {
            is_sure.extend(&group.forms);
        }
        let kind = if seen.texts == 1 && is_common(&group.lemmas.1) { Kind::Common } else { Kind::Whole };
        let wording = Wording { pair: group.lemmas.clone(), class: group.class, kind };
        turnable.push(out.len());
        out.push(proposal(wording, &seen, head, n_forms, ambiguity, genuine));
    }
    for (pair, seen) in &miner.seen {
        let (original, spun) = pair;
        let head = miner.heads.get(original).copied().unwrap_or_default();
        let ambiguity = originals[spun.as_str()];
        let mut add = |pair, class, kind| {
            if kind != Kind::CameOrWent && class != Class::Name {
                turnable.push(out.len());
            }
            out.push(proposal(Wording { pair, class, kind }, seen, head, 1, ambiguity, genuine));
        };
        let is_safe = is_whole(pair) && (seen.texts > 1 || !is_common(spun) || is_sure.contains(pair));
        if !is_safe {
            let kind = if is_whole(pair) { Kind::Whole } else { Kind::CameOrWent };
            contexts(original, spun, seen, genuine).into_iter().for_each(|pair| add(pair, Class::Phrase, kind));
        }
        if is_whole(pair) && !is_folded.contains(pair) {
            let kind = if is_safe { Kind::Whole } else { Kind::Common };
            match name(pair, seen) {
                Some(names) => add(names.clone(), Class::Name, kind),
                None => add(pair.clone(), Class::Phrase, kind),
            }
        }
    }
    let seen: BTreeSet<Replacement> = out.iter().map(|p| (p.entry.original.clone(), p.entry.spun.clone())).collect();
    let likely = turnable.into_iter().map(|at| &out[at]).filter(|p| p.evidence.state != State::Noise);
    let turned: Vec<Proposal> = likely
        .filter(|p| !seen.contains(&(p.entry.spun.clone(), p.entry.original.clone())))
        .map(|p| turned(&p.entry, genuine))
        .collect();
    out.extend(turned);
    out
}

/// The other way round of what was seen.
fn turned(entry: &Entry, genuine: &dyn Genuine) -> Proposal {
    let (spun, original) = (entry.original.clone(), entry.spun.clone());
    let evidence = Evidence {
        reason: "the other way round of one that was seen".to_string(),
        base_rate: genuine.per_million(&spun),
        ambiguity: 1,
        ..Evidence::default()
    };
    Proposal {
        entry: Entry { spun, original, weight: TURNED, evidence: "inferred".to_string(), ..entry.clone() },
        evidence,
    }
}

/// Both sides with their capitals, where they are a name.
fn name<'a>((original, _): &Replacement, seen: &'a Seen) -> Option<&'a Replacement> {
    let is_long = original.contains(' ');
    let is_name = seen.small == 0 && (is_long || seen.capitals >= NAME_PLACES);
    seen.names.as_ref().filter(|_| is_name)
}

fn pooled(mut all: Seen, one: &Seen) -> Seen {
    all.texts += one.texts;
    all.places += one.places;
    if all.example.is_empty() {
        all.example.clone_from(&one.example);
    }
    all
}

fn pooled_head(all: Head, one: &Head) -> Head {
    Head { replaced: all.replaced + one.replaced, kept: all.kept + one.kept, survived: all.survived + one.survived }
}

/// What is proposed.
struct Wording {
    pair: Replacement,
    class: Class,
    kind: Kind,
}

/// How a pair came to be proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As it was seen, or with a neighbour.
    Whole,
    /// As it was seen, though its spun side is ordinary English and one text is all that speaks for it.
    Common,
    /// One of the sides was empty, and has got its neighbours.
    CameOrWent,
}

fn proposal(
    wording: Wording,
    seen: &Seen,
    head: Head,
    n_forms: u32,
    ambiguity: u32,
    genuine: &dyn Genuine,
) -> Proposal {
    let share = f64::from(seen.texts) / f64::from((head.replaced + head.kept).max(seen.texts).max(1));
    let (state, reason) = judge(&wording, seen, head, n_forms, share);
    let Wording { pair: (original, spun), class, .. } = wording;
    let evidence = Evidence {
        state,
        reason: reason.to_string(),
        count: seen.texts,
        places: seen.places,
        forms: n_forms,
        share,
        base_rate: genuine.per_million(&spun),
        ambiguity,
        example: seen.example.clone(),
    };
    let weight = weight(seen, head);
    let entry = Entry { spun, original, class, weight, evidence: "mined".to_string(), note: String::new(), line: 0 };
    Proposal { entry, evidence }
}

/// A replacement with a word before it and one after it, either of which may be empty.
fn with_context(original: &str, spun: &str, before: &str, after: &str) -> Replacement {
    let join = |words: [&str; 3]| words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    (join([before, original, after]), join([before, spun, after]))
}

/// The wordings with the smallest context that makes them safe: one neighbour where that makes the spun side rare,
/// both of a wording that came or went.
fn contexts(original: &str, spun: &str, seen: &Seen, genuine: &dyn Genuine) -> Vec<Replacement> {
    let has_empty = original.is_empty() || spun.is_empty();
    let mut out: Vec<Replacement> = Vec::new();
    for (before, after) in &seen.around {
        let with = |l: &str, r: &str| with_context(original, spun, l, r);
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
                if genuine.per_million(&left.1) <= genuine.per_million(&right.1) { left } else { right }
            }
        };
        if !out.contains(&found) {
            out.push(found);
        }
    }
    out
}

fn judge(wording: &Wording, seen: &Seen, head: Head, n_forms: u32, share: f64) -> (State, &'static str) {
    let n_words = |side: &str| side.split(' ').count();
    let kind = wording.kind;
    if kind == Kind::CameOrWent {
        return (if seen.texts > 1 { State::Ambiguous } else { State::Noise }, "a wording came or went");
    }
    if f64::from(head.replaced) < MOSTLY_KEPT * f64::from(head.replaced + head.kept) {
        return (State::Noise, "its original is mostly kept");
    }
    if seen.texts == 1 && head.replaced > 3 && share < 0.15 {
        return (State::Noise, "other wordings are drawn for this original");
    }
    if seen.texts == 1 && n_words(&wording.pair.0) + n_words(&wording.pair.1) > 5 {
        return (State::Ambiguous, "a long wording seen once");
    }
    match (kind, seen.texts > 1, n_forms > 1) {
        (Kind::Common, _, false) => (State::Ambiguous, "ordinary English, seen in one text"),
        (_, _, true) => (State::Add, "both sides inflect in step"),
        (_, true, _) => (State::Add, "seen in several texts"),
        _ => (State::Add, "seen once"),
    }
}

/// P(this spun wording | this original, every head fires).
fn weight(seen: &Seen, head: Head) -> f32 {
    let drawn = f64::from(head.replaced);
    let log_odds = drawn * REPLACED_RATIO.ln() + head.survived.max(-SURVIVAL_LIMIT);
    let mass = (1.0 / (1.0 + (-log_odds).exp())).min(f64::from(MASS_LIMIT));
    let share = f64::from(seen.texts) / (drawn.max(f64::from(seen.texts)) + UNSEEN_DRAWS);
    (((mass * share) * 1000.0).round().max(1.0) / 1000.0) as f32
}
