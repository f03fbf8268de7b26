//! Chooses, of all changes that the channel holds possible, disjoint ones that bring the text nearest to its original.
//!
//! The most probable reading as a whole is not what a reader wants: where three synonyms share what keeping does not have,
//! each may be less probable than keeping in one reading, though the word as it stands is surely not the author's. So
//! changes are weighed by what they are worth on average over all readings (minimum Bayes risk, Goel and Byrne 2000,
//! "Minimum Bayes-risk automatic speech recognition", equation 2): a right change takes its tokens off the distance to
//! the original, a needless one adds them, and one wrong word for another changes nothing.

use rustc_hash::FxHashMap;

use crate::channel::decode::Decoding;
use crate::channel::lattice::ArcId;
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;
use crate::restore::atom::{Atom, atom};

/// What `probability`, 0 to 1, of one change is worth: how often changes that the channel gives it are right.
///
/// The channel is a little too modest where synonyms compete, and too sure at the top, where it does not reckon with
/// what no dictionary knows. Platt 1999, "Probabilistic outputs for support vector machines", with a ceiling.
pub fn calibrated(probability: f64) -> f64 {
    let odds = probability / (1.0 - probability).max(1e-9) * SHIFT.exp();
    CEILING * odds / (1.0 + odds)
}

/// Nats that a change's log-odds are off, and the most that is ever sure.
///
/// Source: the bins of `despin eval` on the even-numbered half of dev, weights fitted to other pairs.
const SHIFT: f64 = 0.4;
const CEILING: f64 = 0.96;

/// A change, and what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The change.
    pub atom: Atom,
    /// The most probable arc that makes it.
    pub arc: ArcId,
    /// Probability, 0 to 1, that the author had this wording here.
    pub probability: f64,
    /// Probability, 0 to 1, that the author had what stands here.
    pub kept: f64,
    /// How many changes missed a needless one is held to be as bad as.
    pub needless_cost: f64,
}

impl Choice {
    /// True where making it brings the text nearer to its original, on average, or by as much as a needless one must.
    pub fn is_worth_it(&self) -> bool {
        self.probability > self.needless_cost * self.kept
    }

    /// By how many tokens it brings the text nearer to its original, on average.
    fn gain(&self) -> f64 {
        let n_before = self.atom.end - self.atom.start;
        let n_after = self.atom.after.split(' ').count() as u32;
        f64::from(n_before.max(n_after)) * (self.probability - self.kept)
    }
}

/// Every change that has some probability, with all that the same place may have been.
#[derive(Debug, Default)]
pub struct Field {
    choices: Vec<Choice>,
    by_place: FxHashMap<(u32, u32), Vec<usize>>,
    n_units: usize,
}

/// What is less probable than this is not looked at.
const FLOOR: f64 = 0.001;

impl Field {
    /// The changes that `decoding` holds possible.
    pub fn new(document: &Document, lexicon: &Lexicon, decoding: &Decoding) -> Field {
        let mut field = Field { n_units: document.units().len(), ..Field::default() };
        let mut best_share: Vec<f64> = Vec::new();
        for (arc_id, (arc, &share)) in decoding.lattice.arcs.iter().zip(&decoding.posterior.arcs).enumerate() {
            if share < FLOOR {
                continue;
            }
            let Some(atom) = atom(document, lexicon, arc) else { continue };
            let before = document.units_span(atom.start as usize, atom.end as usize).of(document.text());
            if lexicon.is_refused(before, &atom.after) {
                continue;
            }
            let here = field.by_place.entry((atom.start, atom.end)).or_default();
            let known = here.iter().copied().find(|&idx| field.choices[idx].atom.after == atom.after);
            let idx = known.unwrap_or_else(|| {
                here.push(field.choices.len());
                let arc = arc_id as ArcId;
                field.choices.push(Choice { atom, arc, probability: 0.0, kept: 0.0, needless_cost: 1.0 });
                best_share.push(0.0);
                field.choices.len() - 1
            });
            let choice = &mut field.choices[idx];
            choice.probability = (choice.probability + share).min(1.0);
            if share > best_share[idx] {
                best_share[idx] = share;
                choice.arc = arc_id as ArcId;
            }
        }
        field.weigh_keeping();
        field
    }

