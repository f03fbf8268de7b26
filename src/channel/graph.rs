//! The lattice crossed with the language model's states: what a decoder walks.
//!
//! Nodes are (unit, state); paths that reach the same unit in the same state are one node (recombination is exact for
//! an n-gram model), and at each unit the best few nodes are kept (a beam). The language model is asked once, while the
//! graph is built; the rounds of expectation-maximisation only change the weights of arcs. Sums over all paths are taken
//! by the forward-backward recursion (Rabiner 1989, "A tutorial on hidden Markov models", section III), scaled
//! at each unit so that products of thousands of probabilities stay in range.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::channel::lattice::{ArcId, Lattice};
use crate::lm::{Found, LanguageModel, State};

/// Nodes this many nats below the best of their unit are let go. With 14 dev is restored to the same bytes.
const BEAM_DEPTH: f32 = 9.0;

#[derive(Debug, Clone, Copy)]
struct Edge {
    from: u32,
    to: u32,
    arc: ArcId,
    /// P_lm of the arc's words after the state of `from`, scaled.
    lm: f64,
    /// Its logarithm.
    ln_lm: f64,
}

/// The graph, in order of units.
#[derive(Debug, Default)]
pub struct Graph {
    // Nodes of unit u are `first_node[u]..first_node[u + 1]`; after the last unit comes the end.
    first_node: Vec<u32>,
    // Edges that leave the nodes of unit u are `first_edge[u]..first_edge[u + 1]`, in order of their arc.
    first_edge: Vec<u32>,
    edges: Vec<Edge>,
}

/// What the forward-backward recursion found.
#[derive(Debug, Clone, Default)]
pub struct Posterior {
    /// ln of the summed probability of all paths, nats.
    pub log_total: f64,
    /// For each arc, the share of that sum whose paths take it, 0 to 1.
    pub arcs: Vec<f64>,
}

