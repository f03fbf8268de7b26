//! Finds the phrases of a lexicon in a sequence of units: a trie over whole units.
//!
//! Whole units, not characters: `art` is not found in `party`. All lengths that match at a place are reported, longest
//! and shorter alike, since the decoder chooses. Cost per place is the depth reached, not the size of the dictionary.

use rustc_hash::FxHashMap;

use crate::lexicon::texts::{Interner, Short, Table};
use crate::text::span::Span;
use crate::text::unit::fold;

/// Number of a unit's folded form in a matcher; given out in order of first sight.
pub type UnitId = u32;

/// Number of a place in the trie. The root is 0.
pub type NodeId = u32;

/// The root of the trie.
pub const ROOT: NodeId = 0;

/// A trie over units.
#[derive(Debug, Clone, PartialEq)]
pub struct Matcher {
    // A unit's number is its text's.
    pub(super) words: Interner,
    /// Where each node's children begin in the two below; one more at the end.
    pub(super) child_starts: Table<u32>,
    /// The units that lead to the children; within one node rising.
    pub(super) child_units: Table<UnitId>,
    pub(super) child_nodes: Table<NodeId>,
    // The root's children by unit, [`ROOT`] where there is none: most steps are made here, over tens of thousands.
    first: Vec<NodeId>,
}

impl Matcher {
    pub(super) fn new(
        words: Interner,
        child_starts: Table<u32>,
        child_units: Table<UnitId>,
        child_nodes: Table<NodeId>,
    ) -> Self {
        let mut first = vec![ROOT; words.texts.len()];
        let n_children = child_starts.get(1).map_or(0, |&end| end as usize);
        for (&unit, &node) in child_units[..n_children].iter().zip(&*child_nodes) {
            first[unit as usize] = node;
        }
        Matcher { words, child_starts, child_units, child_nodes, first }
    }

    /// The number of `folded`, where some phrase has it.
    pub fn id(&self, folded: &str) -> Option<UnitId> {
        self.words.find(folded)
    }

    /// The number of the folded form of what stands at `span` of `text`, where some phrase has it.
    #[inline]
    pub fn id_at(&self, text: &str, span: Span) -> Option<UnitId> {
        let len_bytes = span.len_bytes();
        if len_bytes <= Short::LEN
            && let Some(bytes) = text.as_bytes()[span.start..].first_chunk()
            && let Some(folded) = Short::new(bytes, len_bytes).folded()
        {
            return self.words.find_short(&folded);
        }
        self.id(&fold(span.of(text)))
    }

    /// One step down from `node`.
    #[inline]
    pub fn step(&self, node: NodeId, unit: UnitId) -> Option<NodeId> {
        if node == ROOT {
            return self.first.get(unit as usize).copied().filter(|&node| node != ROOT);
        }
        let node = node as usize;
        let children = self.child_starts[node] as usize..self.child_starts[node + 1] as usize;
        let found = self.child_units[children.clone()].binary_search(&unit).ok()?;
        Some(self.child_nodes[children.start + found])
    }

    /// How many nodes there are; every [`NodeId`] is below.
    pub fn n_nodes(&self) -> usize {
        self.child_starts.len() - 1
    }

    /// How many units there are; every [`UnitId`] is below.
    pub fn n_units(&self) -> usize {
        self.words.texts.len()
    }

    /// The unit with this number.
    pub fn unit(&self, id: UnitId) -> &str {
        self.words.texts.get(id)
    }

    /// Every unit that some phrase has.
    pub fn units(&self) -> impl Iterator<Item = (&str, UnitId)> {
        (0..self.words.texts.len() as UnitId).map(|id| (self.words.texts.get(id), id))
    }
}

impl Default for Matcher {
    fn default() -> Self {
        MatcherBuilder::default().finish()
    }
}

