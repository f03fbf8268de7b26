//! The lattice crossed with the language model's states: what a decoder walks.
//!
//! Nodes are (unit, state); paths that reach the same unit in the same state are one node (recombination is exact for
//! an n-gram model), and at each unit the best few nodes are kept (a beam). The language model is asked once, while the
//! graph is built; the rounds of expectation-maximisation only change the weights of arcs. Sums over all paths are taken
//! by the forward-backward recursion (Rabiner 1989, "A tutorial on hidden Markov models", section III), scaled
//! at each unit so that products of thousands of probabilities stay in range.

use std::ops::Range;

use crate::channel::lattice::{ArcId, Lattice};
use crate::lm::{Found, LanguageModel, State};

/// Nodes this many nats below the best of their unit are let go. With 14 dev is restored to the same bytes.
const BEAM_DEPTH: f32 = 9.0;

#[derive(Debug, Clone, Copy)]
struct Edge {
    from: u32,
    to: u32,
    /// P_lm of the arc's words after the state of `from`, scaled.
    lm: f64,
}

/// The edges that take one arc.
#[derive(Debug, Clone, Copy)]
struct Run {
    arc: ArcId,
    /// The unit where it ends.
    to: u32,
    /// One past the last of the edges.
    end_edge: u32,
}

/// A node while the graph is built.
#[derive(Debug, Clone)]
struct Reached {
    state: State,
    /// The best of all ways there.
    score: f32,
    /// Its number until it is known which nodes are kept.
    provisional: u32,
}

/// The graph, in order of units.
#[derive(Debug, Default)]
pub struct Graph {
    // Nodes of unit u are `first_node[u]..first_node[u + 1]`; after the last unit comes the end.
    first_node: Vec<u32>,
    // The runs of unit u end before `end_run[u]`; runs and their edges are in order of their arcs, which begin in order of units.
    end_run: Vec<u32>,
    runs: Vec<Run>,
    edges: Vec<Edge>,
}

/// A product of as many numbers as there may be: `mantissa` · e^`ln`.
#[derive(Debug, Clone, Copy)]
struct Scale {
    mantissa: f64,
    ln: f64,
}

impl Scale {
    const ONE: Scale = Scale { mantissa: 1.0, ln: 0.0 };
    /// Of what no path has reached yet.
    const NONE: Scale = Scale { mantissa: 0.0, ln: 0.0 };
    /// What a mantissa stays between, so that quotients of two stay numbers.
    const RANGE: Range<f64> = 1e-100..1e100;

    fn is_none(self) -> bool {
        self.mantissa == 0.0
    }

    /// Times `factor`, above 0.
    fn times(self, factor: f64) -> Scale {
        let mantissa = self.mantissa * factor;
        match Scale::RANGE.contains(&mantissa) {
            true => Scale { mantissa, ..self },
            false => Scale { mantissa: 1.0, ln: self.ln + self.mantissa.ln() + factor.ln() },
        }
    }

    /// How many times `other` it is.
    fn over(self, other: Scale) -> f64 {
        let ratio = self.mantissa / other.mantissa;
        if self.ln == other.ln { ratio } else { ratio * (self.ln - other.ln).exp() }
    }

