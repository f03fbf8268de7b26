//! What a spinner drew in one document: for each head, whether it fired and which alternative it took.
//!
//! Observed: one alternative per head and document, drawn apart for lower-case and Capitalised spellings, and a head
//! that fires does so at all its places. So a draw is shared by the places of its head, and each place is evidence for
//! the others.

use rustc_hash::FxHashMap;

use crate::lexicon::dictionary::{FamilyId, PhraseId};

/// Number of a draw in its document.
pub type DrawId = u32;
/// Number of an outcome among those of all draws.
pub type UseId = u32;

/// How sure a draw is about the first place of its head: the log-odds, in nats, of a place that goes against it.
///
/// Source: highest `removed` on the even-numbered half of dev; see docs/accuracy.md.
pub const CONSISTENCY: f64 = 2.0;
/// Places after which more of the same say little: a text that repeats a word repeats it whoever chose it, so that the
/// places of a repeated word are no independent witnesses.
///
/// Source: as [`CONSISTENCY`]; without it a rare word that a genuine text repeats is taken for a spinner's.
const SATURATION: f64 = 1.5;
/// Exponent on the expected rate. The expectation is about right (.96, .50 and .26 for 1, .5 and .3 on the odd-numbered half
/// of dev), but reading with a lower rate keeps precision up where little was replaced.
///
/// Source: the even-numbered half of dev.
const RATE_CAUTION: f64 = 1.2;
/// Share of places that do not follow their head's draw (phrases matched first, protected quotations).
const STRAY: f64 = 0.1;
/// Bounds of the rate: at neither end may evidence be shut out.
const RATE_RANGE: (f64, f64) = (0.003, 0.98);
/// Weight, in heads, of the belief that a text is half spun, for texts too short to tell.
const RATE_PRIOR_HEADS: f64 = 1.0;

/// The draw of one head in one spelling.
#[derive(Debug, Clone)]
struct Draw {
    /// Whose head it is.
    family: FamilyId,
    /// P(fires) where the spinner replaces every head it knows.
    mass: f64,
    /// The first of the outcomes that the text may show.
    first_use: UseId,
    /// Expected number of places that keep the head, and of all.
    kept: f64,
    places: f64,
    /// What the counts say together, once somebody asks; none where they have changed since.
    said: Option<Said>,
}

/// An outcome of a draw.
#[derive(Debug, Clone)]
struct Use {
    /// The next one of its draw.
    next: UseId,
    spun: PhraseId,
    /// P(it | fires) times the mass.
    weight: f64,
    /// Expected number of its places.
    count: f64,
    /// Its term of [`Said::total`].
    term: f64,
}

/// What the counts of a draw say together: see [`Draw::probability`].
#[derive(Debug, Clone, Copy)]
struct Said {
    /// Expected number of places, saturated, of the outcome that has most.
    top: f64,
    /// The term of keeping.
    kept: f64,
    /// The terms of all outcomes.
    total: f64,
}

/// Stands where there are no more outcomes.
const NO_USE: UseId = UseId::MAX;

/// All draws of a document, and the rate of each family.
#[derive(Debug, Clone)]
pub struct Draws {
    index: FxHashMap<(PhraseId, bool), DrawId>,
    draws: Vec<Draw>,
    uses: Vec<Use>,
    // By family: the share of its heads that it replaced, and how many that is.
    rates: Vec<f64>,
    fired: Vec<f64>,
}

impl Draws {
    /// No draws yet, of `n_families` spinner families.
    pub fn new(n_families: usize) -> Self {
        let none = vec![0.0; n_families.max(1)];
        Draws { index: FxHashMap::default(), draws: Vec::new(), uses: Vec::new(), rates: none.clone(), fired: none }
    }

    /// The draw of `head`, which `family` knows with `mass`, in lower case or capitalised.
    pub fn draw(&mut self, head: PhraseId, is_capitalised: bool, family: FamilyId, mass: f32) -> DrawId {
        let next = self.draws.len() as DrawId;
        let id = *self.index.entry((head, is_capitalised)).or_insert(next);
        if id == next {
            let mass = f64::from(mass);
            self.draws.push(Draw { family, mass, first_use: NO_USE, kept: 0.0, places: 0.0, said: None });
        }
        id
    }

