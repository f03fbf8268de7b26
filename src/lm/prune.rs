//! Prunes a back-off model: drops the n-grams whose loss changes its predictions least.
//!
//! After A. Stolcke, "Entropy-based pruning of backoff language models", Proc. DARPA Broadcast News Transcription and
//! Understanding Workshop (1998), section 3 (arXiv:cs/0006025): an n-gram (h, w) is dropped where the relative entropy
//! between the model with and without it,
//!
//! ```text
//! D(p||p') = - sum over h, w of p(h,w) [log p'(w|h) - log p(w|h)]
//! ```
//!
//! is below a threshold. Dropping (h, w) changes p(w|h), which becomes α'(h) p(w|h'), and the back-off weight of h from
//! α to α', so that with BO(h) = sum of p(w|h) over all w that h backs off for
//!
//! ```text
//! D = - p(h) { p(w|h) [log p(w|h') + log α'(h) - log p(w|h)] + BO(h) [log α'(h) - log α(h)] }
//! α'(h) = (1 - sum of p(v|h) over all v kept after h) / (1 - sum of p(v|h') over the same v)
//! ```
//!
//! which `prune_level` computes.
//!
//! One thing differs from that paper, because these models are smoothed after Kneser and Ney, whose shorter n-grams are
//! no estimates of how often they occur (C. Chelba et al., "Study on interaction between entropy pruning and Kneser-Ney
//! smoothing", Interspeech 2010): p(h) is not the product of the model's own shorter n-grams. It is read off the
//! model's stationary distribution, which the longest n-grams govern: `Flow` lets probability run round the model, from
//! context to context, until it rests. It also says how often each shorter n-gram is really used, that is, reached
//! by backing off; what is never reached is worth nothing.
//
// Fitting the shorter n-grams again after pruning, so that each keeps its share of text (the marginal constraint of
// Kneser and Ney 1995), was tried: it did not settle, and made perplexity worse at every size.

use crate::lm::trie::{BEGIN, END, Trie};

/// Rounds of [`Flow::of`] at most: one is a word of text, and a text forgets where it began within some dozens.
const MAX_ROUNDS: usize = 60;

/// How much probability may still move in the last round of [`Flow::of`].
const STILL: f64 = 1e-6;

/// What a context leaves at least for words that it was not seen before.
const LEAST_LEFT: f64 = 1e-4;

/// Drops n-grams of `trie` from the longest down: those of length n whose loss costs less than `thresholds[n - 2]`
/// (relative entropy, in nats a word). Contexts of n-grams that are kept are kept, and back-off weights are made to sum
/// up again.
pub fn prune(trie: &mut Trie, thresholds: &[f64]) {
    if trie.order() < 2 || thresholds.iter().all(|&t| t <= 0.0) {
        return;
    }
    let mut links = Links::of(trie);
    for level in (1..trie.order()).rev() {
        let threshold = thresholds.get(level - 1).copied().unwrap_or(0.0);
        if threshold <= 0.0 {
            continue;
        }
        let flow = Flow::of(trie, &links);
        let keep = prune_level(trie, &links, &flow, level, threshold);
        trie.retain(level, &keep);
        links = Links::of(trie);
        balance(trie, &links);
    }
}

/// Where an n-gram's shorter kin stand: for each n-gram its longest proper suffix that the model has.
struct Links {
    // By level: (level, number) of the suffix. The first level has none.
    suffix: Vec<Vec<(u8, u32)>>,
    // By level: the number of each n-gram's context at the level before.
    parent: Vec<Vec<u32>>,
}

impl Links {
    fn of(trie: &Trie) -> Self {
        let mut links = Links { suffix: vec![Vec::new()], parent: vec![Vec::new()] };
        for level in 1..trie.order() {
            let this = &trie.levels[level];
            let mut suffix = Vec::with_capacity(this.len());
            let mut parents = Vec::with_capacity(this.len());
            for parent in 0..trie.levels[level - 1].len() {
                for child in trie.levels[level - 1].children(parent) {
                    suffix.push(links.find_suffix(trie, level - 1, parent, this.words[child]));
                    parents.push(parent as u32);
                }
            }
            links.suffix.push(suffix);
            links.parent.push(parents);
        }
        links
    }

