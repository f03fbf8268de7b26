//! Reads a whole text through the channel: rate and draws by expectation-maximisation, then the best path.

use crate::channel::candidate::lattice;
use crate::channel::context::Asker;
use crate::channel::draws::Draws;
use crate::channel::graph::{Graph, Posterior};
use crate::channel::lattice::{Arc, ArcId, Lattice};
use crate::channel::reader::Reader;
use crate::document::Document;

/// How a text is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Exponent on the language model's probabilities. Below 1, since words are not as independent of what lies further
    /// back as a trigram says.
    pub lm_scale: f32,
    /// Exponent on the context model's probabilities, which say in part what the language model says.
    pub context_scale: f32,
    /// Rounds of expectation-maximisation; 0 keeps the prior rate and draws.
    pub n_rounds: usize,
    /// The rate that the first round believes.
    pub first_rate: f64,
    /// How many states of the language model are kept at each unit.
    pub beam: usize,
}

impl Default for Options {
    fn default() -> Self {
        // Source: dev, cross-validated; tables in docs/accuracy.md, made by `cargo bench --bench ablation`.
        Options { lm_scale: 0.45, context_scale: 0.15, n_rounds: 6, first_rate: 0.6, beam: 8 }
    }
}

/// An edge that has less of the sum over all paths is let go after a round.
///
/// Source: choices are made from a probability of .001 on; dev is restored with this floor as it is without, but
/// for one edit in 3,000.
const FLOOR: f64 = 1e-5;

/// A text as the channel reads it.
#[derive(Debug)]
pub struct Decoding {
    /// Every way to read it.
    pub lattice: Lattice,
    /// What the spinner drew, as far as can be told.
    pub draws: Draws,
    /// How probable each arc is.
    pub posterior: Posterior,
    /// The channel's log-probability of each arc, in nats.
    pub weights: Vec<f64>,
    /// The arcs of the most probable reading, in order.
    pub path: Vec<ArcId>,
}

/// Reads `document`.
pub fn decode(document: &Document, reader: &Reader, options: &Options) -> Decoding {
    let (lattice, mut draws) = lattice(document, reader);
    draws.restart(options.first_rate);
    // A sentence that the text repeats counts once for what the spinner drew.
    let unit_shares = document.unit_shares();
    let mut weights = Weights::new(&lattice);
    weights.weigh(&lattice, &mut draws);
    let mut graph = Graph::new(&lattice, reader.model, &weights.ln(), options.lm_scale, options.beam);
    let mut asker = reader.context.map(|context| Asker::new(&lattice, context));
    let mut asked_with: Vec<ArcId> = Vec::new();
    for round in 0..options.n_rounds {
        if let (Some(asker), 1..) = (&mut asker, round) {
            let best = graph.best_path(&lattice, &weights.all);
            // With the same path the model says the same.
            if best != asked_with {
                let scale = f64::from(options.context_scale);
                let said = asker.ln_probs(&best, &weights.live);
                weights.hear_farther(said.iter().map(|&p| scale * f64::from(p)));
                weights.weigh(&lattice, &mut draws);
                asked_with = best;
            }
        }
        let posterior = graph.posterior(&lattice, &weights.all, FLOOR);
        draws.begin_round();
        for &arc_id in &weights.live {
            let arc = &lattice.arcs[arc_id as usize];
            let count = posterior.arcs[arc_id as usize] * unit_shares[arc.start as usize];
            weights.counts[arc_id as usize] = count;
            if let Some((draw, used)) = arc.replaced {
                draws.count_replaced(draw, used, count);
            }
            for &draw in &lattice.survivors[arc.survivors.start as usize..arc.survivors.end as usize] {
                draws.count_kept(draw, count);
            }
        }
        draws.update_rates();
        weights.keep(graph.live_arcs());
        weights.weigh(&lattice, &mut draws);
    }
    let posterior = graph.posterior(&lattice, &weights.all, FLOOR);
    let path = graph.best_path(&lattice, &weights.all);
    let weights = weights.ln();
    Decoding { lattice, draws, posterior, weights, path }
}

/// The channel's probability of each arc, in its parts.
struct Weights {
    /// The arcs that some path still takes, in order, and whether each is one.
    live: Vec<ArcId>,
    is_live: Vec<bool>,
    /// What no draw decides.
    fixed: Vec<f64>,
    /// What the context model says, where it was asked.
    farther: Vec<f64>,
    /// How many places of its draws an arc is, expected.
    counts: Vec<f64>,
    /// The product of all; of arcs that are not live, what it was.
    all: Vec<f64>,
}

impl Weights {
    fn new(lattice: &Lattice) -> Self {
        let n = lattice.arcs.len();
        // Most have 0.
        let fixed = |arc: &Arc| if arc.fixed == 0.0 { 1.0 } else { f64::from(arc.fixed).exp() };
        Weights {
            live: (0..n as ArcId).collect(),
            is_live: vec![true; n],
            fixed: lattice.arcs.iter().map(fixed).collect(),
            farther: vec![1.0; n],
            counts: vec![0.0; n],
            all: vec![1.0; n],
        }
    }

    /// Takes what the context model says of each arc, nats.
    fn hear_farther(&mut self, said: impl Iterator<Item = f64>) {
        for ((farther, said), _) in
            self.farther.iter_mut().zip(said).zip(&self.is_live).filter(|(_, is_live)| **is_live)
        {
            *farther = said.exp();
        }
    }

    /// Lets all arcs go that are not in `live`.
    fn keep(&mut self, live: Vec<ArcId>) {
        self.is_live.fill(false);
        live.iter().for_each(|&arc| self.is_live[arc as usize] = true);
        self.live = live;
    }

    /// Weighs each live arc as seen from its own place.
    fn weigh(&mut self, lattice: &Lattice, draws: &mut Draws) {
        // No draw may shut out a reading.
        let least = |p: f64| p.max(1e-9);
        for &arc_id in &self.live {
            let id = arc_id as usize;
            let (arc, own) = (&lattice.arcs[id], self.counts[id]);
            let mut weight = self.fixed[id] * self.farther[id];
            if let Some((draw, used)) = arc.replaced {
                weight *= least(draws.replaced(draw, used, own));
            }
            for &draw in &lattice.survivors[arc.survivors.start as usize..arc.survivors.end as usize] {
                weight *= least(draws.kept(draw, own));
            }
            self.all[id] = weight;
        }
    }

    /// The logarithms, in nats; 0 for arcs that are not live.
    fn ln(&self) -> Vec<f64> {
        let ln = |(&weight, &is_live): (&f64, &bool)| if is_live { weight.ln() } else { 0.0 };
        self.all.iter().zip(&self.is_live).map(ln).collect()
    }
}
