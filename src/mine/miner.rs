//! Counts, over many pairs, what a spinner writes for what.
//!
//! Pairs come in batches. Within a batch stretches are taken apart twice, the second time with what the first has shown, so
//! that a replacement that stands alone in one text tells neighbours apart in another. Memory holds the batch and one
//! record for each replacement seen; where records pass a limit, those seen in one text go (lossy counting; Manku and
//! Motwani 2002).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::mine::align::{Aligned, align};
use crate::mine::fit::Pair;
use crate::mine::known::{Known, NOTHING, pair, with};
use crate::mine::segment::{LONGEST_PIECE, segment};
use crate::mine::side::{Side, is_barrier};

/// A replacement: what stood there, and what the spinner wrote; one of the two may be empty.
pub type Replacement = (String, String);

/// What was seen of a replacement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// Texts.
    pub texts: u32,
    /// Places.
    pub places: u32,
    /// Kept words before and after it, empty where there was none; the first few that differ.
    pub around: Vec<(String, String)>,
    /// Places inside a sentence in small letters where both sides had capitals.
    pub capitals: u32,
    /// Places where a side began with a small letter.
    pub small: u32,
    /// Both sides with the capitals of the first such place.
    pub names: Option<Replacement>,
    /// The first place, as `some words [spun|original] some words`.
    pub example: String,
}

/// What was seen of an original wording that was replaced somewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Head {
    /// Texts in which it was replaced, by whatever.
    pub replaced: u32,
    /// Texts in which it stands and was kept throughout.
    pub kept: u32,
    /// Sum over those of ln P(it is kept | the spinner knows it), nats.
    pub survived: f64,
}

/// What a run saw.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Totals {
    /// Pairs that aligned.
    pub pairs: usize,
    /// Pairs that differ by more than spinning.
    pub skipped: usize,
    /// Sum of the shares of the pairs' units that aligned.
    pub shares: f64,
    /// Replacements, places counted.
    pub places: usize,
    /// Records given up to keep within the limit.
    pub forgotten: usize,
}

/// A pair of which less than this aligns is two editions, not one text and its spinning.
const LEAST_ALIGNED: f64 = 0.3;
/// Records kept at most.
const MOST_RECORDS: usize = 300_000;
/// How many different surroundings of a replacement are remembered.
const MOST_AROUND: usize = 6;
/// P(a head that the spinner knows is kept in a text all of whose heads are replaced); as in `mine/fit.rs`.
const SURVIVES: f64 = 0.04;

/// The counts so far.
///
/// ```
/// use despin::lexicon::dictionary::Lexicon;
/// use despin::mine::fit::Pair;
/// use despin::mine::known::Known;
/// use despin::mine::miner::Miner;
///
/// let pair = |original: &str, spun: &str| Pair { original: original.to_string(), spun: spun.to_string() };
/// let mut miner = Miner::default();
/// let pairs = [
///     pair("The fighting went on for a week in the town.", "The combating went on for a week in the town."),
///     pair("All the fighting has stopped near the coast.", "All the combating has stopped near the coast."),
/// ];
/// miner.add(&pairs, &Known::of(&Lexicon::default()));
/// let seen = &miner.seen[&("fighting".to_string(), "combating".to_string())];
/// assert_eq!(seen.texts, 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Miner {
    /// What was replaced by what; in order, so that nothing depends on a hash.
    pub seen: BTreeMap<Replacement, Seen>,
    /// Originals that were replaced.
    pub heads: FxHashMap<String, Head>,
    /// What was seen altogether.
    pub totals: Totals,
    /// Texts in which each pair was seen, by its hash.
    learned: FxHashMap<u64, u32>,
}

/// The cost of a replacement that a dictionary has, in those of `mine/segment.rs`.
const KNOWN: f32 = 1.0;

/// The cost of what was seen in `n` texts.
fn learned(n: u32) -> Option<f32> {
    (n > 1).then(|| 1.6 - (0.15 * (n as f32).ln()).min(0.4))
}

/// One place of one text.
struct Found {
    replacement: Replacement,
    /// Its hash, as in `mine/known.rs`.
    hash: u64,
    around: (String, String),
    casing: Casing,
    /// Both sides as they stand.
    wordings: Replacement,
    /// Units of both sides.
    place: (Range<usize>, Range<usize>),
}

