//! What a spinner drew in one document: for each head, whether it fired and which alternative it took.
//!
//! Observed: one alternative per head and document, drawn apart for lower-case and Capitalised spellings, and a head
//! that fires does so at all its places. So a draw is shared by the places of its head, and each place is evidence for
//! the others.

use rustc_hash::FxHashMap;

use crate::lexicon::dictionary::{FamilyId, PhraseId};

/// Number of a draw in its document.
pub type DrawId = u32;
/// Number of an outcome in its draw.
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
pub struct Draw {
    /// Whose head it is.
    family: FamilyId,
    /// P(fires) where the spinner replaces every head it knows.
    mass: f64,
    /// The outcomes that the text may show: spun phrase, and P(it | fires) times the mass.
    uses: Vec<(PhraseId, f64)>,
    /// Expected number of places for each outcome, and last, for keeping.
    counts: Vec<f64>,
}

/// All draws of a document, and the rate of each family.
#[derive(Debug, Clone)]
pub struct Draws {
    index: FxHashMap<(PhraseId, bool), DrawId>,
    draws: Vec<Draw>,
    // By family: the share of its heads that it replaced, and how many that is.
    rates: Vec<f64>,
    fired: Vec<f64>,
}

impl Draws {
    /// No draws yet, of `n_families` spinner families.
    pub fn new(n_families: usize) -> Self {
        let none = vec![0.0; n_families.max(1)];
        Draws { index: FxHashMap::default(), draws: Vec::new(), rates: none.clone(), fired: none }
    }

    /// The draw of `head`, which `family` knows with `mass`, in lower case or capitalised.
    pub fn draw(&mut self, head: PhraseId, is_capitalised: bool, family: FamilyId, mass: f32) -> DrawId {
        let next = self.draws.len() as DrawId;
        let id = *self.index.entry((head, is_capitalised)).or_insert(next);
        if id == next {
            self.draws.push(Draw { family, mass: f64::from(mass), uses: Vec::new(), counts: vec![0.0] });
        }
        id
    }

    /// The outcome of `draw` that writes `spun`, drawn with probability `weight` where every head fires.
    pub fn outcome(&mut self, draw: DrawId, spun: PhraseId, weight: f32) -> UseId {
        let draw = &mut self.draws[draw as usize];
        if let Some(known) = draw.uses.iter().position(|u| u.0 == spun) {
            return known as UseId;
        }
        draw.uses.push((spun, f64::from(weight)));
        draw.counts.push(0.0);
        draw.uses.len() as UseId - 1
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
        for draw in &mut self.draws {
            draw.counts.fill(0.0);
        }
    }

    /// Probability that the head of `draw` became its outcome `used`, as seen from a place that itself counts `own`
    /// towards it.
    pub fn replaced(&self, draw: DrawId, used: UseId, own: f64) -> f64 {
        let draw = &self.draws[draw as usize];
        draw.probability(used as usize, own, self.rates[draw.family as usize])
    }

    /// Probability that the head of `draw` was kept, as seen from a place that itself counts `own` towards that.
    pub fn kept(&self, draw: DrawId, own: f64) -> f64 {
        let draw = &self.draws[draw as usize];
        draw.probability(draw.uses.len(), own, self.rates[draw.family as usize])
    }

    /// Clears the counts for a new round.
    pub fn begin_round(&mut self) {
        for draw in &mut self.draws {
            draw.counts.fill(0.0);
        }
    }

    /// Counts `expected` places for an outcome.
    pub fn count_replaced(&mut self, draw: DrawId, used: UseId, expected: f64) {
        self.draws[draw as usize].counts[used as usize] += expected;
    }

    /// Counts `expected` places where the head was kept.
    pub fn count_kept(&mut self, draw: DrawId, expected: f64) {
        if let Some(last) = self.draws[draw as usize].counts.last_mut() {
            *last += expected;
        }
    }

    /// Sets each rate to what the counts say: heads that fired over heads that could have.
    pub fn update_rates(&mut self) {
        self.fired.fill(0.0);
        let mut known = vec![0.0; self.rates.len()];
        for draw in &self.draws {
            let places: f64 = draw.counts.iter().sum();
            if places <= 0.0 {
                continue;
            }
            let kept = draw.counts[draw.uses.len()];
            // A head counts once, however many places it has, since it is drawn once.
            let weight = places.min(1.0);
            self.fired[draw.family as usize] += weight * (1.0 - kept / places);
            known[draw.family as usize] += weight * draw.mass;
        }
        for ((rate, &fired), &known) in self.rates.iter_mut().zip(&self.fired).zip(&known) {
            let expected = (fired + 0.5 * RATE_PRIOR_HEADS) / (known + RATE_PRIOR_HEADS);
            *rate = expected.min(1.0).powf(RATE_CAUTION).clamp(RATE_RANGE.0, RATE_RANGE.1);
        }
    }
}

impl Draw {
    fn prior(&self, outcome: usize, rate: f64) -> f64 {
        match self.uses.get(outcome) {
            Some(&(_, weight)) => rate * weight,
            None => 1.0 - rate * self.mass,
        }
    }

    /// Mean field: q(z) ∝ prior(z) · exp(CONSISTENCY · places that show z), without the asking place's own share.
    fn probability(&self, outcome: usize, own: f64, rate: f64) -> f64 {
        let n = self.uses.len();
        let mut known = 0.0;
        let mut total = 0.0;
        let mut asked = 0.0;
        let top = self.counts.iter().copied().fold(0.0, f64::max);
        if top - own.min(top) < 1e-3 && self.counts.iter().sum::<f64>() - own < 1e-3 {
            return self.prior(outcome, rate);
        }
        for z in 0..=n {
            let prior = self.prior(z, rate);
            let count = if z == outcome { self.counts[z] - own } else { self.counts[z] };
            let q = prior * (CONSISTENCY * (saturated(count) - saturated(top))).exp();
            known += prior;
            total += q;
            if z == outcome {
                asked = q;
            }
        }
        // Alternatives that the text does not show anywhere keep their prior, with no place for them.
        total += (1.0 - known).max(0.0) * (-CONSISTENCY * saturated(top)).exp();
        let drawn = if total > 0.0 { asked / total } else { 0.0 };
        (1.0 - STRAY) * drawn + STRAY * self.prior(outcome, rate)
    }
}

/// `count` places, each worth less than the one before.
fn saturated(count: f64) -> f64 {
    count / (1.0 + count / SATURATION)
}
