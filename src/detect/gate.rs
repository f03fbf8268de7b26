//! A first look at a text, by which most genuine texts leave before they are read.
//!
//! Three stages, each much cheaper than the next (the cascade of Viola and Jones 2001, "Rapid object detection using a
//! boosted cascade of simple features", section 4). The first is a [classifier](crate::detect::classifier) that knows the built-in dictionaries; where others
//! are used it is left out. The others are log-likelihood ratios of "spun at rate r" against "genuine", summed over the
//! phrases of the lexicon that the text has ([`ratio`](crate::channel::ratio)), each heard once.
//!
//! The second stage takes P from the phrases alone, so each has one number, which the built-in ones have from when despin was built, and adds what the
//! first has said; the third takes it between the words that stand around, and adds a part of what the first has said. A text that all let through is read by the channel, which has the last word.
//! A long text is looked at by stretches, each for itself.

use std::ops::Range;

use crate::channel::lazily::Lazily;
use crate::channel::ratio::{alone, is_name, ln_prob, said};
use crate::channel::reader::Reader;
use crate::detect::classifier::Classifier;
use crate::detect::verdict::{Label, Verdict};
use crate::lexicon::matcher::{NodeId, ROOT, UnitId};
use crate::lm::{LanguageModel, WordId};
use crate::text::span::Span;
use crate::text::tokenize::tokens;
use crate::text::unit::{UnitKind, each_unit, fold, lm_word};

/// A stage: where it draws the line, and what it says of a text on this side.
///
/// Source: windows of 30 to 500 words of the even-numbered half of dev, of its genuine texts and of news, the genuine ones as
/// they are and spun by our own dictionaries at 15, 30, 50 and 100 %. Lines: of the windows that the channel calls spun, all stages together lose
/// twelve of 669 at 15 % and six of 1,602 at 30 %. Log-odds: least squares on those of the channel. docs/detection.md
/// has what they cost and save. The last stage where there is a first: 9,500 texts of other news, of 4, 12 and 36 lines, as they are and spun at 15 and at
/// 30 %. With what the first has heard it loses as few of those that the channel calls spun, 14 of 7,576, and fewer genuine ones are read: 1,407 for 1,519, and
/// of 4,000 articles 6 for 13.
struct Stage {
    /// The line, in nats, for a text of no units; what is below is genuine.
    line: f32,
    /// How much higher it is for each unit; of the first stage, for each word.
    line_per_unit: f32,
    /// Where it stays.
    highest_line: f32,
    /// Log-odds, in nats, of a text below the line: these, and more for each nat it says and for each nat of its length.
    log_odds: [f64; 3],
}

const BY_FEATURES: Stage =
    Stage { line: -2.4, line_per_unit: 0.0075, highest_line: 2.0, log_odds: [16.93, 0.369, -3.565] };
const TOGETHER: Stage =
    Stage { line: -2.2, line_per_unit: 0.0125, highest_line: 7.0, log_odds: [14.675, 0.242, -3.167] };
/// The second stage, where there was no first.
const ALONE: Stage = Stage { line: -1.2, line_per_unit: 0.008, highest_line: 0.0, log_odds: [13.61, 0.331, -3.043] };
const IN_CONTEXT: Stage =
    Stage { line: -1.5, line_per_unit: 0.01, highest_line: -0.25, log_odds: [3.2, 0.328, -0.996] };
/// The third stage, where there was no first.
const IN_CONTEXT_ALONE: Stage =
    Stage { line: -1.5, line_per_unit: 0.02, highest_line: -1.0, log_odds: [2.322, 0.232, -0.875] };
/// What each nat that the first stage has heard counts in the last.
const HEARD_BEFORE: f32 = 0.3;

/// The rate, 0 to 1, that the last stage asks about.
const RATE: f32 = 0.2;
/// Bytes of a stretch, at least: some 1,500 units.
const STRETCH: usize = 8000;

/// Exponent on the language model's probabilities in context, as the channel has one.
///
/// Source: as for the stages.
const LM_SCALE: f32 = 0.6;
/// How far below the line, and how far above, a text must be, in nats, for its other phrases not to be asked in context. What they say
/// alone stands for what they will say: times the first of a pair where that is for spinning, times the second where it is against.
///
/// Source: 2,000 texts of other news as they are, and spun by our own dictionaries at 15 and at 30 %: of 3,369 spun ones that the stage lets
/// through, five more leave, and no genuine one more is read. Of the work on genuine texts that reach it, .83 is saved where they are articles, and .48 where they are
/// short; on spun ones .80 at 15 % and .94 at 30 %.
const MARGINS: (f32, f32) = (1.0, 2.0);
const AT_MOST: (f32, f32) = (1.5, 1.0);
const AT_LEAST: (f32, f32) = (0.0, 2.0);
/// A text that leaves here is genuine, whatever a stage says of it; nats.
const MOST: f64 = -1.0;