    /// The outcome of `draw` that writes `spun`, drawn with probability `weight` where every head fires.
    pub fn outcome(&mut self, draw: DrawId, spun: PhraseId, weight: f32) -> UseId {
        let mut last = NO_USE;
        let mut at = self.draws[draw as usize].first_use;
        while let Some(known) = self.uses.get(at as usize) {
            if known.spun == spun {
                return at;
            }
            last = std::mem::replace(&mut at, known.next);
        }
        let id = self.uses.len() as UseId;
        self.uses.push(Use { next: NO_USE, spun, weight: f64::from(weight), count: 0.0, term: 0.0 });
        match self.uses.get_mut(last as usize) {
            Some(last) => last.next = id,
            None => self.draws[draw as usize].first_use = id,
        }
        id
    }

    /// The family that replaced most heads, and the rate, 0 to 1, that the channel reads it with.
    pub fn leader(&self) -> (FamilyId, f64) {
        let by_heads = |&a: &usize, &b: &usize| self.fired[a].total_cmp(&self.fired[b]).then(b.cmp(&a));
        let family = (0..self.rates.len()).max_by(by_heads).expect("there is always one");
        (family as FamilyId, self.rates[family])
    }

    /// The share, 0 to 1, of the heads `family` knows that it replaced, as expected: without the caution that the channel
    /// reads with.
    pub fn expected_rate(&self, family: FamilyId) -> f64 {
        self.rates[family as usize].powf(1.0 / RATE_CAUTION)
    }

    /// Forgets all counts and sets all rates.
    pub fn restart(&mut self, rate: f64) {
        self.rates.fill(rate.clamp(RATE_RANGE.0, RATE_RANGE.1));
        self.begin_round();
    }

    /// Probability that the head of `draw` became its outcome `used`, as seen from a place that itself counts `own`
    /// towards it.
    pub fn replaced(&mut self, draw: DrawId, used: UseId, own: f64) -> f64 {
        let draw = &mut self.draws[draw as usize];
        draw.probability(&mut self.uses, Some(used), own, self.rates[draw.family as usize])
    }

    /// Probability that the head of `draw` was kept, as seen from a place that itself counts `own` towards that.
    pub fn kept(&mut self, draw: DrawId, own: f64) -> f64 {
        let draw = &mut self.draws[draw as usize];
        draw.probability(&mut self.uses, None, own, self.rates[draw.family as usize])
    }

    /// Clears the counts for a new round.
    pub fn begin_round(&mut self) {
        for draw in &mut self.draws {
            (draw.kept, draw.places, draw.said) = (0.0, 0.0, None);
        }
        self.uses.iter_mut().for_each(|outcome| outcome.count = 0.0);
    }

    /// Counts `expected` places for an outcome.
    pub fn count_replaced(&mut self, draw: DrawId, used: UseId, expected: f64) {
        self.uses[used as usize].count += expected;
        self.draws[draw as usize].places += expected;
    }

    /// Counts `expected` places where the head was kept.
    pub fn count_kept(&mut self, draw: DrawId, expected: f64) {
        let draw = &mut self.draws[draw as usize];
        draw.kept += expected;
        draw.places += expected;
    }

    /// Sets each rate to what the counts say: heads that fired over heads that could have.
    pub fn update_rates(&mut self) {
        self.fired.fill(0.0);
        let mut known = vec![0.0; self.rates.len()];
        for draw in &self.draws {
            if draw.places <= 0.0 {
                continue;
            }
            // A head counts once, however many places it has, since it is drawn once.
            let weight = draw.places.min(1.0);
            self.fired[draw.family as usize] += weight * (1.0 - draw.kept / draw.places);
            known[draw.family as usize] += weight * draw.mass;
        }
        for ((rate, &fired), &known) in self.rates.iter_mut().zip(&self.fired).zip(&known) {
            let expected = (fired + 0.5 * RATE_PRIOR_HEADS) / (known + RATE_PRIOR_HEADS);
            *rate = expected.min(1.0).powf(RATE_CAUTION).clamp(RATE_RANGE.0, RATE_RANGE.1);
        }
    }
}