    fn ln(self) -> f64 {
        self.ln + self.mantissa.ln()
    }
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
        let n_arcs = lattice.arcs.len();
        // Texts that were spun have some seven edges an arc before those are let go that lead nowhere.
        let mut graph =
            Graph { runs: Vec::with_capacity(n_arcs), edges: Vec::with_capacity(7 * n_arcs), ..Graph::default() };
        // Nodes that arcs have reached so far, by unit; lists that are done with are used again.
        let mut reached: Vec<Vec<Reached>> = vec![Vec::new(); n + 1];
        let mut best_reached = vec![f32::NEG_INFINITY; n + 1];
        let mut done_with: Vec<Vec<Reached>> = Vec::new();
        let mut final_id: Vec<u32> = Vec::new();
        let mut next_provisional = 1u32;
        reached[0].push(Reached { state: model.begin(), score: 0.0, provisional: 0 });
        let mut next_node = 0;
        let end = model.end_id();
        let mut found = Found::default();
        let mut contexts = Vec::with_capacity(beam);
        // What an arc's words behind the first come to, by the state before them: many nodes share it.
        let mut rest: Vec<(State, f32, State)> = Vec::new();
        for unit in 0..=n {
            let mut nodes = std::mem::take(&mut reached[unit]);
            nodes.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.provisional.cmp(&b.provisional)));
            let best = nodes.first().map_or(0.0, |node| node.score);
            nodes.truncate(beam.max(1));
            nodes.retain(|node| node.score >= best - BEAM_DEPTH);
            graph.first_node.push(next_node);
            final_id.resize(next_provisional as usize, u32::MAX);
            for (i, node) in nodes.iter().enumerate() {
                final_id[node.provisional as usize] = next_node + i as u32;
            }
            next_node += nodes.len() as u32;
            if unit == n {
                break;
            }
            contexts.clear();
            contexts.extend(nodes.iter().map(|node| model.context(node.state)));
            for (arc_id, arc) in lattice.arcs_at(unit) {
                let words = &lattice.words[arc.words.start as usize..arc.words.end as usize];
                let ends = lattice.ends_sentence[arc.end as usize - 1];
                found.clear();
                rest.clear();
                let list = &mut reached[arc.end as usize];
                if list.capacity() == 0 {
                    *list = done_with.pop().unwrap_or_default();
                }
                let best = &mut best_reached[arc.end as usize];
                for (node, context) in nodes.iter().zip(&contexts) {
                    let (mut lm, mut state) = match words.first() {
                        Some(&first) => context.score_among(first, &mut found),
                        None => (0.0, node.state),
                    };
                    if words.len() > 1 || ends {
                        let known = rest.iter().position(|known| known.0 == state).unwrap_or_else(|| {
                            let (mut lm, mut after) = (0.0, state);
                            for &word in words.iter().skip(1) {
                                let (more, next) = model.score(after, word);
                                lm += more;
                                after = next;
                            }
                            if ends {
                                lm += model.score(after, end).0;
                                after = model.begin();
                            }
                            rest.push((state, lm, after));
                            rest.len() - 1
                        });
                        lm += rest[known].1;
                        state = rest[known].2;
                    }
                    let lm = lm * lm_scale;
                    let score = node.score + lm + weights[arc_id as usize] as f32;
                    let place = match list.iter().position(|known| known.state == state) {
                        Some(known) => known,
                        // As a node it would be let go, since the best only gets better.
                        None if score < *best - BEAM_DEPTH => continue,
                        None => {
                            list.push(Reached { state, score, provisional: next_provisional });
                            next_provisional += 1;
                            list.len() - 1
                        }
                    };
                    let known = &mut list[place];
                    known.score = known.score.max(score);
                    *best = best.max(score);
                    let from = final_id[node.provisional as usize];
                    graph.edges.push(Edge { from, to: known.provisional, lm: f64::from(lm) });
                }
                graph.runs.push(Run { arc: arc_id, to: arc.end, end_edge: graph.edges.len() as u32 });
            }
            graph.end_run.push(graph.runs.len() as u32);
            nodes.clear();
            done_with.push(nodes);
        }
        graph.first_node.push(next_node);
        for edge in &mut graph.edges {
            edge.to = final_id[edge.to as usize];
        }
        graph.retain(|_, edge| edge.to != u32::MAX);
        // Logarithms so far.
        for edge in &mut graph.edges {
            edge.lm = edge.lm.exp();
        }
        graph
    }

    /// How many edges it has: the cost of one round.
    pub fn n_edges(&self) -> usize {
        self.edges.len()
    }

    /// Sums over all paths, with `weights` as the arcs' probabilities. Every edge that has less than `floor` of the sum is let
    /// go after that.
    ///
    /// Paths may lead nowhere then; together they have not much more than the floor for each edge of a place.
    pub fn posterior(&mut self, lattice: &Lattice, weights: &[f64], floor: f64) -> Posterior {
        let n = lattice.n_units;
        let Sweep { value, scale } = self.sweep_forward(lattice, weights, |_, sum, more| *sum += more);
        let mut arcs = vec![0.0f64; lattice.arcs.len()];
        let mut is_kept = vec![false; self.edges.len()];
        let total: f64 = self.nodes(n).map(|node| value[node]).sum();
        // Backward values, each unit scaled by the inverse of its forward scale and by the total (Rabiner's equation 94): times
        // the forward value they are a node's share.
        let mut backward = vec![0.0f64; value.len()];
        backward[self.nodes(n)].fill(1.0 / total);
        let mut end = self.edges.len();
        for unit in (0..n).rev() {
            let leaving = self.leaving(unit);
            let at = scale[unit];
            for run in leaving.rev() {
                let Run { arc, to, .. } = self.runs[run];
                let factor = weights[arc as usize] * at.over(scale[to as usize]);
                let start = self.first_edge(run);
                let mut of_arc = 0.0;
                for (edge, is_kept) in self.edges[start..end].iter().zip(&mut is_kept[start..end]) {
                    let forward = value[edge.from as usize];
                    let onward = edge.lm * factor * backward[edge.to as usize];
                    let share = forward * onward;
                    // Where nothing comes, nothing goes on, whatever the way from there is worth.
                    if forward > 0.0 {
                        backward[edge.from as usize] += onward;
                        of_arc += share;
                        *is_kept = share >= floor;
                    }
                }
                end = start;
                arcs[arc as usize] = of_arc.clamp(0.0, 1.0);
            }
        }
        self.retain(|edge, _| is_kept[edge]);
        Posterior { log_total: total.ln() + scale[n].ln(), arcs }
    }

    /// Lets all edges go but those that `is_kept` says, by number and edge, and runs that have none.
    fn retain(&mut self, is_kept: impl Fn(usize, &Edge) -> bool) {
        let (mut n_edges, mut n_runs) = (0, 0);
        let (mut edge, mut run) = (0, 0);
        for end_run in &mut self.end_run {
            while run < *end_run as usize {
                let of_run = self.runs[run];
                let first = n_edges;
                while edge < of_run.end_edge as usize {
                    if is_kept(edge, &self.edges[edge]) {
                        self.edges[n_edges] = self.edges[edge];
                        n_edges += 1;
                    }
                    edge += 1;
                }
                if n_edges > first {
                    self.runs[n_runs] = Run { end_edge: n_edges as u32, ..of_run };
                    n_runs += 1;
                }
                run += 1;
            }
            *end_run = n_runs as u32;
        }
        self.edges.truncate(n_edges);
        self.runs.truncate(n_runs);
    }

    /// The arcs that some edge takes, in order.
    pub fn live_arcs(&self) -> Vec<ArcId> {
        self.runs.iter().map(|run| run.arc).collect()
    }

    /// The arcs of the most probable path (Viterbi), in order, with `weights` as the arcs' probabilities.
    pub fn best_path(&self, lattice: &Lattice, weights: &[f64]) -> Vec<ArcId> {
        let mut entered_by = vec![u32::MAX; self.n_nodes()];
        let Sweep { value, .. } = self.sweep_forward(lattice, weights, |id, best, through| {
            // Of edges that are as good the first is taken.
            if through > *best {
                *best = through;
                entered_by[self.edges[id].to as usize] = id as u32;
            }
        });
        let mut node = self.nodes(lattice.n_units).max_by(|&a, &b| value[a].total_cmp(&value[b]).then(b.cmp(&a)));
        let mut path = Vec::new();
        while let Some(id) = node.map(|at| entered_by[at]).filter(|&id| id != u32::MAX) {
            path.push(self.runs[self.runs.partition_point(|run| run.end_edge <= id)].arc);
            node = Some(self.edges[id as usize].from as usize);
        }
        path.reverse();
        path
    }

    fn n_nodes(&self) -> usize {
        *self.first_node.last().expect("always one") as usize
    }

    fn nodes(&self, unit: usize) -> Range<usize> {
        self.first_node[unit] as usize..self.first_node[unit + 1] as usize
    }

    /// The number of the first edge of `run`.
    fn first_edge(&self, run: usize) -> usize {
        run.checked_sub(1).map_or(0, |before| self.runs[before].end_edge as usize)
    }

    /// The numbers of the runs that leave `unit`.
    fn leaving(&self, unit: usize) -> Range<usize> {
        let first = unit.checked_sub(1).map_or(0, |before| self.end_run[before]);
        first as usize..self.end_run[unit] as usize
    }

    /// Goes over all edges in order: `arrive` is given an edge's number, the value of its end so far, and what comes by it. Values
    /// are scaled so that the best of each unit is 1.
    fn sweep_forward(&self, lattice: &Lattice, weights: &[f64], mut arrive: impl FnMut(usize, &mut f64, f64)) -> Sweep {
        let n = lattice.n_units;
        let mut value = vec![0.0f64; self.n_nodes()];
        // Of a unit not yet swept: the scale of the first unit that reached it.
        let mut scale = vec![Scale::NONE; n + 1];
        scale[0] = Scale::ONE;
        value[self.nodes(0)].fill(1.0);
        for unit in 0..=n {
            if scale[unit].is_none() {
                continue;
            }
            let values = &mut value[self.nodes(unit)];
            let top = values.iter().copied().fold(0.0, f64::max);
            if top > 0.0 {
                values.iter_mut().for_each(|value| *value /= top);
                scale[unit] = scale[unit].times(top);
            }
            if unit == n {
                break;
            }
            let at = scale[unit];
            let leaving = self.leaving(unit);
            let mut id = self.first_edge(leaving.start);
            for run in &self.runs[leaving] {
                let to = &mut scale[run.to as usize];
                if to.is_none() {
                    *to = at;
                }
                let factor = weights[run.arc as usize] * at.over(*to);
                for edge in &self.edges[id..run.end_edge as usize] {
                    let through = value[edge.from as usize] * edge.lm * factor;
                    arrive(id, &mut value[edge.to as usize], through);
                    id += 1;
                }
            }
        }
        Sweep { value, scale }
    }
}