/// The first look. Threads may share it.
///
/// ```
/// use despin::channel::reader::Reader;
/// use despin::detect::gate::Gate;
/// use despin::lexicon::builtin;
/// use despin::lm::NgramModel;
///
/// let model = NgramModel::english()?;
/// let gate = Gate::new(Reader::new(builtin::lexicon()?, &model, None));
/// // A genuine text leaves with a verdict; a spun one must be read.
/// assert!(gate.look(include_str!("../../fixtures/genuine/flood_report/input.txt")).is_some());
/// assert!(gate.look(include_str!("../../fixtures/restore/flood_report/input.txt")).is_none());
/// # Ok::<(), despin::Error>(())
/// ```
pub struct Gate<'a> {
    reader: Reader<'a>,
    classifier: Option<Classifier<'static>>,
    // By node of the matcher: what its phrase says alone; what it says in context, where that does not depend on where it stands.
    alone: Lazily<f32>,
    anywhere: Lazily<Option<f32>>,
}

/// The units of a stretch, and their words as the model numbers them, each looked up when it is first asked for.
struct Words<'a> {
    text: &'a str,
    units: Vec<(Span, UnitKind)>,
    model: &'a dyn LanguageModel,
    known: Vec<Option<Option<WordId>>>,
}

impl<'a> Words<'a> {
    fn new(text: &'a str, n_units: usize, model: &'a dyn LanguageModel) -> Self {
        let mut units = Vec::with_capacity(n_units);
        for token in tokens(text) {
            each_unit(text, token, &mut |span, kind| units.push((span, kind)));
        }
        Words { text, known: vec![None; units.len()], units, model }
    }

    /// The words of those units; the model knows some units for none.
    fn get(&mut self, units: Range<usize>) -> impl Iterator<Item = WordId> {
        let Words { text, units: all, model, known } = self;
        let word = |at: usize| {
            *known[at].get_or_insert_with(|| {
                let (span, kind) = all[at];
                lm_word(kind, &fold(span.of(text))).map(|word| model.id(word))
            })
        };
        (units.start..units.end.min(all.len())).filter_map(word)
    }
}

/// A phrase where it stands.
struct Found {
    node: NodeId,
    units: Range<usize>,
}

impl<'a> Gate<'a> {
    /// One that looks at texts with what `reader` reads them with.
    pub fn new(reader: Reader<'a>) -> Self {
        let n = reader.lexicon.matcher().n_nodes();
        // It was trained on what is built in.
        let classifier = reader.prepared().and_then(|_| Classifier::english().ok());
        Gate { reader, classifier, alone: Lazily::new(n), anywhere: Lazily::new(n) }
    }