impl Draw {
    /// Mean field: q(z) ∝ prior(z) · exp(CONSISTENCY · places that show z), without the asking place's own share. All are taken
    /// times exp(-CONSISTENCY · places of the most frequent one). No outcome is keeping.
    fn probability(&mut self, uses: &mut [Use], outcome: Option<UseId>, own: f64, rate: f64) -> f64 {
        let prior = outcome.map_or_else(|| self.kept_prior(rate), |used| rate * uses[used as usize].weight);
        // Nearly every head has one place.
        if self.places - own < 1e-3 {
            return prior;
        }
        let said = self.said(uses, rate);
        let of_use = |used: UseId| (uses[used as usize].count, uses[used as usize].term);
        let (count, term) = outcome.map_or((self.kept, said.kept), of_use);
        let asked = if own > 0.0 { prior * favour(count - own, said.top) } else { term };
        let total = said.total - term + asked;
        let drawn = if total > 0.0 { asked / total } else { 0.0 };
        (1.0 - STRAY) * drawn + STRAY * prior
    }

    fn kept_prior(&self, rate: f64) -> f64 {
        1.0 - rate * self.mass
    }

    fn said(&mut self, uses: &mut [Use], rate: f64) -> Said {
        if let Some(said) = self.said {
            return said;
        }
        let mut most = self.kept;
        let mut at = self.first_use;
        while let Some(outcome) = uses.get(at as usize) {
            most = most.max(outcome.count);
            at = outcome.next;
        }
        let top = saturated(most);
        let kept_prior = self.kept_prior(rate);
        let kept = kept_prior * favour(self.kept, top);
        let (mut known, mut total) = (kept_prior, kept);
        let mut at = self.first_use;
        while let Some(outcome) = uses.get_mut(at as usize) {
            let prior = rate * outcome.weight;
            outcome.term = prior * favour(outcome.count, top);
            known += prior;
            total += outcome.term;
            at = outcome.next;
        }
        // Alternatives that the text does not show anywhere keep their prior, with no place for them.
        total += (1.0 - known).max(0.0) * favour(0.0, top);
        *self.said.insert(Said { top, kept, total })
    }
}

/// How much more an outcome of `count` places is held to be drawn than one whose places, saturated, are `top`.
fn favour(count: f64, top: f64) -> f64 {
    (CONSISTENCY * (saturated(count) - top)).exp()
}

/// `count` places, each worth less than the one before.
fn saturated(count: f64) -> f64 {
    count / (1.0 + count / SATURATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 0.5;
    const MASS: f32 = 0.9;
    const WEIGHTS: [f32; 2] = [0.6, 0.2];

    /// q(z) of outcome `asked`, the last of them keeping, where so many places show each, without `own` of them; in the plainest way.
    fn plain(counts: [f64; 3], asked: usize, own: f64) -> f64 {
        let priors = [RATE * f64::from(WEIGHTS[0]), RATE * f64::from(WEIGHTS[1]), 1.0 - RATE * f64::from(MASS)];
        let others = counts.iter().sum::<f64>() - own;
        if others < 1e-3 {
            return priors[asked];
        }
        let count = |z: usize| if z == asked { counts[z] - own } else { counts[z] };
        let q: Vec<f64> = (0..3).map(|z| priors[z] * (CONSISTENCY * saturated(count(z))).exp()).collect();
        let unseen = 1.0 - priors.iter().sum::<f64>();
        (1.0 - STRAY) * q[asked] / (q.iter().sum::<f64>() + unseen) + STRAY * priors[asked]
    }

    #[test]
    fn places_are_evidence_for_each_other() {
        for counts in
            [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 1.0], [3.0, 0.2, 0.4], [0.5, 7.0, 0.0], [0.1, 0.0, 9.0]]
        {
            let mut draws = Draws::new(1);
            let draw = draws.draw(7, false, 0, MASS);
            let uses = [draws.outcome(draw, 1, WEIGHTS[0]), draws.outcome(draw, 2, WEIGHTS[1])];
            assert_eq!((draws.draw(7, false, 0, MASS), draws.outcome(draw, 2, WEIGHTS[1])), (draw, uses[1]));
            draws.restart(RATE);
            for (used, count) in uses.into_iter().zip(counts) {
                draws.count_replaced(draw, used, count);
            }
            draws.count_kept(draw, counts[2]);
            for (asked, &count) in counts.iter().enumerate() {
                for own in [0.0, 0.4 * count, count] {
                    let found = match uses.get(asked) {
                        Some(&used) => draws.replaced(draw, used, own),
                        None => draws.kept(draw, own),
                    };
                    let expected = plain(counts, asked, own);
                    assert!((found - expected).abs() < 1e-7, "{counts:?} {asked} {own}: {found} {expected}");
                }
            }
        }
    }
}