struct Sweep {
    value: Vec<f64>,
    scale: Vec<Scale>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::lattice::{Arc, Reading};
    use crate::lm::NgramModel;

    const LM_SCALE: f32 = 0.45;
    const BEAM: usize = 64;

    /// A lattice of arcs `(start, end, words)`, in order of their start; a sentence ends after each unit of `ends`. The first arc of each unit keeps.
    fn lattice(model: &NgramModel, n_units: usize, ends: &[usize], arcs: &[(usize, usize, &str)]) -> Lattice {
        let mut lattice = Lattice { n_units, ..Lattice::default() };
        lattice.ends_sentence = (0..n_units).map(|unit| ends.contains(&unit)).collect();
        for &(start, end, words) in arcs {
            while lattice.first_arc.len() <= start {
                lattice.first_arc.push(lattice.arcs.len() as u32);
            }
            let from = lattice.words.len() as u32;
            lattice.words.extend(words.split_whitespace().map(|word| model.id(word)));
            let words = from..lattice.words.len() as u32;
            let (start, end) = (start as u32, end as u32);
            let arc = Arc { start, end, reading: Reading::Keep, words, fixed: 0.0, replaced: None, survivors: 0..0 };
            lattice.arcs.push(arc);
        }
        lattice.first_arc.resize(n_units + 1, lattice.arcs.len() as u32);
        lattice
    }