    /// The longest n-gram that is a proper suffix of the context's n-gram with `word` after it.
    fn find_suffix(&self, trie: &Trie, level: usize, context: usize, word: u32) -> (u8, u32) {
        let mut at = (level, context);
        while at.0 > 0 {
            let (shorter, number) = self.suffix[at.0][at.1];
            at = (usize::from(shorter), number as usize);
            if let Some(child) = trie.child(at.0, at.1, word) {
                return (at.0 as u8 + 1, child as u32);
            }
        }
        (0, word)
    }

    /// Which n-gram gives the last word of n-gram `number` of `level` (from 1) where its context backs off, and what
    /// contexts between the two add on the way, in nats.
    fn lower(&self, trie: &Trie, level: usize, number: usize) -> ((usize, usize), f64) {
        let (lower, lower_number) = self.suffix[level][number];
        let lower = usize::from(lower);
        let mut ln_skipped = 0.0;
        // From the context's suffix down to the context of the lower n-gram. They are one where n-grams are not
        // missing between kept ones, which is nearly always.
        if level >= 2 && lower + 1 < level {
            let mut at = (level - 1, self.parent[level][number] as usize);
            at = self.context_suffix(at);
            while at.0 + 1 > lower {
                ln_skipped += f64::from(trie.levels[at.0].ln_backoff[at.1]);
                if at.0 == 0 {
                    break;
                }
                at = self.context_suffix(at);
            }
        }
        ((lower, lower_number as usize), ln_skipped)
    }

    fn context_suffix(&self, (level, number): (usize, usize)) -> (usize, usize) {
        let (lower, number) = self.suffix[level][number];
        (usize::from(lower), number as usize)
    }
}

/// How probability runs through a model in long text: the stationary distribution over its contexts.
struct Flow {
    // By level: how often text stands at each n-gram as a context, either as the longest that the model has or backing
    // off from a longer one. Per word of text.
    reached: Vec<Vec<f64>>,
    // By level: how much of what reaches an n-gram's context has already been given the word by a longer one.
    taken: Vec<Vec<f64>>,
    // By level: how often each n-gram gives the next word.
    used: Vec<Vec<f64>>,
}

impl Flow {
    fn of(trie: &Trie, links: &Links) -> Self {
        let zeros = || trie.levels.iter().map(|level| vec![0.0; level.len()]).collect::<Vec<_>>();
        let exp = |ln: &[f32]| ln.iter().map(|&x| f64::from(x).exp()).collect::<Vec<_>>();
        let probs: Vec<Vec<f64>> = trie.levels.iter().map(|level| exp(&level.ln_prob)).collect();
        let backoffs: Vec<Vec<f64>> = trie.levels.iter().map(|level| exp(&level.ln_backoff)).collect();
        // How often text stands at each n-gram as the longest context. Begins as the unigrams have it.
        let mut standing = zeros();
        standing[0].copy_from_slice(&probs[0]);
        let mut flow = Flow { reached: zeros(), taken: zeros(), used: zeros() };
        for _ in 0..MAX_ROUNDS {
            let at_empty = flow.back_off(links, &standing, &backoffs);
            flow.hand_out(trie, links, at_empty, &probs, &backoffs);
            let next = flow.move_on(trie, links, zeros());
            let total: f64 = next.iter().flatten().sum();
            let mut moved = 0.0;
            for (old, new) in standing.iter_mut().flatten().zip(next.iter().flatten()) {
                moved += (*old - new / total).abs();
                *old = new / total;
            }
            if moved < STILL {
                break;
            }
        }
        flow
    }

    /// Sets what reaches each context, from `standing` and by backing off. Gives what reaches no context at all.
    fn back_off(&mut self, links: &Links, standing: &[Vec<f64>], backoffs: &[Vec<f64>]) -> f64 {
        self.reached.clone_from_slice(standing);
        for level in (1..self.reached.len() - 1).rev() {
            for (i, backoff) in backoffs[level].iter().enumerate() {
                let (lower, number) = links.suffix[level][i];
                self.reached[usize::from(lower)][number as usize] += self.reached[level][i] * backoff;
            }
        }
        self.reached[0].iter().zip(&backoffs[0]).map(|(reached, backoff)| reached * backoff).sum()
    }

