//! Counts of the commonest of many keys, in bounded memory.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// The keys that were added most often, each with what is summed up for it.
///
/// The batched form of Misra and Gries 1982, "Finding repeated elements": where there are twice as many keys as may be kept, the count of the
/// first that is one too many is taken from all, and those that have nothing left are forgotten. So counts are too low by at
/// most what was taken in all ([`missed`](Sketch::missed)), and exact as long as there are few enough keys (Agarwal and others
/// 2012, "Mergeable summaries", section 3).
#[derive(Debug)]
pub struct Sketch<K, V> {
    capacity: usize,
    counts: FxHashMap<K, (u64, V)>,
    missed: u64,
}

impl<K: Ord + Hash + Clone, V: Default> Sketch<K, V> {
    /// An empty one that keeps `capacity` keys at least, and twice as many at most.
    pub fn new(capacity: usize) -> Self {
        Sketch { capacity: capacity.max(1), counts: FxHashMap::default(), missed: 0 }
    }

    /// Adds `key` once more; `sum` adds to what is summed up for it since it was last forgotten.
    pub fn add(&mut self, key: K, sum: impl FnOnce(&mut V)) {
        let (count, value) = self.counts.entry(key).or_default();
        *count += 1;
        sum(value);
        if self.counts.len() > 2 * self.capacity {
            self.forget();
        }
    }

    fn forget(&mut self) {
        let mut all: Vec<u64> = self.counts.values().map(|(count, _)| *count).collect();
        let (_, &mut taken, _) = all.select_nth_unstable_by(self.capacity, |a, b| b.cmp(a));
        self.missed += taken;
        self.counts.retain(|_, (count, _)| {
            *count = count.saturating_sub(taken);
            *count > 0
        });
    }

    /// The `n` commonest keys with their counts, the commonest first, and what was summed up for them.
    pub fn top(&self, n: usize) -> Vec<(&K, u64, &V)> {
        let mut all: Vec<(&K, u64, &V)> =
            self.counts.iter().map(|(key, (count, value))| (key, *count, value)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all.truncate(n);
        all
    }

    /// How many keys are kept.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// True where nothing was added.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// By how much a count may be too low; 0 where all are exact.
    pub fn missed(&self) -> u64 {
        self.missed
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_keys_are_counted_exactly() {
        let mut sketch: Sketch<&str, u32> = Sketch::new(2);
        for key in ["a", "b", "a", "c", "b", "a"] {
            sketch.add(key, |n| *n += 10);
        }
        assert_eq!(sketch.top(2), [(&"a", 3, &30), (&"b", 2, &20)]);
        assert_eq!((sketch.missed(), sketch.len()), (0, 3));
    }

    proptest! {
        #[test]
        fn counts_are_too_low_by_what_it_says_at_most(keys in prop::collection::vec(0u8..40, 0..600)) {
            let mut sketch: Sketch<u8, ()> = Sketch::new(5);
            let mut exact: BTreeMap<u8, u64> = BTreeMap::new();
            for key in keys {
                sketch.add(key, |()| {});
                *exact.entry(key).or_default() += 1;
                prop_assert!(sketch.len() <= 10);
            }
            let counts: BTreeMap<u8, u64> = sketch.top(usize::MAX).into_iter().map(|(&key, n, _)| (key, n)).collect();
            for (key, n) in exact {
                let counted = counts.get(&key).copied().unwrap_or(0);
                prop_assert!(counted <= n && n <= counted + sketch.missed(), "{key}: {counted} of {n}");
            }
        }
    }
}