    const ARCS: &[(usize, usize, &str)] = &[
        (0, 1, "the"),
        (0, 1, "a"),
        (0, 2, "our mayor"),
        (1, 2, "mayor"),
        (1, 2, ""),
        (1, 3, "city council"),
        (2, 3, "mentioned"),
        (2, 3, "said"),
        (3, 4, "it"),
        (3, 5, "it rained"),
        (4, 5, "rained"),
        (5, 6, "today"),
        (5, 6, "now"),
    ];
    const ENDS: &[usize] = &[4, 5];

    /// Every path from `unit` on, with its arcs and the product of their weights and of P_lm.
    fn paths(
        lattice: &Lattice,
        model: &NgramModel,
        weights: &[f64],
        unit: usize,
        state: State,
    ) -> Vec<(Vec<ArcId>, f64)> {
        if unit == lattice.n_units {
            return vec![(Vec::new(), 1.0)];
        }
        let mut all = Vec::new();
        for (id, arc) in lattice.arcs_at(unit) {
            let (mut ln_lm, mut after) = (0.0, state);
            for &word in &lattice.words[arc.words.start as usize..arc.words.end as usize] {
                let (ln_prob, next) = model.score(after, word);
                ln_lm += ln_prob;
                after = next;
            }
            if lattice.ends_sentence[arc.end as usize - 1] {
                ln_lm += model.score(after, model.end_id()).0;
                after = model.begin();
            }
            let here = weights[id as usize] * f64::from(LM_SCALE * ln_lm).exp();
            for (mut path, rest) in paths(lattice, model, weights, arc.end as usize, after) {
                path.insert(0, id);
                all.push((path, here * rest));
            }
        }
        all
    }

