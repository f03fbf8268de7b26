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
    let mut counts = vec![0.0; lattice.arcs.len()];
    let mut is_live = vec![true; lattice.arcs.len()];
    let mut weights = weigh(&lattice, &draws, &is_live, &counts, &[]);
    let mut graph = Graph::new(&lattice, reader.model, &weights, options.lm_scale, options.beam);
    let mut farther: Vec<f64> = Vec::new();
    let mut asker = reader.context.map(|context| Asker::new(&lattice, context));
    let mut asked_with: Vec<ArcId> = Vec::new();
    for round in 0..options.n_rounds {
        if let (Some(asker), 1..) = (&mut asker, round) {
            let best = graph.best_path(&lattice, &weights);
            // With the same path the model says the same.
            if best != asked_with {
                let scale = f64::from(options.context_scale);
                let said = asker.ln_probs(&best, &is_live);
                farther = said.iter().map(|&p| scale * f64::from(p)).collect();
                weights = weigh(&lattice, &draws, &is_live, &counts, &farther);
                asked_with = best;
            }
        }
        let posterior = graph.posterior(&lattice, &weights, FLOOR);
        is_live = graph.live_arcs(&lattice);
        draws.begin_round();
        for ((arc, &share), count) in lattice.arcs.iter().zip(&posterior.arcs).zip(&mut counts) {
            *count = share * unit_shares[arc.start as usize];
            if let Some((draw, used)) = arc.replaced {
                draws.count_replaced(draw, used, *count);
            }
            for &draw in &lattice.survivors[arc.survivors.start as usize..arc.survivors.end as usize] {
                draws.count_kept(draw, *count);
            }
        }
        draws.update_rates();
        weights = weigh(&lattice, &draws, &is_live, &counts, &farther);
    }
    let posterior = graph.posterior(&lattice, &weights, FLOOR);
    let path = graph.best_path(&lattice, &weights);
    Decoding { lattice, draws, posterior, weights, path }
}

/// The channel's log-probability of each arc, as seen from its own place, which `counts` says how much it counts.
/// What the context model says, `farther`, is added where it was asked. Arcs that are not live have 0.
fn weigh(lattice: &Lattice, draws: &Draws, is_live: &[bool], counts: &[f64], farther: &[f64]) -> Vec<f64> {
    let log = |p: f64| p.max(1e-9).ln();
    let weigh = |(arc_id, (arc, &own)): (usize, (&Arc, &f64))| {
        if !is_live[arc_id] {
            return 0.0;
        }
        let mut weight = f64::from(arc.fixed) + farther.get(arc_id).copied().unwrap_or(0.0);
        if let Some((draw, used)) = arc.replaced {
            weight += log(draws.replaced(draw, used, own));
        }
        for &draw in &lattice.survivors[arc.survivors.start as usize..arc.survivors.end as usize] {
            weight += log(draws.kept(draw, own));
        }
        weight
    };
    lattice.arcs.iter().zip(counts).enumerate().map(weigh).collect()
}
