//! What many judged texts say together: shares, distributions, the commonest changes and a few examples.
//!
//! Texts are taken in one by one and not kept, so a survey's size does not depend on their number: what could grow without end is
//! counted in a [`Sketch`](sketch::Sketch).

pub mod finding;
pub mod sketch;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;
use serde::Serialize;

use crate::detect::verdict::Label;
use crate::survey::finding::{Finding, Piece};
use crate::survey::sketch::Sketch;
use crate::text::unit::fold;

/// How much of it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What it is called.
    pub title: String,
    /// How many groups and how many changes are listed.
    pub n_rows: usize,
    /// How many examples are shown.
    pub n_examples: usize,
    /// How many groups and how many changes are counted apart; beyond that, counts are a little too low.
    pub capacity: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { title: "Corpus report".to_string(), n_rows: 30, n_examples: 8, capacity: 50_000 }
    }
}

/// Bars of a histogram: twentieths from 0 to 1.
pub const N_BINS: usize = 20;
/// Longer names of groups and longer changes are cut, in signs.
const LONGEST: usize = 120;

/// Texts so far.
///
/// ```
/// use despin::detect::verdict::Label;
/// use despin::survey::finding::{Finding, Judged};
/// use despin::survey::{Options, Survey};
/// let finding = |label, probability| Finding {
///     judged: Some(Judged { label, probability, rate: 0.6, profile: None }),
///     ..Finding::default()
/// };
/// let mut survey = Survey::new(Options::default());
/// survey.add("a.jsonl:1", "example.org", &finding(Label::Spun, 0.99));
/// survey.add("a.jsonl:2", "example.org", &finding(Label::Genuine, 0.01));
/// let figures = survey.figures();
/// assert_eq!((figures.counts.verdicts.spun, figures.share.value), (1, 0.5));
/// assert_eq!(figures.groups[0].name, "example.org");
/// ```
#[derive(Debug)]
pub struct Survey {
    options: Options,
    counts: Counts,
    probability: [u64; N_BINS],
    rate: [u64; N_BINS],
    profiles: BTreeMap<String, u64>,
    groups: Sketch<String, Verdicts>,
    changes: Sketch<(String, String), u64>,
    // By a digest of where they stand, the lowest: chance, but the same every time.
    examples: BTreeMap<u64, Example>,
}

/// How many there are of everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Records.
    pub records: u64,
    /// Of these, those that despin said nothing of.
    pub without: u64,
    /// What could not be read.
    pub unreadable: u64,
    /// Texts that were changed.
    pub changed: u64,
    /// Changes that restoring made in them, where their journals are there.
    pub edits: u64,
    /// What was judged.
    #[serde(flatten)]
    pub verdicts: Verdicts,
}

/// How texts were judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Verdicts {
    /// Judged texts.
    pub judged: u64,
    /// Spun ones.
    pub spun: u64,
    /// Suspect ones.
    pub suspect: u64,
    /// Genuine ones.
    pub genuine: u64,
}

impl Verdicts {
    fn add(&mut self, label: Label) {
        self.judged += 1;
        match label {
            Label::Spun => self.spun += 1,
            Label::Suspect => self.suspect += 1,
            Label::Genuine => self.genuine += 1,
        }
    }
}

/// A part of a whole, with the interval that it lies in with probability .95 if the texts are a random sample.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Share {
    /// The part, 0 to 1.
    pub value: f64,
    /// Its least.
    pub low: f64,
    /// Its most.
    pub high: f64,
}

impl Share {
    /// `part` of `whole`.
    ///
    /// Source: the score interval of Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    pub fn of(part: u64, whole: u64) -> Share {
        /// 97.5 % of a normal distribution lie below.
        const Z: f64 = 1.959_964;
        if whole == 0 {
            return Share { value: 0.0, low: 0.0, high: 1.0 };
        }
        let n = whole as f64;
        let p = part as f64 / n;
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let reach = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        // Rounding must not leave a trace where the formula gives 0 or 1.
        let low = if part == 0 { 0.0 } else { middle - reach };
        let high = if part == whole { 1.0 } else { middle + reach };
        Share { value: p, low, high }
    }
}

