//! What the words farther off say about each arc: the log-bilinear model asked with the best path so far as context.
//!
//! A trigram model joins paths that agree in their last two words; a model that sees more words on both sides cannot be
//! asked along all paths. So it is asked with the words of one path, the best that is known, and again when that changes.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::FxHasher;

use crate::channel::lattice::{Arc, ArcId, Lattice};
use crate::lm::{BilinearModel, ContextId};

/// Asks the model about every arc of a lattice, again and again as the best path changes.
pub struct Asker<'a> {
    lattice: &'a Lattice,
    model: &'a BilinearModel,
    scores: Vec<f32>,
    // For each arc, a digest of the words around it that it was asked with; 0 where it was not.
    asked_with: Vec<u64>,
}

impl<'a> Asker<'a> {
    /// An asker that has not asked yet.
    pub fn new(lattice: &'a Lattice, model: &'a BilinearModel) -> Self {
        let n = lattice.arcs.len();
        Asker { lattice, model, scores: vec![0.0; n], asked_with: vec![0; n] }
    }

    /// ln P of the words of each arc in `live` between the words of `path`, nats; 0 for arcs without words and for words unknown.
    ///
    /// Arcs that all paths take are not asked about, since all have what is said of them, and those that are not in `live` any more keep what was
    /// said of them before. No arc comes back to life.
    pub fn ln_probs(&mut self, path: &[ArcId], live: &[ArcId]) -> &[f32] {
        let Asker { lattice, model, scores, asked_with } = self;
        let surroundings = Surroundings::new(lattice, path, model.reach());
        let n_covering = n_covering(lattice, live);
        let mut predictor = Predictor::new(model, &surroundings.words);
        let arc_of = |id: ArcId| &lattice.arcs[id as usize];
        for of_unit in live.chunk_by(|&a, &b| arc_of(a).start == arc_of(b).start) {
            let first = arc_of(of_unit[0]);
            if n_covering[first.start as usize..first.end as usize].iter().all(|&n| n == 1) {
                continue;
            }
            let before = surroundings.before(first.start as usize);
            // What is predicted for one word between these words and those from here on: most arcs of a unit ask the same.
            let mut predicted_to = None;
            for &id in of_unit {
                let arc = arc_of(id);
                let after = surroundings.after(arc.end as usize);
                let digest = surroundings.digest(&before, &after);
                if asked_with[id as usize] == digest {
                    continue;
                }
                asked_with[id as usize] = digest;
                let words = &lattice.context_words[arc.words.start as usize..arc.words.end as usize];
                scores[id as usize] = match *words {
                    [BilinearModel::UNKNOWN] => 0.0,
                    [word] => {
                        if predicted_to != Some(arc.end) {
                            predictor.predict(before.clone(), &[], &[], after);
                            predicted_to = Some(arc.end);
                        }
                        model.ln_prob_given(word, &predictor.predicted)
                    }
                    _ => {
                        predicted_to = None;
                        let ask = |(i, &word): (usize, &ContextId)| {
                            predictor.predict(before.clone(), &words[..i], &words[i + 1..], after.clone());
                            model.ln_prob_given(word, &predictor.predicted)
                        };
                        words.iter().enumerate().map(ask).sum()
                    }
                };
            }
        }
        scores
    }
}

/// For each unit, how many of the arcs `live` it is part of.
fn n_covering(lattice: &Lattice, live: &[ArcId]) -> Vec<u32> {
    let mut n = vec![0u32; lattice.n_units + 1];
    for &id in live {
        let Arc { start, end, .. } = lattice.arcs[id as usize];
        n[start as usize] += 1;
        n[end as usize] = n[end as usize].wrapping_sub(1);
    }
    let mut sum = 0u32;
    for n in &mut n {
        sum = sum.wrapping_add(*n);
        *n = sum;
    }
    n
}

/// What the words of a path predict between them. Each word's vector is made out once for all places that see it.
struct Predictor<'a> {
    model: &'a BilinearModel,
    words: &'a [ContextId],
    /// Vectors of some words, by their place modulo [`Self::N_KEPT`], and which place each is of; behind them, those of words that are not of the
    /// path.
    vectors: Vec<f32>,
    places: [usize; Predictor::N_KEPT],
    /// Which vector stands at which place of the model.
    seen: Vec<(usize, usize)>,
    predicted: Vec<f32>,
}

impl<'a> Predictor<'a> {
    /// As many as a word may see on both sides.
    const N_KEPT: usize = 64;

    fn new(model: &'a BilinearModel, words: &'a [ContextId]) -> Self {
        let dim = model.dim();
        Predictor {
            model,
            words,
            vectors: vec![0.0; 2 * Self::N_KEPT * dim],
            places: [usize::MAX; Self::N_KEPT],
            seen: Vec::new(),
            predicted: vec![0.0; dim],
        }
    }