    #[test]
    fn shares_and_the_best_path_are_those_of_all_paths_one_by_one() {
        let model = NgramModel::english().unwrap();
        let lattice = lattice(&model, 6, ENDS, ARCS);
        for n in 0..20u32 {
            // Some weights between .1 and 1, others each time.
            let weights: Vec<f64> = (0..ARCS.len() as u32)
                .map(|i| 0.1 + 0.9 * f64::from((i * 37 + n * 101 + i * i * n) % 64) / 64.0)
                .collect();
            let ln: Vec<f64> = weights.iter().map(|weight| weight.ln()).collect();
            let mut graph = Graph::new(&lattice, &model, &ln, LM_SCALE, BEAM);
            let all = paths(&lattice, &model, &weights, 0, model.begin());
            let total: f64 = all.iter().map(|path| path.1).sum();
            let best = all.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert_eq!(graph.best_path(&lattice, &weights), best.0);
            let posterior = graph.posterior(&lattice, &weights, 0.0);
            assert!((posterior.log_total - total.ln()).abs() < 1e-3, "{} {}", posterior.log_total, total.ln());
            for (arc, &share) in posterior.arcs.iter().enumerate() {
                let of_arc = all.iter().filter(|path| path.0.contains(&(arc as ArcId))).map(|path| path.1).sum::<f64>();
                assert!((share - of_arc / total).abs() < 1e-3, "arc {arc}: {share} {}", of_arc / total);
            }
        }
    }

    #[test]
    fn a_place_that_no_path_reaches_any_more_spoils_no_other() {
        let model = NgramModel::english().unwrap();
        // Each of three ways to unit 1 has a fifth of the sum, the way on from there all of that, and a way round it the rest.
        let arcs = [(0, 1, "the"), (0, 1, "the"), (0, 1, "the"), (0, 2, "the mayor"), (1, 2, "mayor"), (2, 3, "said")];
        let lattice = lattice(&model, 3, &[3], &arcs);
        let weights = [0.2, 0.2, 0.2, 0.4, 1.0, 1.0];
        let ln = weights.map(f64::ln);
        let mut graph = Graph::new(&lattice, &model, &ln, LM_SCALE, BEAM);
        let near = |posterior: Posterior, expected: [f64; 6]| {
            assert!(posterior.arcs.iter().zip(expected).all(|(p, e)| (p - e).abs() < 1e-6), "{posterior:?}");
        };
        near(graph.posterior(&lattice, &weights, 0.3), [0.2, 0.2, 0.2, 0.4, 0.6, 1.0]);
        assert_eq!(graph.live_arcs(), [3, 4, 5]);
        near(graph.posterior(&lattice, &weights, 0.3), [0.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
        assert_eq!(graph.live_arcs(), [3, 5]);
        assert_eq!(graph.best_path(&lattice, &weights), [3, 5]);
    }

    #[test]
    fn sums_of_long_texts_stay_numbers() {
        let model = NgramModel::english().unwrap();
        let n_copies = 3000;
        let arcs: Vec<_> =
            (0..n_copies).flat_map(|n| ARCS.iter().map(move |a| (a.0 + 6 * n, a.1 + 6 * n, a.2))).collect();
        let ends: Vec<_> = (0..n_copies).flat_map(|n| ENDS.iter().map(move |end| end + 6 * n)).collect();
        let lattice = lattice(&model, 6 * n_copies, &ends, &arcs);
        let weights = vec![0.01; arcs.len()];
        let ln: Vec<f64> = weights.iter().map(|weight: &f64| weight.ln()).collect();
        let mut graph = Graph::new(&lattice, &model, &ln, LM_SCALE, BEAM);
        let posterior = graph.posterior(&lattice, &weights, 1e-5);
        assert!(posterior.log_total < -10_000.0 && posterior.log_total.is_finite());
        // Each unit is part of one arc of each path, and all copies are alike.
        for unit in 0..lattice.n_units {
            let over = |arc: &Arc| (arc.start as usize..arc.end as usize).contains(&unit);
            let of_unit = lattice.first_arc[unit.saturating_sub(1)] as usize..lattice.first_arc[unit + 1] as usize;
            let shares = of_unit.filter(|&id| over(&lattice.arcs[id])).map(|id| posterior.arcs[id]);
            assert!((shares.sum::<f64>() - 1.0).abs() < 1e-6, "{unit}");
        }
        let (first, last) = posterior.arcs.split_at(ARCS.len());
        let last = &last[last.len() - ARCS.len()..];
        assert!(first.iter().zip(last).all(|(a, b)| (a - b).abs() < 1e-6));
        let live = graph.live_arcs();
        assert!((0..arcs.len()).all(|id| posterior.arcs[id] < 1e-3 || live.binary_search(&(id as ArcId)).is_ok()));
        assert_eq!(graph.best_path(&lattice, &weights).len() % n_copies, 0);
    }
}