/// What the first letters of a place say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Casing {
    /// Both sides have capitals where others have none: a name.
    Capitals,
    /// Capitals that every word has there: at the beginning of a sentence, and in headlines.
    Open,
    /// A small letter.
    Small,
}

impl Miner {
    /// Takes in a batch; pairs that are `known` are found more readily.
    pub fn add(&mut self, batch: &[Pair], known: &Known) {
        let sides: Vec<(Side, Side)> =
            batch.iter().map(|pair| (Side::new(&pair.original), Side::new(&pair.spun))).collect();
        let mut texts: Vec<(&Side, &Side, Aligned)> = Vec::new();
        for (original, spun) in &sides {
            let aligned = align(original, spun);
            self.totals.shares += aligned.share;
            if aligned.share < LEAST_ALIGNED {
                self.totals.skipped += 1;
            } else {
                self.totals.pairs += 1;
                texts.push((original, spun, aligned));
            }
        }
        let mut first: FxHashMap<u64, u32> = FxHashMap::default();
        let cost = |pair: u64, here: u32| match known.has(pair) {
            true => Some(KNOWN),
            false => learned(self.learned.get(&pair).copied().unwrap_or(0) + here),
        };
        for text in &texts {
            let pieces = found(text, |pair| cost(pair, 0));
            let distinct: FxHashSet<u64> = pieces.into_iter().map(|piece| piece.hash).collect();
            distinct.into_iter().for_each(|pair| *first.entry(pair).or_default() += 1);
        }
        let again = |pair: u64| cost(pair, first.get(&pair).copied().unwrap_or(0));
        let all: Vec<Vec<Found>> = texts.iter().map(|text| found(text, again)).collect();
        let counted = all.into_iter().zip(&texts);
        let replaced: Vec<BTreeSet<String>> =
            counted.map(|(pieces, (original, spun, _))| self.count(pieces, original, spun)).collect();
        for ((original, _, aligned), replaced) in texts.iter().zip(&replaced) {
            self.hear_kept(original, aligned, replaced);
        }
        self.forget();
    }

    /// Counts the places of one text; gives the originals that were replaced in it.
    fn count(&mut self, pieces: Vec<Found>, original: &Side, spun: &Side) -> BTreeSet<String> {
        let mut heard: FxHashSet<u64> = FxHashSet::default();
        let mut replaced = BTreeSet::new();
        for Found { replacement, hash, around, casing, wordings, place } in pieces {
            self.totals.places += 1;
            replaced.insert(replacement.0.clone());
            let is_first = heard.insert(hash);
            *self.learned.entry(hash).or_default() += u32::from(is_first);
            let seen = self.seen.entry(replacement).or_default();
            seen.texts += u32::from(is_first);
            seen.places += 1;
            seen.capitals += u32::from(casing == Casing::Capitals);
            seen.small += u32::from(casing == Casing::Small);
            if casing == Casing::Capitals && seen.names.is_none() {
                seen.names = Some(wordings);
            }
            if seen.around.len() < MOST_AROUND && !seen.around.contains(&around) {
                seen.around.push(around);
            }
            if seen.example.is_empty() {
                seen.example = spun.example(place.1, &original.wording(place.0));
            }
        }
        replaced.iter().for_each(|head| self.heads.entry(head.clone()).or_default().replaced += 1);
        replaced
    }

    /// Takes down which heads one text has kept.
    fn hear_kept(&mut self, original: &Side, aligned: &Aligned, replaced: &BTreeSet<String>) {
        let mut kept: BTreeSet<String> = BTreeSet::new();
        let mut wording = String::new();
        for (at, &(first, _)) in aligned.kept.iter().enumerate() {
            wording.clear();
            for (n, &(unit, _)) in aligned.kept[at..].iter().take(LONGEST_PIECE).enumerate() {
                if unit != first + n as u32 {
                    break;
                }
                original.fold_onto(unit as usize, &mut wording);
                if self.heads.contains_key(&wording) && !replaced.contains(&wording) && !kept.contains(&wording) {
                    kept.insert(wording.clone());
                }
            }
        }
        // The share of the spinner's heads that it replaced here.
        let known = |wording: &String| {
            let head = self.heads[wording];
            f64::from(head.replaced) / f64::from((head.replaced + head.kept).max(1))
        };
        let survivors: f64 = kept.iter().map(known).sum();
        let rate = replaced.len() as f64 / (replaced.len() as f64 + survivors).max(1.0);
        for wording in kept {
            let head = self.heads.entry(wording).or_default();
            head.kept += 1;
            head.survived += (1.0 - rate).max(SURVIVES).ln();
        }
    }