    /// Sets what is left for keeping: what no change that touches the place takes.
    fn weigh_keeping(&mut self) {
        // By unit, the choices that touch it.
        let mut at: Vec<(u32, usize)> = Vec::with_capacity(self.choices.len());
        for (idx, choice) in self.choices.iter().enumerate() {
            at.extend((choice.atom.start..choice.atom.end).map(|unit| (unit, idx)));
        }
        at.sort_unstable();
        let mut touching: Vec<usize> = Vec::new();
        for idx in 0..self.choices.len() {
            let Atom { start, end, .. } = self.choices[idx].atom;
            let (first, last) =
                (at.partition_point(|&(unit, _)| unit < start), at.partition_point(|&(unit, _)| unit < end));
            touching.clear();
            touching.extend(at[first..last].iter().map(|&(_, other)| other));
            touching.sort_unstable();
            touching.dedup();
            let taken: f64 = touching.iter().map(|&other| self.choices[other].probability).sum();
            self.choices[idx].kept = (1.0 - taken).max(0.0);
        }
    }

    /// All of them, in no particular order.
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// Gives choices, by their numbers in [`choices`](Field::choices), other probabilities, and what keeping has left.
    ///
    /// Probabilities outside 0 to 1 are brought inside; choices that are not there, and NaN, change nothing.
    pub fn reweigh(&mut self, probabilities: &[(usize, f64)]) {
        for &(idx, probability) in probabilities {
            if let (Some(choice), false) = (self.choices.get_mut(idx), probability.is_nan()) {
                choice.probability = probability.clamp(0.0, 1.0);
            }
        }
        self.weigh_keeping();
    }

    /// Holds a needless change to be as bad as `cost` changes missed, 1 or more.
    pub fn shun_needless(&mut self, cost: f64) {
        self.choices.iter_mut().for_each(|choice| choice.needless_cost = cost.max(1.0));
    }