/// A trie that still grows.
#[derive(Debug, Default)]
pub(super) struct MatcherBuilder {
    words: Interner,
    /// The root's children by unit, 0 where there is none: most steps are made here, and need no hash.
    first: Vec<NodeId>,
    /// The other steps.
    steps: FxHashMap<(NodeId, UnitId), NodeId>,
    /// How each node but the root is reached: the node before it and the unit between.
    edges: Vec<(NodeId, UnitId)>,
}

impl MatcherBuilder {
    /// An empty matcher with room for about `n_phrases` phrases.
    pub(super) fn with_capacity(n_phrases: usize) -> Self {
        let mut builder = MatcherBuilder { words: Interner::with_capacity(n_phrases / 2), ..MatcherBuilder::default() };
        builder.steps.reserve(n_phrases);
        builder.edges.reserve(n_phrases);
        builder
    }

    /// The number of `folded`, given out now where it has none.
    pub(super) fn intern(&mut self, folded: &str) -> UnitId {
        self.words.intern(folded)
    }

    /// Adds a phrase and returns the node where it ends.
    pub(super) fn insert(&mut self, units: &[UnitId]) -> NodeId {
        let mut node = ROOT;
        for &unit in units {
            let next = self.edges.len() as NodeId + 1;
            let reached = if node == ROOT {
                self.first.resize(self.words.texts.len().max(self.first.len()), 0);
                let first = &mut self.first[unit as usize];
                *first = if *first == 0 { next } else { *first };
                *first
            } else {
                *self.steps.entry((node, unit)).or_insert(next)
            };
            if reached == next {
                self.edges.push((node, unit));
            }
            node = reached;
        }
        node
    }

    /// How many nodes there are.
    pub(super) fn n_nodes(&self) -> usize {
        self.edges.len() + 1
    }

    /// The matcher.
    pub(super) fn finish(self) -> Matcher {
        let n = self.edges.len();
        // By parent, then by unit: children are sorted into their parents' places, and then among themselves.
        let mut child_starts = vec![0u32; n + 2];
        for &(parent, _) in &self.edges {
            child_starts[parent as usize + 1] += 1;
        }
        for node in 1..child_starts.len() {
            child_starts[node] += child_starts[node - 1];
        }
        let mut next = child_starts.clone();
        let mut children = vec![(0, 0); n];
        for (&(parent, unit), node) in self.edges.iter().zip(1..) {
            let place = &mut next[parent as usize];
            children[*place as usize] = (unit, node);
            *place += 1;
        }
        for ends in child_starts.windows(2) {
            children[ends[0] as usize..ends[1] as usize].sort_unstable();
        }
        let (child_units, child_nodes): (Vec<_>, Vec<_>) = children.into_iter().unzip();
        Matcher::new(self.words, child_starts.into(), child_units.into(), child_nodes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reaches_what_was_inserted_and_nothing_else() {
        let mut builder = MatcherBuilder::default();
        let [c, a, b] = ["c", "a", "b"].map(|word| builder.intern(word));
        let nodes = [vec![c], vec![a, b], vec![a], vec![a, c], vec![]].map(|units| builder.insert(&units));
        assert_eq!(nodes, [1, 3, 2, 4, ROOT]);
        let matcher = builder.finish();
        assert_eq!(matcher.n_nodes(), 5);
        assert_eq!(matcher.step(ROOT, c), Some(1));
        assert_eq!(matcher.step(ROOT, b), None);
        let a_node = matcher.step(ROOT, a).unwrap();
        assert_eq!((matcher.step(a_node, b), matcher.step(a_node, c)), (Some(3), Some(4)));
        assert_eq!(matcher.step(4, a), None);
        assert_eq!((matcher.id("b"), matcher.id("d")), (Some(b), None));
        assert_eq!(matcher.units().collect::<Vec<_>>(), [("c", c), ("a", a), ("b", b)]);
        assert_eq!(Matcher::default().step(ROOT, 0), None);
    }
}