    fn forget(&mut self) {
        if self.seen.len() > MOST_RECORDS {
            let before = self.seen.len();
            self.seen.retain(|_, seen| seen.texts > 1);
            self.learned.retain(|_, texts| *texts > 1);
            self.totals.forgotten += before - self.seen.len();
            let left: FxHashSet<&str> = self.seen.keys().map(|(original, _)| original.as_str()).collect();
            self.heads.retain(|head, _| left.contains(head.as_str()));
        }
    }
}

/// The replacements of one text, place by place.
fn found((original, spun, aligned): &(&Side, &Side, Aligned), known: impl Fn(u64) -> Option<f32>) -> Vec<Found> {
    let kept: FxHashMap<u32, u32> = aligned.kept.iter().copied().collect();
    let word = |i: Option<usize>, j: Option<usize>| match (i, j) {
        (Some(i), Some(j)) if kept.get(&(i as u32)) == Some(&(j as u32)) && !is_barrier(&original.units[i]) => {
            original.units[i].folded.clone()
        }
        _ => String::new(),
    };
    let mut out = Vec::new();
    for stretch in &aligned.stretches {
        for piece in segment(original, spun, (stretch.original.clone(), stretch.spun.clone()), &known) {
            let (o, s) = (piece.original, piece.spun);
            let units = || original.units[o.clone()].iter().chain(&spun.units[s.clone()]);
            if o.len() > LONGEST_PIECE || s.len() > LONGEST_PIECE || units().any(is_barrier) {
                continue;
            }
            let replacement = (original.folded(o.clone()), spun.folded(s.clone()));
            if ["a", "an", ""].contains(&replacement.0.as_str()) && ["a", "an", ""].contains(&replacement.1.as_str()) {
                continue;
            }
            let before = word(o.start.checked_sub(1), s.start.checked_sub(1));
            let after = word(Some(o.end), Some(s.end));
            let casing = casing((original, &o), (spun, &s));
            let wordings = (original.wording(o.clone()), spun.wording(s.clone()));
            let wording = |side: &Side, range: &Range<usize>| {
                side.units[range.clone()].iter().fold(NOTHING, |hash, unit| with(hash, &unit.folded))
            };
            let hash = pair(wording(original, &o), wording(spun, &s));
            out.push(Found { replacement, hash, around: (before, after), casing, wordings, place: (o, s) });
        }
    }
    out
}

/// What the letters say of a replacement.
fn casing((original, o): (&Side, &Range<usize>), (spun, s): (&Side, &Range<usize>)) -> Casing {
    let begins = |side: &Side, at: usize, is: fn(char) -> bool| side.units[at].span.of(side.text).starts_with(is);
    let is_small =
        |side: &Side, range: &Range<usize>| !range.is_empty() && begins(side, range.start, char::is_lowercase);
    if is_small(original, o) || is_small(spun, s) {
        return Casing::Small;
    }
    let is_capital = |side: &Side, range: &Range<usize>| {
        // A little word within a name may be small.
        !range.is_empty() && range.clone().filter(|&at| begins(side, at, char::is_uppercase)).count() * 2 > range.len()
    };
    let sentence = original.sentence_of(o.start);
    let others = || sentence.clone().filter(|at| !o.contains(at));
    let n_small = others().filter(|&at| begins(original, at, char::is_lowercase)).count();
    let n_letters = others().filter(|&at| begins(original, at, char::is_alphabetic)).count();
    let is_inside = sentence.clone().take_while(|&at| at < o.start).any(|at| begins(original, at, char::is_alphabetic));
    let is_name = is_inside && n_small * 2 > n_letters && is_capital(original, o) && is_capital(spun, s);
    if is_name { Casing::Capitals } else { Casing::Open }
}