    /// Sets `predicted` to what is predicted where the words `before` stand, then `own_before`, then the word in question, then `own_after` and
    /// `after`.
    fn predict(
        &mut self,
        before: Range<usize>,
        own_before: &[ContextId],
        own_after: &[ContextId],
        after: Range<usize>,
    ) {
        let reach = self.model.reach();
        // Words so far apart that two may have one place among the vectors.
        let is_far = after.end.saturating_sub(before.start) > Self::N_KEPT;
        self.seen.clear();
        for &word in own_before.iter().rev().take(reach) {
            self.see_own(self.seen.len(), word);
        }
        for at in before.rev().take(reach - self.seen.len()) {
            self.see(self.seen.len(), at);
        }
        let n_before = self.seen.len();
        for &word in own_after.iter().take(reach) {
            self.see_own(reach + self.seen.len() - n_before, word);
        }
        for at in after.take(reach - (self.seen.len() - n_before)) {
            let place = reach + self.seen.len() - n_before;
            if is_far { self.see_own(place, self.words[at]) } else { self.see(place, at) }
        }
        let n_after = self.seen.len() - n_before;
        self.model.predict_from(&self.vectors, &self.seen, [n_before, n_after], &mut self.predicted);
    }

    /// Puts the word `at` in the path to `place`.
    fn see(&mut self, place: usize, at: usize) {
        let (slot, dim) = (at % Self::N_KEPT, self.model.dim());
        if self.places[slot] != at {
            self.model.vector(self.words[at], &mut self.vectors[slot * dim..][..dim]);
            self.places[slot] = at;
        }
        self.seen.push((place, slot));
    }

    /// Puts `word` to `place`.
    fn see_own(&mut self, place: usize, word: ContextId) {
        let (slot, dim) = (Self::N_KEPT + self.seen.len(), self.model.dim());
        self.model.vector(word, &mut self.vectors[slot * dim..][..dim]);
        self.seen.push((place, slot));
    }
}

/// The words of a path by place.
struct Surroundings {
    words: Vec<ContextId>,
    /// How many words on each side are seen.
    reach: usize,
    // For each unit, where the words before it end in `words`; at units inside an arc, where those before the arc do.
    ends_before: Vec<usize>,
    // For each unit, where the words from it on begin; at units inside an arc, where those after the arc do.
    starts_after: Vec<usize>,
    // For each unit, the number of its sentence; for each sentence, where its words begin, and one more at the end.
    unit_sentences: Vec<u32>,
    sentence_starts: Vec<usize>,
}

impl Surroundings {
    fn new(lattice: &Lattice, path: &[ArcId], reach: usize) -> Self {
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
            reach,
            ends_before: vec![0; n + 1],
            starts_after: vec![0; n + 1],
            unit_sentences,
            sentence_starts: Vec::new(),
        };
        for &arc_id in path {
            let arc = &lattice.arcs[arc_id as usize];
            let (start, end) = (arc.start as usize, arc.end as usize);
            let words = &lattice.context_words[arc.words.start as usize..arc.words.end as usize];
            let from = found.words.len();
            found.words.extend(words);
            // A sentence that no arc of the path begins in has no words.
            found.sentence_starts.resize(found.unit_sentences[start] as usize + 1, from);
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
        found.sentence_starts.resize(sentence as usize + 2, found.words.len());
        found
    }

    /// A digest of these words before and after a place; never 0.
    fn digest(&self, before: &Range<usize>, after: &Range<usize>) -> u64 {
        let mut hasher = FxHasher::default();
        (&self.words[before.clone()], &self.words[after.clone()]).hash(&mut hasher);
        hasher.finish() | 1
    }

    /// Where in `words` those before `unit` are, of its sentence.
    fn before(&self, unit: usize) -> Range<usize> {
        let end = self.ends_before[unit];
        let first = self.sentence_starts[self.unit_sentences[unit] as usize];
        first.max(end.saturating_sub(self.reach)).min(end)..end
    }

    /// Where in `words` those from `unit` on are, of the sentence of the unit before it.
    fn after(&self, unit: usize) -> Range<usize> {
        let start = self.starts_after[unit];
        let end = self.sentence_starts[self.unit_sentences[unit - 1] as usize + 1];
        start..end.min(start + self.reach).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_predicted_is_what_the_model_predicts() {
        let model = BilinearModel::english().unwrap();
        let words: Vec<ContextId> = (0..200u32).map(|i| 3 + i * 7919 % (model.n_words() as u32 - 3)).collect();
        let mut predictor = Predictor::new(&model, &words);
        let own: [&[ContextId]; 3] = [&[], &[70, 71], &[90, 91, 92, 93, 94, 95, 96, 97]];
        // At an edge, side by side, round an arc, and so far apart that places among the vectors would be shared.
        for (before, after) in
            [(0..0, 0..6), (4..10, 10..16), (4..10, 13..15), (4..10, 66..72), (4..10, 68..74), (194..200, 200..200)]
        {
            for (own_before, own_after) in own.iter().flat_map(|a| own.iter().map(move |b| (*a, *b))) {
                predictor.predict(before.clone(), own_before, own_after, after.clone());
                let mut left: Vec<ContextId> = own_before.iter().rev().copied().collect();
                left.extend(words[before.clone()].iter().rev());
                let right = [own_after, &words[after.clone()]].concat();
                let plain = model.predicted(&left, &right);
                let is_near = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-4 * (1.0 + b.abs());
                assert!(
                    predictor.predicted.iter().zip(&plain).all(is_near),
                    "{before:?} {after:?} {own_before:?} {own_after:?}"
                );
            }
        }
    }
}