/// A group of texts: a host, a folder, a file, or what a field says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// What it is called.
    pub name: String,
    /// How its texts were judged.
    #[serde(flatten)]
    pub verdicts: Verdicts,
    /// The share of spun ones.
    pub share: Share,
}

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What stood in the texts, in lower case.
    pub spun: String,
    /// What was put there.
    pub original: String,
    /// How often.
    pub times: u64,
    /// In how many texts.
    pub texts: u64,
}

/// A text that was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// Where it stands.
    pub place: String,
    /// How probably it was spun.
    pub probability: f64,
    /// A part of it.
    pub pieces: Vec<Piece>,
}

/// What a survey found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// What it is called.
    pub title: String,
    /// How many there are of everything.
    #[serde(flatten)]
    pub counts: Counts,
    /// The share of spun texts.
    pub share: Share,
    /// Judged texts by probability, in twentieths.
    pub probability: [u64; N_BINS],
    /// Spun texts by the rate, in twentieths.
    pub rate: [u64; N_BINS],
    /// Spun texts by the profile that explains them best, the commonest first.
    pub profiles: Vec<(String, u64)>,
    /// The largest groups.
    pub groups: Vec<Group>,
    /// How many groups there are, at least.
    pub n_groups: usize,
    /// No group has more texts than it shows and so many.
    pub groups_missed: u64,
    /// The commonest changes.
    pub changes: Vec<Change>,
    /// How many different changes there are, at least.
    pub n_changes: usize,
    /// No change is in more texts than it shows and so many.
    pub changes_missed: u64,
    /// Texts that were changed.
    pub examples: Vec<Example>,
}

impl Survey {
    /// No texts yet.
    pub fn new(options: Options) -> Survey {
        let capacity = options.capacity;
        Survey {
            options,
            counts: Counts::default(),
            probability: [0; N_BINS],
            rate: [0; N_BINS],
            profiles: BTreeMap::new(),
            groups: Sketch::new(capacity),
            changes: Sketch::new(capacity),
            examples: BTreeMap::new(),
        }
    }

    /// Takes in something that could not be read.
    pub fn add_unreadable(&mut self) {
        self.counts.unreadable += 1;
    }

    /// Takes in a record of which despin said nothing.
    pub fn add_without(&mut self) {
        self.counts.records += 1;
        self.counts.without += 1;
    }

    /// Takes in a text of `group`, which stands at `place`.
    pub fn add(&mut self, place: &str, group: &str, finding: &Finding) {
        self.counts.records += 1;
        self.counts.changed += u64::from(finding.is_changed);
        self.counts.edits += finding.edits.len() as u64;
        if let Some(judged) = &finding.judged {
            self.counts.verdicts.add(judged.label);
            self.groups.add(cut(group), |verdicts| verdicts.add(judged.label));
            self.probability[bin(judged.probability)] += 1;
            if judged.label == Label::Spun {
                self.rate[bin(judged.rate)] += 1;
                let profile = judged.profile.as_deref().unwrap_or("none");
                // There are a few in any run; a forged one may have many.
                if self.profiles.len() < self.options.capacity || self.profiles.contains_key(profile) {
                    *self.profiles.entry(cut(profile)).or_default() += 1;
                }
            }
        }
        let mut times: BTreeMap<(String, String), u64> = BTreeMap::new();
        for edit in &finding.edits {
            let side = |text: &str| cut(fold(text.trim()).as_str());
            let (spun, original) = (side(&edit.before), side(&edit.after));
            if spun != original {
                *times.entry((spun, original)).or_default() += 1;
            }
        }
        for (change, n) in times {
            self.changes.add(change, |times| *times += n);
        }
        self.add_example(place, finding);
    }

