//! What the words farther off say about each arc: the log-bilinear model asked with the best path so far as context.
//!
//! A trigram model joins paths that agree in their last two words; a model that sees more words on both sides cannot be
//! asked along all paths. So it is asked with the words of one path, the best that is known, and again when that changes.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::channel::lattice::{ArcId, Lattice, Reading};
use crate::lm::{BilinearModel, ContextId};

/// Asks the model about every arc of a lattice, again and again as the best path changes.
pub struct Asker<'a> {
    lattice: &'a Lattice,
    model: &'a BilinearModel,
    scores: Vec<f32>,
    // For each unit, a digest of the words around it that its scores were asked with.
    asked_with: Vec<u64>,
}

impl<'a> Asker<'a> {
    /// An asker that has not asked yet.
    pub fn new(lattice: &'a Lattice, model: &'a BilinearModel) -> Self {
        Asker { lattice, model, scores: vec![0.0; lattice.arcs.len()], asked_with: Vec::new() }
    }

    /// ln P of each arc's words between the words of `path`, nats; 0 for arcs without words and for words unknown.
    ///
    /// Arcs that replace and are not live any more keep what was said of them before. No arc comes back to life.
    pub fn ln_probs(&mut self, path: &[ArcId], is_live: &[bool]) -> &[f32] {
        let Asker { lattice, model, scores, asked_with } = self;
        let surroundings = Surroundings::new(lattice, path);
        let reach = model.reach();
        let is_first = asked_with.is_empty();
        asked_with.resize(lattice.n_units, 0);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        // What is predicted between the words before a unit and those from another on: most arcs of a unit ask the same.
        let mut predicted: Vec<(u32, Vec<f32>)> = Vec::new();
        for (unit, asked_with) in asked_with.iter_mut().enumerate() {
            let live = lattice.arcs_at(unit).filter(|&(id, arc)| is_live[id as usize] || arc.reading == Reading::Keep);
            let digest = surroundings.digest(unit, live.clone().map(|(_, arc)| arc.end), reach);
            if !is_first && *asked_with == digest {
                continue;
            }
            *asked_with = digest;
            predicted.clear();
            for (arc_id, arc) in live {
                let words = &lattice.context_words[arc.words.start as usize..arc.words.end as usize];
                let mut surround = |i: usize| {
                    before.clear();
                    before.extend(words[..i].iter().rev().take(reach));
                    surroundings.extend_before(unit, reach, &mut before);
                    after.clear();
                    after.extend(words[i + 1..].iter().take(reach));
                    surroundings.extend_after(arc.end as usize, reach, &mut after);
                    model.predicted(&before, &after)
                };
                scores[arc_id as usize] = match *words {
                    [BilinearModel::UNKNOWN] => 0.0,
                    [word] => {
                        let known = predicted.iter().position(|(end, _)| *end == arc.end).unwrap_or_else(|| {
                            predicted.push((arc.end, surround(0)));
                            predicted.len() - 1
                        });
                        model.ln_prob_given(word, &predicted[known].1)
                    }
                    _ => words.iter().enumerate().map(|(i, &word)| model.ln_prob_given(word, &surround(i))).sum(),
                };
            }
        }
        scores
    }
}

/// The words of a path by place.
struct Surroundings {
    words: Vec<ContextId>,
    // For each unit, where the words before it end in `words`; at units inside an arc, where those before the arc do.
    ends_before: Vec<usize>,
    // For each unit, where the words from it on begin; at units inside an arc, where those after the arc do.
    starts_after: Vec<usize>,
    // For each word, the number of its sentence; for each unit likewise.
    word_sentences: Vec<u32>,
    unit_sentences: Vec<u32>,
}

impl Surroundings {
    fn new(lattice: &Lattice, path: &[ArcId]) -> Self {
        let n = lattice.n_units;
        let mut unit_sentences = Vec::with_capacity(n + 1);
        let mut sentence = 0;
        for unit in 0..n {
            unit_sentences.push(sentence);
            sentence += u32::from(lattice.ends_sentence[unit]);
        }
        unit_sentences.push(sentence);
        let mut found = Surroundings {
            words: Vec::new(),
            ends_before: vec![0; n + 1],
            starts_after: vec![0; n + 1],
            word_sentences: Vec::new(),
            unit_sentences,
        };
        for &arc_id in path {
            let arc = &lattice.arcs[arc_id as usize];
            let (start, end) = (arc.start as usize, arc.end as usize);
            let words = &lattice.context_words[arc.words.start as usize..arc.words.end as usize];
            let from = found.words.len();
            found.words.extend(words);
            found.word_sentences.resize(found.words.len(), found.unit_sentences[start]);
            found.ends_before[start] = from;
            found.starts_after[start] = from;
            // What begins or ends inside an arc of the path cannot stand with it, and is asked without its words.
            for inside in start + 1..end {
                found.ends_before[inside] = from;
                found.starts_after[inside] = found.words.len();
            }
        }
        found.ends_before[n] = found.words.len();
        found.starts_after[n] = found.words.len();
        found
    }

    /// A digest of the words before `unit` and of those from each of `ends` on.
    fn digest(&self, unit: usize, ends: impl Iterator<Item = u32>, reach: usize) -> u64 {
        let mut hasher = FxHasher::default();
        let mut words = Vec::with_capacity(2 * reach);
        self.extend_before(unit, reach, &mut words);
        words.hash(&mut hasher);
        let mut last = u32::MAX;
        for end in ends {
            if end != last {
                words.clear();
                self.extend_after(end as usize, reach, &mut words);
                (end, &words).hash(&mut hasher);
                last = end;
            }
        }
        hasher.finish()
    }

    /// Adds the words before `unit`, nearest first, of its sentence, until there are `reach`.
    fn extend_before(&self, unit: usize, reach: usize, words: &mut Vec<ContextId>) {
        let sentence = self.unit_sentences[unit];
        let mut at = self.ends_before[unit];
        while words.len() < reach && at > 0 && self.word_sentences[at - 1] == sentence {
            at -= 1;
            words.push(self.words[at]);
        }
    }

    /// Adds the words from `unit` on, of the sentence of the unit before it, until there are `reach`.
    fn extend_after(&self, unit: usize, reach: usize, words: &mut Vec<ContextId>) {
        let sentence = self.unit_sentences[unit - 1];
        let mut at = self.starts_after[unit];
        while words.len() < reach && at < self.words.len() && self.word_sentences[at] == sentence {
            words.push(self.words[at]);
            at += 1;
        }
    }
}
