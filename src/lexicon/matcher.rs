//! Finds the phrases of a lexicon in a sequence of units: a trie over whole units.
//!
//! Whole units, not characters: `art` is not found in `party`. All lengths that match at a place are reported, longest
//! and shorter alike, since the decoder chooses. Cost per place is the depth reached, not the size of the dictionary.

use rustc_hash::FxHashMap;

/// Number of a unit's folded form in a matcher; given out in order of first sight.
pub type UnitId = u32;

/// Number of a place in the trie. The root is 0.
pub type NodeId = u32;

/// The root of the trie.
pub const ROOT: NodeId = 0;

/// A trie over units.
#[derive(Debug, Clone, Default)]
pub struct Matcher {
    ids: FxHashMap<Box<str>, UnitId>,
    steps: FxHashMap<(NodeId, UnitId), NodeId>,
    n_nodes: u32,
}

impl Matcher {
    /// An empty matcher with room for about `n_phrases` phrases.
    pub fn with_capacity(n_phrases: usize) -> Self {
        let mut steps = FxHashMap::default();
        steps.reserve(n_phrases * 2);
        let mut ids = FxHashMap::default();
        ids.reserve(n_phrases);
        Matcher { ids, steps, n_nodes: 1 }
    }

    /// The number of `folded`, given out now where it has none.
    pub fn intern(&mut self, folded: &str) -> UnitId {
        if let Some(&id) = self.ids.get(folded) {
            return id;
        }
        let id = self.ids.len() as UnitId;
        self.ids.insert(folded.into(), id);
        id
    }

    /// The number of `folded`, where some phrase has it.
    pub fn id(&self, folded: &str) -> Option<UnitId> {
        self.ids.get(folded).copied()
    }

    /// Adds a phrase and returns the node where it ends.
    pub fn insert(&mut self, units: &[UnitId]) -> NodeId {
        let mut node = ROOT;
        for &unit in units {
            let next = self.n_nodes;
            let reached = *self.steps.entry((node, unit)).or_insert(next);
            self.n_nodes += u32::from(reached == next);
            node = reached;
        }
        node
    }

    /// One step down from `node`.
    pub fn step(&self, node: NodeId, unit: UnitId) -> Option<NodeId> {
        self.steps.get(&(node, unit)).copied()
    }

    /// How many nodes there are; every [`NodeId`] is below.
    pub fn n_nodes(&self) -> usize {
        self.n_nodes as usize
    }

    /// Every unit that some phrase has.
    pub fn units(&self) -> impl Iterator<Item = (&str, UnitId)> {
        self.ids.iter().map(|(folded, &id)| (folded.as_ref(), id))
    }
}