impl Graph {
    /// The graph of `lattice`. `weights` are the arcs' log-probabilities, in nats, by which the beam is judged;
    /// `lm_scale` is the exponent on the language model's probabilities, `beam` how many nodes are kept at each unit.
    pub fn new(lattice: &Lattice, model: &dyn LanguageModel, weights: &[f64], lm_scale: f32, beam: usize) -> Graph {
        let n = lattice.n_units;
        let mut graph = Graph::default();
        // Nodes that arcs have reached so far: for each unit, its states with their best score and provisional number, and
        // the best score of all.
        let mut reached: Vec<Vec<(State, f32, u32)>> = vec![Vec::new(); n + 1];
        let mut best_reached = vec![f32::NEG_INFINITY; n + 1];
        // Where in its unit's list a state is.
        let mut index: FxHashMap<(u32, State), u32> = FxHashMap::default();
        let mut final_id: Vec<u32> = Vec::new();
        let mut next_provisional = 1u32;
        reached[0].push((model.begin(), 0.0, 0));
        let mut next_node = 0;
        let end = model.end_id();
        let mut found = Found::default();
        for unit in 0..=n {
            let mut nodes = std::mem::take(&mut reached[unit]);
            nodes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.2.cmp(&b.2)));
            let best = nodes.first().map_or(0.0, |node| node.1);
            nodes.truncate(beam.max(1));
            nodes.retain(|node| node.1 >= best - BEAM_DEPTH);
            graph.first_node.push(next_node);
            final_id.resize(next_provisional as usize, u32::MAX);
            for (i, node) in nodes.iter().enumerate() {
                final_id[node.2 as usize] = next_node + i as u32;
            }
            next_node += nodes.len() as u32;
            graph.first_edge.push(graph.edges.len() as u32);
            if unit == n {
                break;
            }
            let contexts: Vec<_> = nodes.iter().map(|node| model.context(node.0)).collect();
            for (arc_id, arc) in lattice.arcs_at(unit) {
                let words = &lattice.words[arc.words.start as usize..arc.words.end as usize];
                let ends = lattice.ends_sentence[arc.end as usize - 1];
                found.clear();
                for (node, context) in nodes.iter().zip(&contexts) {
                    let (mut lm, mut state) = match words.first() {
                        Some(&first) => context.score_among(first, &mut found),
                        None => (0.0, node.0),
                    };
                    for &word in words.iter().skip(1) {
                        let (more, next) = model.score(state, word);
                        lm += more;
                        state = next;
                    }
                    if ends {
                        lm += model.score(state, end).0;
                        state = model.begin();
                    }
                    let lm = lm * lm_scale;
                    let score = node.1 + lm + weights[arc_id as usize] as f32;
                    let list = &mut reached[arc.end as usize];
                    let best = &mut best_reached[arc.end as usize];
                    let place = match index.entry((arc.end, state)) {
                        // As a node it would be let go, since the best only gets better.
                        Entry::Vacant(_) if score < *best - BEAM_DEPTH => continue,
                        Entry::Vacant(vacant) => {
                            list.push((state, score, next_provisional));
                            next_provisional += 1;
                            *vacant.insert(list.len() as u32 - 1)
                        }
                        Entry::Occupied(known) => *known.get(),
                    };
                    let known = &mut list[place as usize];
                    known.1 = known.1.max(score);
                    *best = best.max(score);
                    let provisional = known.2;
                    graph.edges.push(Edge {
                        from: final_id[node.2 as usize],
                        to: provisional,
                        arc: arc_id,
                        lm: 0.0,
                        ln_lm: f64::from(lm),
                    });
                }
            }
        }
        graph.first_node.push(next_node);
        for edge in &mut graph.edges {
            edge.to = final_id[edge.to as usize];
        }
        let leads_on: Vec<bool> = graph.edges.iter().map(|edge| edge.to != u32::MAX).collect();
        graph.retain(&leads_on);
        for edge in &mut graph.edges {
            edge.lm = edge.ln_lm.exp();
        }
        graph
    }

    /// How many edges it has: the cost of one round.
    pub fn n_edges(&self) -> usize {
        self.edges.len()
    }

    /// Sums over all paths, with the arcs' weights as probabilities. Every edge that has less than `floor` of the sum is let
    /// go after that.
    ///
    /// Paths may lead nowhere then; together they have not much more than the floor for each edge of a place.
    pub fn posterior(&mut self, lattice: &Lattice, weights: &[f64], floor: f64) -> Posterior {
        let mut arcs = vec![0.0f64; lattice.arcs.len()];
        let mut is_kept = vec![false; self.edges.len()];
        let log_total = self.sweep(lattice, weights, |id, share| {
            arcs[self.edges[id].arc as usize] += share;
            is_kept[id] = share >= floor;
        });
        self.retain(&is_kept);
        for share in &mut arcs {
            *share = share.clamp(0.0, 1.0);
        }
        Posterior { log_total, arcs }
    }

    fn retain(&mut self, is_kept: &[bool]) {
        let mut n_kept_before = 0;
        let mut at = 0;
        for first in &mut self.first_edge {
            let until = *first as usize;
            n_kept_before += is_kept[at..until].iter().filter(|kept| **kept).count();
            *first = n_kept_before as u32;
            at = until;
        }
        let mut is_kept = is_kept.iter();
        self.edges.retain(|_| is_kept.next().is_some_and(|kept| *kept));
    }

    /// For each arc, whether some edge takes it.
    pub fn live_arcs(&self, lattice: &Lattice) -> Vec<bool> {
        let mut is_live = vec![false; lattice.arcs.len()];
        for edge in &self.edges {
            is_live[edge.arc as usize] = true;
        }
        is_live
    }

    /// The forward-backward recursion: ln of the sum over all paths, and by `take` the share of it that goes through each edge,
    /// by its number.
    fn sweep(&self, lattice: &Lattice, weights: &[f64], mut take: impl FnMut(usize, f64)) -> f64 {
        let n = lattice.n_units;
        let n_nodes = *self.first_node.last().expect("always one") as usize;
        let forward = self.sweep_forward(lattice, weights);
        let mut backward = vec![0.0f64; n_nodes];
        let mut scale = vec![0.0f64; n + 1];
        for node in self.nodes(n) {
            backward[node] = 1.0;
        }
        let total: f64 = self.nodes(n).map(|node| forward.value[node]).sum();
        let log_total = total.ln() + forward.scale[n];
        for unit in (0..n).rev() {
            let leaving = self.leaving(unit);
            let first_edge = leaving.start;
            // Nodes of this unit are reached backwards from units after it; take the next unit's scale as theirs.
            scale[unit] = scale[unit + 1];
            let mut factor = (ArcId::MAX, 0.0);
            for edge in &self.edges[leaving.clone()] {
                if factor.0 != edge.arc {
                    let to = lattice.arcs[edge.arc as usize].end as usize;
                    factor = (edge.arc, (scale[to] - scale[unit]).exp() * weights[edge.arc as usize].exp());
                }
                backward[edge.from as usize] += edge.lm * factor.1 * backward[edge.to as usize];
            }
            let top = self.nodes(unit).map(|node| backward[node]).fold(0.0, f64::max);
            if top > 0.0 {
                for node in self.nodes(unit) {
                    backward[node] /= top;
                }
                scale[unit] += top.ln();
            }
            let mut factor = (ArcId::MAX, 0.0);
            for (i, edge) in self.edges[leaving].iter().enumerate() {
                if factor.0 != edge.arc {
                    let to = lattice.arcs[edge.arc as usize].end as usize;
                    let log = forward.scale[unit] + scale[to] - log_total + weights[edge.arc as usize];
                    factor = (edge.arc, log.exp());
                }
                let share = forward.value[edge.from as usize] * edge.lm * factor.1 * backward[edge.to as usize];
                take(first_edge + i, share);
            }
        }
        log_total
    }

    /// The arcs of the most probable path (Viterbi), in order.
    pub fn best_path(&self, lattice: &Lattice, weights: &[f64]) -> Vec<ArcId> {
        let n = lattice.n_units;
        let n_nodes = *self.first_node.last().expect("always one") as usize;
        let mut score = vec![f64::NEG_INFINITY; n_nodes];
        let mut entered_by = vec![u32::MAX; n_nodes];
        for node in self.nodes(0) {
            score[node] = 0.0;
        }
        // Of edges that are as good the first is taken.
        for (id, edge) in self.edges.iter().enumerate() {
            let through = score[edge.from as usize] + edge.ln_lm + weights[edge.arc as usize];
            if through > score[edge.to as usize] {
                score[edge.to as usize] = through;
                entered_by[edge.to as usize] = id as u32;
            }
        }
        let mut node = self.nodes(n).max_by(|&a, &b| score[a].total_cmp(&score[b]).then(b.cmp(&a)));
        let mut path = Vec::new();
        while let Some(edge) = node.and_then(|at| self.edges.get(entered_by[at] as usize)) {
            path.push(edge.arc);
            node = Some(edge.from as usize);
        }
        path.reverse();
        path
    }

    fn nodes(&self, unit: usize) -> std::ops::Range<usize> {
        self.first_node[unit] as usize..self.first_node[unit + 1] as usize
    }

    /// The numbers of the edges that leave `unit`.
    fn leaving(&self, unit: usize) -> std::ops::Range<usize> {
        let end = self.first_edge.get(unit + 1).copied().unwrap_or(self.edges.len() as u32);
        self.first_edge[unit] as usize..end as usize
    }

    /// Forward values, each unit scaled so that its best is 1.
    fn sweep_forward(&self, lattice: &Lattice, weights: &[f64]) -> Sweep {
        let n = lattice.n_units;
        let n_nodes = *self.first_node.last().expect("always one") as usize;
        let mut value = vec![0.0f64; n_nodes];
        // What the values of a unit not yet swept are scaled by: the scale of the first unit that reached it.
        let mut scale = vec![f64::NAN; n + 1];
        scale[0] = 0.0;
        for node in self.nodes(0) {
            value[node] = 1.0;
        }
        for unit in 0..=n {
            if scale[unit].is_nan() {
                continue;
            }
            let top = self.nodes(unit).map(|node| value[node]).fold(0.0, f64::max);
            if top > 0.0 {
                for node in self.nodes(unit) {
                    value[node] /= top;
                }
                scale[unit] += top.ln();
            }
            if unit == n {
                break;
            }
            let mut factor = (ArcId::MAX, 0.0);
            for edge in &self.edges[self.leaving(unit)] {
                if factor.0 != edge.arc {
                    let to = lattice.arcs[edge.arc as usize].end as usize;
                    if scale[to].is_nan() {
                        scale[to] = scale[unit];
                    }
                    factor = (edge.arc, (scale[unit] - scale[to] + weights[edge.arc as usize]).exp());
                }
                value[edge.to as usize] += value[edge.from as usize] * edge.lm * factor.1;
            }
        }
        Sweep { value, scale }
    }
}

struct Sweep {
    value: Vec<f64>,
    scale: Vec<f64>,
}