    fn add_example(&mut self, place: &str, finding: &Finding) {
        let Some(judged) = finding.judged.as_ref().filter(|_| !finding.edits.is_empty()) else { return };
        let mut hasher = FxHasher::default();
        place.hash(&mut hasher);
        // Its low bits alone say little of short texts.
        let digest = hasher.finish().wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
        let is_full = self.examples.len() >= self.options.n_examples;
        if is_full && self.examples.last_key_value().is_none_or(|(&last, _)| digest >= last) {
            return;
        }
        if let Some(pieces) = finding.excerpt() {
            let example = Example { place: place.to_string(), probability: judged.probability, pieces };
            self.examples.insert(digest, example);
            if self.examples.len() > self.options.n_examples {
                self.examples.pop_last();
            }
        }
    }

    /// What was found.
    pub fn figures(&self) -> Figures {
        let n_rows = self.options.n_rows;
        let groups = self.groups.top(n_rows).into_iter().map(|(name, _, &verdicts)| Group {
            name: name.clone(),
            verdicts,
            share: Share::of(verdicts.spun, verdicts.judged),
        });
        let changes = self.changes.top(n_rows).into_iter().map(|((spun, original), texts, &times)| Change {
            spun: spun.clone(),
            original: original.clone(),
            times,
            texts,
        });
        let mut profiles: Vec<(String, u64)> = self.profiles.clone().into_iter().collect();
        profiles.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        profiles.truncate(n_rows);
        let mut examples: Vec<Example> = self.examples.values().cloned().collect();
        examples.sort_by(|a, b| a.place.cmp(&b.place));
        Figures {
            title: self.options.title.clone(),
            counts: self.counts,
            share: Share::of(self.counts.verdicts.spun, self.counts.verdicts.judged),
            probability: self.probability,
            rate: self.rate,
            profiles,
            groups: groups.collect(),
            n_groups: self.groups.len(),
            groups_missed: self.groups.missed(),
            changes: changes.collect(),
            n_changes: self.changes.len(),
            changes_missed: self.changes.missed(),
            examples,
        }
    }
}

/// The bar of a histogram in which `value`, 0 to 1, is.
fn bin(value: f64) -> usize {
    ((value * N_BINS as f64) as usize).min(N_BINS - 1)
}

/// What is kept of a name.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::finding::Judged;

    fn judged(label: Label, probability: f64) -> Finding {
        Finding { judged: Some(Judged { label, probability, rate: 0.5, profile: None }), ..Finding::default() }
    }

    #[test]
    fn shares_have_intervals() {
        let half = Share::of(5, 10);
        assert!(
            (half.value - 0.5).abs() < 1e-9 && (half.low - 0.2366).abs() < 1e-3 && (half.high - 0.7634).abs() < 1e-3
        );
        assert_eq!((Share::of(0, 3).low, Share::of(3, 3).high), (0.0, 1.0));
        assert_eq!(Share::of(0, 0), Share { value: 0.0, low: 0.0, high: 1.0 });
    }

    #[test]
    fn texts_are_counted_by_group_and_bin() {
        let mut survey = Survey::new(Options::default());
        survey.add("a:1", "x", &judged(Label::Spun, 1.0));
        survey.add("a:2", "x", &judged(Label::Genuine, 0.04));
        survey.add("a:3", "y", &judged(Label::Suspect, 0.5));
        survey.add("a:4", "y", &Finding::default());
        survey.add_without();
        survey.add_unreadable();
        let figures = survey.figures();
        assert_eq!((figures.counts.records, figures.counts.without, figures.counts.unreadable), (5, 1, 1));
        assert_eq!(figures.counts.verdicts, Verdicts { judged: 3, spun: 1, suspect: 1, genuine: 1 });
        assert_eq!((figures.probability[0], figures.probability[10], figures.probability[N_BINS - 1]), (1, 1, 1));
        assert_eq!(figures.rate.iter().sum::<u64>(), 1);
        let groups: Vec<_> = figures.groups.iter().map(|g| (g.name.as_str(), g.verdicts.judged)).collect();
        assert_eq!(groups, [("x", 2), ("y", 1)]);
        assert_eq!(figures.profiles, [("none".to_string(), 1)]);
    }

    #[test]
    fn long_names_are_cut_between_signs() {
        assert_eq!(cut("é"), "é");
        assert_eq!(cut(&"é".repeat(500)).chars().count(), LONGEST + 1);
    }
}
