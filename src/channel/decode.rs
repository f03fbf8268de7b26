//! Reads a whole text through the channel: rate and draws by expectation-maximisation, then the best path.

use crate::channel::candidate::lattice;
use crate::channel::context::ln_probs;
use crate::channel::draws::Draws;
use crate::channel::graph::{Graph, Posterior};
use crate::channel::lattice::{Arc, ArcId, Lattice};
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;
use crate::lm::{BilinearModel, LanguageModel};

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
        Options { lm_scale: 0.45, context_scale: 0.15, n_rounds: 6, first_rate: 0.6, beam: 16 }
    }
}

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
    /// Log-likelihood ratio, in nats, of the text as spun at the best rate against the text as it stands.
    pub log_ratio: f64,
}

/// Reads `document`.
pub fn decode(
    document: &Document,
    lexicon: &Lexicon,
    model: &dyn LanguageModel,
    context: Option<&BilinearModel>,
    options: &Options,
) -> Decoding {
    let (lattice, mut draws) = lattice(document, lexicon, model, context);
    draws.restart(options.first_rate);
    // A sentence that the text repeats counts once for what the spinner drew.
    let unit_shares = document.unit_shares();
    let mut counts = vec![0.0; lattice.arcs.len()];
    let mut weights = weigh(&lattice, &draws, &counts, &[]);
    let graph = Graph::new(&lattice, model, &weights, options.lm_scale, options.beam);
    let mut farther: Vec<f64> = Vec::new();
    let mut asked_with: Vec<ArcId> = Vec::new();
    for round in 0..options.n_rounds {
        if let (Some(context), 1..) = (context, round) {
            let best = graph.best_path(&lattice, &weights);
            // With the same path the model says the same.
            if best != asked_with {
                let scale = f64::from(options.context_scale);
                farther = ln_probs(&lattice, &best, context).into_iter().map(|p| scale * f64::from(p)).collect();
                weights = weigh(&lattice, &draws, &counts, &farther);
                asked_with = best;
            }
        }
        let posterior = graph.posterior(&lattice, &weights);
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
        weights = weigh(&lattice, &draws, &counts, &farther);
    }
    let posterior = graph.posterior(&lattice, &weights);
    let path = graph.best_path(&lattice, &weights);
    let log_ratio = posterior.log_total - as_it_stands(&lattice, model, options.lm_scale, &farther);
    Decoding { lattice, draws, posterior, weights, path, log_ratio }
}

/// The channel's log-probability of each arc, as seen from its own place, which `counts` says how much it counts.
/// What the context model says, `farther`, is added where it was asked.
fn weigh(lattice: &Lattice, draws: &Draws, counts: &[f64], farther: &[f64]) -> Vec<f64> {
    let log = |p: f64| p.max(1e-9).ln();
    let weigh = |(arc_id, (arc, &own)): (usize, (&Arc, &f64))| {
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

/// ln P of the text with every unit kept and no spinner at work, nats.
fn as_it_stands(lattice: &Lattice, model: &dyn LanguageModel, lm_scale: f32, farther: &[f64]) -> f64 {
    let mut state = model.begin();
    let mut total = 0.0f64;
    let mut unseen = 0.0f64;
    for unit in 0..lattice.n_units {
        let keep_id = lattice.first_arc[unit] as usize;
        let keep = &lattice.arcs[keep_id];
        unseen += f64::from(keep.fixed) + farther.get(keep_id).copied().unwrap_or(0.0);
        for &word in &lattice.words[keep.words.start as usize..keep.words.end as usize] {
            let (p, next) = model.score(state, word);
            total += f64::from(p);
            state = next;
        }
        if lattice.ends_sentence[unit] {
            total += f64::from(model.score(state, model.end_id()).0);
            state = model.begin();
        }
    }
    total * f64::from(lm_scale) + unseen
}