    /// Sets how much of what reaches its context each n-gram gets, from the longest down.
    fn hand_out(&mut self, trie: &Trie, links: &Links, at_empty: f64, probs: &[Vec<f64>], backoffs: &[Vec<f64>]) {
        self.taken.iter_mut().flatten().for_each(|taken| *taken = 0.0);
        for level in (1..trie.order()).rev() {
            for (i, p) in probs[level].iter().enumerate() {
                let context = links.parent[level][i] as usize;
                let reached = self.reached[level - 1][context];
                self.used[level][i] = (reached - self.taken[level][i]).max(0.0) * p;
                let ((lower, number), ln_skipped) = links.lower(trie, level, i);
                let skipped = if ln_skipped == 0.0 { 1.0 } else { ln_skipped.exp() };
                self.taken[lower][number] += reached * backoffs[level - 1][context] * skipped;
            }
        }
        for (i, p) in probs[0].iter().enumerate() {
            self.used[0][i] = (at_empty - self.taken[0][i]).max(0.0) * p;
        }
    }

    /// Adds to `next` where text stands after each n-gram was used.
    fn move_on(&self, trie: &Trie, links: &Links, mut next: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        let last = trie.order() - 1;
        for (level, used) in self.used.iter().enumerate() {
            for (i, used) in used.iter().enumerate() {
                let (at, number) = if trie.levels[level].words[i] == END {
                    (0, BEGIN)
                } else if level < last {
                    (level, i as u32)
                } else {
                    // The longest n-grams are no contexts: their first words are forgotten.
                    let (lower, number) = links.suffix[level][i];
                    (usize::from(lower), number)
                };
                next[at][number as usize] += used;
            }
        }
        next
    }
}

/// Which n-grams of `level` stay: those with children, and those whose loss costs at least `threshold`.
fn prune_level(trie: &Trie, links: &Links, flow: &Flow, level: usize, threshold: f64) -> Vec<bool> {
    let (contexts, this) = (&trie.levels[level - 1], &trie.levels[level]);
    let mut keep = Vec::with_capacity(this.len());
    let mut lower_probs = Vec::new();
    for context in 0..contexts.len() {
        let children = contexts.children(context);
        lower_probs.clear();
        lower_probs.extend(children.clone().map(|i| lower_prob(trie, links, level, i)));
        // What the context leaves for words that it was not seen before: of its own, and of the shorter context's.
        let left = 1.0 - children.clone().map(|i| f64::from(this.ln_prob[i]).exp()).sum::<f64>();
        let lower_left = 1.0 - lower_probs.iter().sum::<f64>();
        let ln_alpha = f64::from(contexts.ln_backoff[context]);
        let backing_off = flow.reached[level - 1][context] * left.max(0.0);
        for (i, &lower) in children.zip(&lower_probs) {
            let has_children = !this.first_child.is_empty() && !this.children(i).is_empty();
            let ln_prob = f64::from(this.ln_prob[i]);
            let alpha = (left + ln_prob.exp()).max(LEAST_LEFT) / (lower_left + lower).max(LEAST_LEFT);
            let change = ln_prob - lower.ln() - alpha.ln();
            let cost = flow.used[level][i] * change - backing_off * (alpha.ln() - ln_alpha);
            keep.push(has_children || cost >= threshold);
        }
    }
    keep
}

/// P of the last word of n-gram `number` of `level` by the shorter contexts alone.
fn lower_prob(trie: &Trie, links: &Links, level: usize, number: usize) -> f64 {
    let ((lower, lower_number), ln_skipped) = links.lower(trie, level, number);
    (f64::from(trie.levels[lower].ln_prob[lower_number]) + ln_skipped).exp()
}

/// Sets every back-off weight so that the probabilities after its context sum up to 1.
fn balance(trie: &mut Trie, links: &Links) {
    for level in 1..trie.order() {
        for context in 0..trie.levels[level - 1].len() {
            let children = trie.levels[level - 1].children(context);
            let ln_backoff = if children.is_empty() {
                0.0
            } else {
                let sum: f64 = children.clone().map(|i| f64::from(trie.levels[level].ln_prob[i]).exp()).sum();
                let lower_sum: f64 = children.map(|i| lower_prob(trie, links, level, i)).sum();
                ((1.0 - sum).max(LEAST_LEFT) / (1.0 - lower_sum).max(LEAST_LEFT)).ln()
            };
            trie.levels[level - 1].ln_backoff[context] = ln_backoff as f32;
        }
    }
}
