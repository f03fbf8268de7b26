//! A first look at a text, by which most genuine texts leave before they are read.
//!
//! Two stages, each much cheaper than the next (the cascade of Viola and Jones 2001, "Rapid object detection using a
//! boosted cascade of simple features", section 4). Both are log-likelihood ratios of "spun at rate r" against "genuine", summed over the
//! phrases of the lexicon that the text has, each heard once:
//!
//! ```text
//! ln [ (1 − r · mass(s)) + r · Σ_o P(s | o) · P(o) / P(s) ]
//! ```
//!
//! The first takes P from the phrases alone, so each has one number, worked out when it is first seen; the second takes it
//! between the words that stand around. A text that both let through is read by the channel, which has the last word.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::channel::reader::Reader;
use crate::detect::stretch::LEAST;
use crate::detect::verdict::{Label, Verdict};
use crate::document::Document;
use crate::lexicon::dictionary::{PhraseId, Target};
use crate::lexicon::entry::Class;
use crate::lexicon::matcher::{NodeId, ROOT};
use crate::lm::{Context, State, WordId};

/// A stage: where it draws the line, and what it says of a text on this side.
///
/// Source: windows of 30, 100 and 300 tokens of the even-numbered half of dev, of its genuine texts and of news, the genuine ones as
/// they are and spun by our own dictionaries at 15, 30 and 100 %. Lines: of the windows that the channel calls spun, fewer
/// than two in a hundred are lost at 15 %, and one in three hundred at 30 %. Log-odds: least squares on those of the channel. docs/detection.md
/// has what they cost and save.
struct Stage {
    /// The rate, 0 to 1, that it asks about.
    rate: f32,
    /// The line, in nats, for a text of no units; what is below is genuine.
    line: f32,
    /// How much higher it is for each unit.
    line_per_unit: f32,
    /// Where it stays.
    highest_line: f32,
    /// Log-odds, in nats, of a text below the line: these, and more for each nat it says and for each nat of its length.
    log_odds: [f64; 3],
}

const ALONE: Stage =
    Stage { rate: 0.1, line: -1.2, line_per_unit: 0.008, highest_line: 0.0, log_odds: [13.61, 0.331, -3.043] };
const IN_CONTEXT: Stage =
    Stage { rate: 0.2, line: -1.5, line_per_unit: 0.02, highest_line: -1.0, log_odds: [2.322, 0.232, -0.875] };

/// Exponent on the language model's probabilities in context, as the channel has one.
///
/// Source: as for the stages.
const LM_SCALE: f32 = 0.6;
/// No phrase says more against or for spinning, in nats.
const BOUNDS: (f32, f32) = (-3.0, 6.0);
/// A text that leaves here is genuine, whatever a stage says of it; nats.
const MOST: f64 = -1.0;
/// What stands for a number that was not worked out yet.
const UNKNOWN: u32 = f32::NAN.to_bits();

/// The first look. Threads may share it.
///
/// ```
/// use despin::channel::reader::Reader;
/// use despin::detect::gate::Gate;
/// use despin::document::Document;
/// use despin::lexicon::builtin;
/// use despin::lm::NgramModel;
///
/// let model = NgramModel::english()?;
/// let gate = Gate::new(Reader::new(builtin::lexicon()?, &model, None));
/// let look = |text: &str| gate.look(&Document::new(text.to_string(), &[]));
/// // A genuine text leaves with a verdict; a spun one must be read.
/// assert!(look(include_str!("../../fixtures/genuine/flood_report/input.txt")).is_some());
/// assert!(look(include_str!("../../fixtures/restore/flood_report/input.txt")).is_none());
/// # Ok::<(), despin::Error>(())
/// ```
pub struct Gate<'a> {
    reader: Reader<'a>,
    // By node of the matcher: what its phrase says alone, as bits; made at the first look.
    alone: OnceLock<Box<[AtomicU32]>>,
}

/// A phrase where it stands.
struct Found {
    node: NodeId,
    units: Range<usize>,
}

impl<'a> Gate<'a> {
    /// One that looks at texts with what `reader` reads them with.
    pub fn new(reader: Reader<'a>) -> Self {
        Gate { reader, alone: OnceLock::new() }
    }

