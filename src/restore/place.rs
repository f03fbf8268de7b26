//! Places of a text whose wording is not settled, and what each of them may have been.

use rustc_hash::FxHashMap;

use crate::restore::choose::{Choice, Field};

/// A run of units whose wording is not settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// First unit of its most probable change.
    pub start: u32,
    /// One past the last unit of its most probable change.
    pub end: u32,
    /// Probability, 0 to 1, that the author had what stands here.
    pub kept: f64,
    /// What else it may have been, the most probable first; each changes a unit of `start..end`.
    pub wordings: Vec<Wording>,
    /// Probability, 0 to 1, of all that is not in `wordings`.
    pub rest: f64,
}

/// A change, or neighbouring ones that are made together or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Wording {
    /// The changes, in order of place, as numbers of the field's choices.
    pub choices: Vec<usize>,
    /// Probability, 0 to 1, that the author had it.
    pub probability: f64,
    start: u32,
    end: u32,
}

/// A place where the best change is less probable than this is settled: it is kept.
///
/// Source: from 0.05 to 0.95, with four wordings of 0.02 or more, a quarter fewer wordings are asked about, and `removed` on
/// the even-numbered half of dev is 0.002 less.
const FAINT: f64 = 0.03;
/// A place where the best change is more probable than this is settled: it is changed.
///
/// Source: as [`FAINT`]; 0.99 asks about a twelfth more places for the same result.
const SURE: f64 = 0.97;
/// Wordings that are less probable than this are not asked about.
const WORDING_FROM: f64 = 0.01;
/// How many wordings a place has, besides keeping.
const MAX_WORDINGS: usize = 7;

/// Two neighbouring changes of one arc are one wording if their probabilities differ by less than this.
const SAME: f64 = 1e-4;

/// The unsettled places of `field`, in order. No wording is in two of them.
pub fn unsettled(field: &Field) -> Vec<Place> {
    let choices = field.choices();
    let mut wordings = wordings(choices);
    // The sort is stable, and before it they are in order of place.
    wordings.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let mut at: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (idx, wording) in wordings.iter().enumerate() {
        (wording.start..wording.end).for_each(|unit| at.entry(unit).or_default().push(idx));
    }
    let mut is_taken = vec![false; wordings.len()];
    let mut places = Vec::new();
    for (idx, best) in wordings.iter().enumerate() {
        if is_taken[idx] || best.probability < FAINT {
            continue;
        }
        let mut here: Vec<usize> = (best.start..best.end).flat_map(|unit| at[&unit].iter().copied()).collect();
        here.sort_unstable();
        here.dedup();
        here.retain(|&other| !is_taken[other]);
        here.iter().for_each(|&other| is_taken[other] = true);
        if best.probability > SURE {
            continue;
        }
        let (asked, left): (Vec<_>, Vec<_>) = here
            .into_iter()
            .map(|other| &wordings[other])
            .enumerate()
            .partition(|(rank, wording)| *rank < MAX_WORDINGS && wording.probability >= WORDING_FROM);
        places.push(Place {
            start: best.start,
            end: best.end,
            kept: choices[best.choices[0]].kept,
            wordings: asked.into_iter().map(|(_, wording)| wording.clone()).collect(),
            rest: left.iter().map(|(_, wording)| wording.probability).sum(),
        });
    }
    places.sort_by_key(|place| (place.start, place.end));
    places
}

/// All changes, those joined that one arc makes side by side.
fn wordings(choices: &[Choice]) -> Vec<Wording> {
    let mut order: Vec<usize> = (0..choices.len()).collect();
    order.sort_by_key(|&idx| (choices[idx].atom.start, choices[idx].atom.end, idx));
    let mut by_start: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    order.iter().for_each(|&idx| by_start.entry(choices[idx].atom.start).or_default().push(idx));
    let mut is_used = vec![false; choices.len()];
    let mut wordings = Vec::new();
    for first in order {
        if std::mem::replace(&mut is_used[first], true) {
            continue;
        }
        let Choice { atom, arc, probability, .. } = &choices[first];
        let mut parts = vec![first];
        let mut end = atom.end;
        let goes_along = |other: &Choice| other.arc == *arc && (other.probability - probability).abs() < SAME;
        while let Some(&next) =
            by_start.get(&end).into_iter().flatten().find(|&&next| !is_used[next] && goes_along(&choices[next]))
        {
            is_used[next] = true;
            parts.push(next);
            end = choices[next].atom.end;
        }
        wordings.push(Wording { choices: parts, probability: *probability, start: atom.start, end });
    }
    wordings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The unsettled places among changes `(start, end, after, probability, arc)`: where, what is asked about, and what is not.
    fn places(changes: &[(u32, u32, &str, f64, u32)]) -> Vec<(u32, u32, Vec<String>, f64)> {
        let field = Field::of(changes);
        let after = |idx: &usize| field.choices()[*idx].atom.after.clone();
        let say = |wording: &Wording| wording.choices.iter().map(after).collect::<Vec<_>>().join("+");
        let found = unsettled(&field).into_iter();
        found.map(|place| (place.start, place.end, place.wordings.iter().map(say).collect(), place.rest)).collect()
    }

    #[test]
    fn what_is_sure_or_faint_is_settled() {
        let changes =
            [(0, 1, "fast", 0.5, 1), (0, 1, "quick", 0.2, 2), (2, 3, "sure", 0.98, 3), (3, 4, "faint", 0.02, 4)];
        assert_eq!(places(&changes), [(0, 1, vec!["fast".to_string(), "quick".to_string()], 0.0)]);
        // The limits themselves are not settled.
        assert_eq!(places(&[(0, 1, "a", FAINT, 1), (1, 2, "b", SURE, 2)]).len(), 2);
    }

    #[test]
    fn the_rest_is_what_is_not_asked_about() {
        assert_eq!(places(&[(0, 1, "a", 0.5, 1), (0, 1, "b", 0.01, 2), (0, 1, "c", 0.005, 3)])[0].3, 0.005);
        let many: Vec<_> = (0..9).map(|n| (0, 1, "word", 0.1, n)).collect();
        let found = places(&many);
        assert_eq!(found[0].2.len(), MAX_WORDINGS);
        assert!((found[0].3 - 0.2).abs() < 1e-9, "{}", found[0].3);
    }

    #[test]
    fn changes_of_one_arc_side_by_side_are_one_wording() {
        let with = |second: f64, arc: u32| places(&[(0, 1, "in", 0.5, 7), (1, 2, "the", second, arc)]);
        assert_eq!(with(0.50005, 7), [(0, 2, vec!["in+the".to_string()], 0.0)]);
        // Of other probability, or of another arc, they are two.
        assert_eq!((with(0.6, 7).len(), with(0.4, 7).len(), with(0.50005, 8).len()), (2, 2, 2));
        // What another arc makes at the same place is no part of it.
        let found = places(&[(0, 1, "in", 0.5, 7), (1, 2, "a", 0.5, 7), (1, 2, "the", 0.3, 8)]);
        assert_eq!(found[0].2, ["in+a", "the"]);
    }
}