    /// What texts are read with.
    pub fn reader(&self) -> &Reader<'a> {
        &self.reader
    }

    /// The verdict on `text`, where it is surely genuine; none where it must be read.
    ///
    /// It has no evidence and the rate 0: nothing was read.
    pub fn look(&self, text: &str) -> Option<Verdict> {
        let (mut ids, mut nodes) = (Vec::new(), Vec::new());
        self.verdict(text, |stretch, by_features| {
            ids.clear();
            let matcher = self.reader.lexicon.matcher();
            let text = &text[stretch];
            for token in tokens(text) {
                each_unit(text, token, &mut |span, _| ids.push(matcher.id_at(text, span)));
            }
            // A spinner draws once, so each phrase is heard once.
            nodes.clear();
            self.phrases(&ids, |node, _| nodes.push(node));
            nodes.sort_unstable();
            nodes.dedup();
            judge_alone(nodes.iter().map(|&node| self.alone(node)).sum(), by_features, ids.len())
                .or_else(|| self.judge_in_context(text, &ids, by_features))
        })
    }

    /// The verdict on `text` where each of its stretches is surely genuine: by the first stage, or by `look_closer`, which is given a
    /// stretch and what the first stage has heard of it, and gives log-odds.
    fn verdict(
        &self,
        text: &str,
        mut look_closer: impl FnMut(Range<usize>, Option<f32>) -> Option<f64>,
    ) -> Option<Verdict> {
        let mut log_odds = f64::NEG_INFINITY;
        for stretch in stretches(text) {
            let heard = self.classifier.as_ref().map(|classifier| classifier.hear(text, stretch.clone()));
            let by_features = heard.and_then(|heard| BY_FEATURES.judge(heard.log_odds, heard.n_words as usize));
            let found = by_features.or_else(|| look_closer(stretch, heard.map(|heard| heard.log_odds)));
            log_odds = log_odds.max(found?);
        }
        Some(genuine(log_odds))
    }

    /// What the third stage says of a stretch whose units have these numbers.
    fn judge_in_context(&self, text: &str, ids: &[Option<UnitId>], by_features: Option<f32>) -> Option<f64> {
        let mut found = Vec::with_capacity(ids.len());
        self.phrases(ids, |node, units| found.push(Found { node, units }));
        found.sort_unstable_by_key(|found| (found.node, found.units.start));
        let (stage, before) = match by_features {
            Some(heard) => (IN_CONTEXT, HEARD_BEFORE * heard),
            None => (IN_CONTEXT_ALONE, 0.0),
        };
        let line = stage.line(ids.len()) - before;
        // One text in twenty comes here, so units and places are found again and not kept before.
        let mut words = Words::new(text, ids.len(), self.reader.model);
        let in_context = self.in_context(&mut words, &found, line - MARGINS.0..line + MARGINS.1);
        stage.judge(in_context + before, ids.len())
    }

    /// The phrases of units with these numbers, in order: at each place the longest, and on behind it. `each` hears of each where
    /// it ends and which units it has.
    fn phrases(&self, ids: &[Option<UnitId>], mut each: impl FnMut(NodeId, Range<usize>)) {
        let matcher = self.reader.lexicon.matcher();
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
            if let Some((node, end)) = longest {
                each(node, at..end);
            }
            at = longest.map_or(at + 1, |(_, end)| end);
        }
    }

    /// What the phrase that ends at `node` says by itself, nats.
    fn alone(&self, node: NodeId) -> f32 {
        let Reader { lexicon, model, .. } = self.reader;
        match self.reader.prepared() {
            Some(prepared) => prepared.alone(node),
            None => {
                *self.alone.get(node as usize, || alone(lexicon, model, node, |phrase| self.reader.words(phrase).words))
            }
        }
    }

    /// What the phrase that ends at `node` says in context wherever it stands, nats; none where that depends on where.
    fn anywhere(&self, node: NodeId) -> Option<f32> {
        *self.anywhere.get(node as usize, || {
            let lexicon = self.reader.lexicon;
            let is_spun = lexicon.targets(node).any(|target| !is_name(lexicon, &target));
            (!is_spun).then(|| said(lexicon, node, RATE, 0.0, |_| 0.0))
        })
    }

    /// What the phrases `found`, those of one node together, say between the words around them, nats: each the mean of its
    /// places, which stand together.
    ///
    /// Most of it is said by few of them, and few texts are close. So the most suspicious are asked first, and no more once the sum is
    /// surely not in `doubtful`.
    fn in_context(&self, words: &mut Words, found: &[Found], doubtful: Range<f32>) -> f32 {
        let expected = |alone: f32, times: (f32, f32)| alone * if alone > 0.0 { times.0 } else { times.1 };
        let (mut at_least, mut at_most) = (0.0, 0.0);
        let mut suspicious = Vec::with_capacity(found.len());
        for places in found.chunk_by(|a, b| a.node == b.node) {
            let node = places[0].node;
            match self.anywhere(node) {
                Some(said) => {
                    at_least += said;
                    at_most += said;
                }
                None => {
                    let alone = self.alone(node);
                    at_least += expected(alone, AT_LEAST);
                    at_most += expected(alone, AT_MOST);
                    suspicious.push((alone, places));
                }
            }
        }
        suspicious.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        for (alone, places) in suspicious {
            if at_most < doubtful.start {
                return at_most;
            }
            if at_least >= doubtful.end {
                return at_least;
            }
            let said = places.iter().map(|place| self.between(words, place)).sum::<f32>() / places.len() as f32;
            at_least += said - expected(alone, AT_LEAST);
            at_most += said - expected(alone, AT_MOST);
        }
        at_most
    }

    /// What a phrase says between the words around it, nats.
    fn between(&self, words: &mut Words, found: &Found) -> f32 {
        let Found { node, units } = found;
        let reach = self.reader.model.order() - 1;
        let Reader { lexicon, model, .. } = self.reader;
        let before = words.get(units.start.saturating_sub(reach)..units.start);
        let state = before.fold(model.empty(), |state, word| model.score(state, word).1);
        let context = model.context(state);
        let after: Vec<WordId> = words.get(units.end..units.end + reach).collect();
        let own: Vec<WordId> = words.get(units.clone()).chain(after.iter().copied()).collect();
        let own = LM_SCALE * ln_prob(model, &context, own.iter());
        said(lexicon, *node, RATE, own, |phrase| {
            LM_SCALE * ln_prob(model, &context, self.reader.words(phrase).words.iter().chain(&after))
        })
    }
}