    /// What texts are read with.
    pub fn reader(&self) -> &Reader<'a> {
        &self.reader
    }

    /// The verdict on `document`, where it is surely genuine; none where it must be read.
    ///
    /// It has no evidence and the rate 0: nothing was read.
    pub fn look(&self, document: &Document) -> Option<Verdict> {
        let n = document.units().len();
        let n_stretches = ((n as f64 / LEAST) as usize).max(1);
        let mut log_odds = f64::NEG_INFINITY;
        for i in 0..n_stretches {
            log_odds = log_odds.max(self.log_odds(document, n * i / n_stretches..n * (i + 1) / n_stretches)?);
        }
        let probability = 1.0 / (1.0 + (-log_odds.min(MOST)).exp());
        Some(Verdict { label: Label::Genuine, probability, rate: 0.0, profile: None, evidence: Vec::new() })
    }

    /// Log-odds, in nats, that a stretch was spun, where it is surely genuine.
    fn log_odds(&self, document: &Document, stretch: Range<usize>) -> Option<f64> {
        let n_units = stretch.len();
        let mut found = self.phrases(document, stretch);
        // A spinner draws once, so each phrase is heard once.
        found.sort_unstable_by_key(|found| (found.node, found.units.start));
        let alone = found.chunk_by(|a, b| a.node == b.node).map(|places| self.alone(places[0].node)).sum();
        ALONE.judge(alone, n_units).or_else(|| IN_CONTEXT.judge(self.in_context(document, &found), n_units))
    }

    /// The phrases of a stretch, in order: at each place the longest, and on behind it.
    fn phrases(&self, document: &Document, stretch: Range<usize>) -> Vec<Found> {
        let matcher = self.reader.lexicon.matcher();
        let ids: Vec<_> = document.units()[stretch.clone()].iter().map(|unit| matcher.id(&unit.folded)).collect();
        let mut found = Vec::with_capacity(ids.len());
        let mut at = 0;
        while at < ids.len() {
            let mut node = ROOT;
            let mut longest = None;
            for (&id, end) in ids[at..].iter().zip(at + 1..) {
                let Some(next) = id.and_then(|id| matcher.step(node, id)) else { break };
                node = next;
                if self.reader.lexicon.phrase_at(node).is_some() {
                    longest = Some((node, end));
                }
            }
            let end = longest.map_or(at + 1, |(_, end)| end);
            found.extend(longest.map(|(node, end)| Found { node, units: stretch.start + at..stretch.start + end }));
            at = end;
        }
        found
    }

    /// What the phrase that ends at `node` says by itself, nats.
    fn alone(&self, node: NodeId) -> f32 {
        let n_nodes = self.reader.lexicon.matcher().n_nodes();
        let alone = self.alone.get_or_init(|| (0..n_nodes).map(|_| AtomicU32::new(UNKNOWN)).collect());
        let kept = &alone[node as usize];
        let known = f32::from_bits(kept.load(Ordering::Relaxed));
        if !known.is_nan() {
            return known;
        }
        let context = self.reader.model.context(self.reader.model.empty());
        let ln_prob =
            |phrase| self.ln_prob(&context, self.reader.model.empty(), self.reader.words(phrase).words.iter());
        // Whoever comes second writes the same.
        let said = self.said(node, &ALONE, ln_prob(self.reader.lexicon.phrase_at(node).expect("found")), ln_prob);
        kept.store(said.to_bits(), Ordering::Relaxed);
        said
    }

    /// What the phrases `found` say between the words around them, nats: each the mean of its places, which stand together.
    fn in_context(&self, document: &Document, found: &[Found]) -> f32 {
        let words: Vec<Option<WordId>> =
            document.units().iter().map(|u| Some(self.reader.model.id(u.lm_word()?))).collect();
        let reach = self.reader.model.order() - 1;
        let mut after = Vec::with_capacity(reach);
        let mut sum = 0.0;
        for places in found.chunk_by(|a, b| a.node == b.node) {
            let node = places[0].node;
            if !self.is_spun(node) {
                // Kept heads say the same wherever they stand.
                sum += self.said(node, &IN_CONTEXT, 0.0, |_| 0.0);
                continue;
            }
            let mut of_phrase = 0.0;
            for Found { units, .. } in places {
                let before = words[units.start.saturating_sub(reach)..units.start].iter().flatten();
                let state =
                    before.fold(self.reader.model.empty(), |state, &word| self.reader.model.score(state, word).1);
                let context = self.reader.model.context(state);
                after.clear();
                after.extend(words[units.end..(units.end + reach).min(words.len())].iter().flatten());
                let own: Vec<WordId> = words[units.clone()].iter().flatten().copied().collect();
                let own = LM_SCALE * self.ln_prob(&context, state, own.iter().chain(&after));
                of_phrase += self.said(node, &IN_CONTEXT, own, |phrase| {
                    LM_SCALE * self.ln_prob(&context, state, self.reader.words(phrase).words.iter().chain(&after))
                });
            }
            sum += of_phrase / places.len() as f32;
        }
        sum
    }

    /// True where the phrase at `node` is spun from something.
    fn is_spun(&self, node: NodeId) -> bool {
        self.reader.lexicon.targets(node).iter().any(|target| !self.is_name(target))
    }

    /// Names are left out of all of this: they are told by their capitals.
    fn is_name(&self, target: &Target) -> bool {
        self.reader.lexicon.entry(target.entry).class == Class::Name
    }

    /// How surely the phrase at `node` would have been replaced.
    fn mass(&self, node: NodeId) -> f32 {
        let phrase = self.reader.lexicon.get(self.reader.lexicon.phrase_at(node).expect("found"));
        if phrase.text.chars().any(char::is_uppercase) { 0.0 } else { phrase.head_mass }
    }

    /// What the phrase at `node` says, nats, where it has `own` and its originals what `ln_prob` says.
    fn said(&self, node: NodeId, stage: &Stage, own: f32, mut ln_prob: impl FnMut(PhraseId) -> f32) -> f32 {
        let mut ratio = 1.0 - stage.rate * self.mass(node);
        for target in self.reader.lexicon.targets(node) {
            if !self.is_name(target) {
                ratio += stage.rate * target.weight * (ln_prob(target.original) - own).exp();
            }
        }
        ratio.ln().clamp(BOUNDS.0, BOUNDS.1)
    }

    /// ln P of `words` after `state`, whose context this is, nats.
    fn ln_prob<'w>(&self, context: &Context, mut state: State, mut words: impl Iterator<Item = &'w WordId>) -> f32 {
        let mut sum = 0.0;
        if let Some(&first) = words.next() {
            (sum, state) = context.score(first);
        }
        for &word in words {
            let (ln_prob, next) = self.reader.model.score(state, word);
            sum += ln_prob;
            state = next;
        }
        sum
    }
}