    /// Other changes of just the place of `choice`, the most probable first.
    pub fn rivals(&self, choice: &Choice) -> Vec<&Choice> {
        let place = (choice.atom.start, choice.atom.end);
        let others = self.by_place.get(&place).into_iter().flatten().map(|&idx| &self.choices[idx]);
        let mut others: Vec<&Choice> = others.filter(|other| other.atom != choice.atom).collect();
        others.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.atom.after.cmp(&b.atom.after)));
        others
    }

    /// Disjoint changes in order of place: those of the highest gain together, and where these leave room, others of
    /// at least the probability `offer_from`.
    pub fn choose(&self, offer_from: f64) -> Vec<&Choice> {
        let mut ending: Vec<Vec<usize>> = vec![Vec::new(); self.n_units + 1];
        for (idx, choice) in self.choices.iter().enumerate().filter(|(_, choice)| choice.is_worth_it()) {
            ending[choice.atom.end as usize].push(idx);
        }
        // The best gain of the units before each place, and the change that ends there.
        let mut best = vec![(0.0f64, None); self.n_units + 1];
        for end in 1..=self.n_units {
            best[end] = (best[end - 1].0, None);
            for &idx in &ending[end] {
                let choice = &self.choices[idx];
                let gain = best[choice.atom.start as usize].0 + choice.gain();
                if gain > best[end].0 {
                    best[end] = (gain, Some(idx));
                }
            }
        }
        let mut chosen = Vec::new();
        let mut is_taken = vec![false; self.n_units];
        let mut end = self.n_units;
        while end > 0 {
            match best[end].1 {
                None => end -= 1,
                Some(idx) => {
                    let atom = &self.choices[idx].atom;
                    is_taken[atom.start as usize..atom.end as usize].fill(true);
                    chosen.push(idx);
                    end = atom.start as usize;
                }
            }
        }
        let mut others: Vec<usize> =
            (0..self.choices.len()).filter(|&idx| self.choices[idx].probability >= offer_from).collect();
        others.sort_by(|&a, &b| self.choices[b].probability.total_cmp(&self.choices[a].probability).then(a.cmp(&b)));
        for idx in others {
            let atom = &self.choices[idx].atom;
            let place = &mut is_taken[atom.start as usize..atom.end as usize];
            if !place.contains(&true) {
                place.fill(true);
                chosen.push(idx);
            }
        }
        let mut chosen: Vec<&Choice> = chosen.into_iter().map(|idx| &self.choices[idx]).collect();
        chosen.sort_by_key(|choice| choice.atom.start);
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Field {
        /// A field of four units with changes `(start, end, after, probability, arc)`.
        pub(in crate::restore) fn of(changes: &[(u32, u32, &str, f64, ArcId)]) -> Field {
            let mut field = Field { n_units: 4, ..Field::default() };
            for &(start, end, after, probability, arc) in changes {
                let atom = Atom { start, end, after: after.to_string() };
                field.by_place.entry((start, end)).or_default().push(field.choices.len());
                field.choices.push(Choice { atom, arc, probability, kept: 0.0, needless_cost: 1.0 });
            }
            field.weigh_keeping();
            field
        }
    }

    /// What is chosen of changes `(start, end, after, probability)`, as `after`, with ? where it is only offered.
    fn chosen(changes: &[(u32, u32, &str, f64)]) -> Vec<String> {
        let changes: Vec<_> = changes.iter().map(|&(start, end, after, p)| (start, end, after, p, 0)).collect();
        let field = Field::of(&changes);
        let mark = |choice: &Choice| format!("{}{}", choice.atom.after, if choice.is_worth_it() { "" } else { "?" });
        field.choose(0.2).into_iter().map(mark).collect()
    }

    #[test]
    fn the_likeliest_of_synonyms_is_taken_where_keeping_is_unlikely() {
        assert_eq!(chosen(&[(0, 1, "quick", 0.35), (0, 1, "fast", 0.4), (0, 1, "rapid", 0.2)]), ["fast"]);
    }

    #[test]
    fn what_is_less_likely_than_keeping_is_only_offered() {
        assert_eq!(chosen(&[(0, 1, "fast", 0.4)]), ["fast?"]);
        assert!(chosen(&[(0, 1, "fast", 0.1)]).is_empty());
    }

    #[test]
    fn what_gains_most_in_all_is_taken() {
        // A change of three words is worth three of one word.
        assert_eq!(chosen(&[(0, 3, "as soon as", 0.6), (0, 1, "when", 0.3)]), ["as soon as"]);
        assert_eq!(chosen(&[(0, 2, "at once", 0.5), (2, 3, "he", 0.9), (3, 4, "left", 0.8)]).len(), 3);
        assert_eq!(chosen(&[(0, 1, "a", 0.49), (1, 2, "b", 0.9), (0, 2, "c d", 0.5)]), ["a", "b"]);
        let gain = |after: &str, probability| {
            let atom = Atom { start: 0, end: 1, after: after.to_string() };
            Choice { atom, arc: 0, probability, kept: 0.25, needless_cost: 1.0 }.gain()
        };
        assert_eq!((gain("two words", 0.75), gain("one", 0.25), gain("one", 0.0)), (1.0, 0.0, -0.25));
    }

    #[test]
    fn where_needless_changes_are_shunned_a_narrow_lead_is_not_enough() {
        let mut field = Field { n_units: 1, ..Field::default() };
        let atom = Atom { start: 0, end: 1, after: "fast".to_string() };
        field.choices.push(Choice { atom, arc: 0, probability: 0.55, kept: 0.0, needless_cost: 1.0 });
        field.weigh_keeping();
        assert!(field.choices[0].is_worth_it());
        field.shun_needless(1.5);
        assert!(!field.choices[0].is_worth_it());
        field.reweigh(&[(0, 0.65)]);
        assert!(field.choices[0].is_worth_it());
    }

    #[test]
    fn choices_are_disjoint_and_gain_most_together() {
        let both = [(0, 1, "rare", 0.45), (1, 2, "attack", 0.45), (0, 2, "old raid", 0.5)];
        assert_eq!(chosen(&both), ["old raid"]);
        let apart = [(2, 3, "war", 0.9), (0, 1, "rare", 0.9), (0, 2, "old raid", 0.05)];
        assert_eq!(chosen(&apart), ["rare", "war"]);
    }

    #[test]
    fn calibration_keeps_order_and_range() {
        let found: Vec<f64> = [0.0, 0.1, 0.5, 0.9, 1.0].map(calibrated).to_vec();
        assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{found:?}");
        assert!(found[0] == 0.0 && found[4] <= CEILING);
    }
}