/// What the second stage says of a stretch of so many units whose phrases say `alone`, and of which the first has heard `by_features`.
fn judge_alone(alone: f32, by_features: Option<f32>, n_units: usize) -> Option<f64> {
    match by_features {
        Some(heard) => TOGETHER.judge(heard + alone, n_units),
        None => ALONE.judge(alone, n_units),
    }
}

/// The stretches of `text` that are looked at each for itself, in bytes: one at least, all about as long, cut at a space where one is near.
fn stretches(text: &str) -> impl Iterator<Item = Range<usize>> {
    let n = (text.len() / STRETCH).max(1);
    let mut start = 0;
    (1..=n).map(move |i| {
        let end = text.floor_char_boundary(start.max(text.len() * i / n));
        let to_space = text.as_bytes()[end..].iter().take(STRETCH).position(|byte| *byte == b' ');
        let stretch = start..end + to_space.unwrap_or(0);
        start = stretch.end;
        stretch
    })
}

/// The verdict on a text that need not be read.
fn genuine(log_odds: f64) -> Verdict {
    let probability = 1.0 / (1.0 + (-log_odds.min(MOST)).exp());
    Verdict { label: Label::Genuine, probability, rate: 0.0, profile: None, evidence: Vec::new() }
}

impl Stage {
    /// What a stretch of so many units must be below, nats.
    fn line(&self, n_units: usize) -> f32 {
        (self.line + self.line_per_unit * n_units as f32).min(self.highest_line)
    }

    /// Log-odds, in nats, that a text of so many units was spun of which this stage has heard `said`; none where it is above
    /// the line.
    fn judge(&self, said: f32, n_units: usize) -> Option<f64> {
        if said >= self.line(n_units) {
            return None;
        }
        let [bias, slope, length] = self.log_odds;
        Some(bias + slope * f64::from(said) + length * (n_units as f64 + 100.0).ln())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::detect::stretch::LEAST;
    use crate::document::Document;
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
        let looked = Gate::new(Reader::new(despinner.lexicon(), &model, None)).look(text);
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
    fn units_and_words_are_those_of_a_document() {
        let model = crate::lm::NgramModel::english().unwrap();
        let matcher = crate::lexicon::builtin::lexicon().unwrap().matcher();
        for text in texts("genuine").iter().chain(&texts("restore")) {
            let document = Document::new(text.to_string(), &[]);
            let mut words = Words::new(text, 0, &model);
            assert_eq!(words.units.len(), document.units().len());
            for (i, unit) in document.units().iter().enumerate() {
                assert_eq!(matcher.id_at(text, words.units[i].0), matcher.id(&unit.folded), "{}", unit.folded);
                let expected: Vec<_> = unit.lm_word().map(|word| model.id(word)).into_iter().collect();
                assert_eq!(words.get(i..i + 1).collect::<Vec<_>>(), expected, "{}", unit.folded);
            }
        }
    }

    #[test]
    fn the_last_stage_hears_the_first() {
        let model = crate::lm::NgramModel::english().unwrap();
        let gate = Gate::new(Reader::new(crate::lexicon::builtin::lexicon().unwrap(), &model, None));
        let matcher = gate.reader.lexicon.matcher();
        for text in texts("genuine") {
            let ids: Vec<_> =
                Words::new(&text, 0, &model).units.iter().map(|(span, _)| matcher.id_at(&text, *span)).collect();
            let judge = |heard| gate.judge_in_context(&text, &ids, Some(heard));
            assert!(judge(300.0).is_none());
            let (low, lower) = (judge(-300.0).unwrap(), judge(-600.0).unwrap());
            assert!(lower < low, "{lower} {low}");
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