impl Stage {
    /// Log-odds, in nats, that a text of so many units was spun of which this stage has heard `said`; none where it is above
    /// the line.
    fn judge(&self, said: f32, n_units: usize) -> Option<f64> {
        let n = n_units as f32;
        if said >= (self.line + self.line_per_unit * n).min(self.highest_line) {
            return None;
        }
        let [bias, slope, length] = self.log_odds;
        Some(bias + slope * f64::from(said) + length * f64::from(n + 100.0).ln())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::pipeline::{Despinner, Options};

    /// The fixtures of a kind, as texts.
    fn texts(kind: &str) -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(kind);
        let mut folders: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        folders.into_iter().filter_map(|folder| fs::read_to_string(folder.join("input.txt")).ok()).collect()
    }

    /// What looking alone says of `text`, and what reading it says.
    fn both(text: &str) -> (Option<Verdict>, Verdict) {
        let despinner = Despinner::builtin().unwrap();
        let model = crate::lm::NgramModel::english().unwrap();
        let looked =
            Gate::new(Reader::new(despinner.lexicon(), &model, None)).look(&Document::new(text.to_string(), &[]));
        let thorough = Options { is_thorough: true, clean: None, ..Options::default() };
        (looked, despinner.with(thorough).detect(text.as_bytes()))
    }

    #[test]
    fn genuine_texts_leave_and_spun_ones_do_not() {
        let genuine = texts("genuine");
        let left = genuine.iter().filter_map(|text| both(text).0).collect::<Vec<_>>();
        assert!(left.len() * 2 > genuine.len(), "{} of {}", left.len(), genuine.len());
        assert!(left.iter().all(|verdict| verdict.label == Label::Genuine && verdict.probability < 0.3));
        for text in texts("restore") {
            let (looked, read) = both(&text);
            assert!(looked.is_none() && read.label == Label::Spun, "{text}");
        }
    }

    #[test]
    fn a_spun_part_of_a_long_text_is_seen() {
        let (genuine, spun) = (texts("genuine").join("\n\n"), texts("restore").join("\n\n"));
        let n = genuine.len() / 2;
        let cut = genuine[n..].find("\n\n").unwrap() + n;
        let long = format!("{}\n\n{spun}{}", &genuine[..cut], &genuine[cut..]);
        assert!(Document::new(long.clone(), &[]).units().len() as f64 > 2.0 * LEAST);
        assert!(both(&long).0.is_none());
    }

    #[test]
    fn looking_again_says_the_same() {
        let despinner = Despinner::builtin().unwrap();
        for text in texts("genuine").iter().take(3) {
            assert_eq!(despinner.detect(text.as_bytes()), despinner.detect(text.as_bytes()));
        }
    }

    #[test]
    fn the_line_rises_to_its_highest() {
        let line = |n_units: usize| (-300..300).find(|&x| ALONE.judge(x as f32 / 100.0, n_units).is_none()).unwrap();
        assert!(line(0) < line(100) && line(100) < line(1000));
        assert_eq!(line(1000), line(100_000));
    }
}
