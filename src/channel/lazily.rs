//! Things by number of which few are asked for.

use std::sync::OnceLock;

/// As many things as numbers, each made when it is first asked for, and the room for each few of them likewise: what is not asked for takes
/// next to no memory, and no time to set aside and to give back. Threads may share it.
#[derive(Debug)]
pub(crate) struct Lazily<T>(Box<[OnceLock<Few<T>>]>);

type Few<T> = Box<[OnceLock<T>]>;

/// How many things have their room together.
const FEW: usize = 32;

impl<T> Lazily<T> {
    /// Room for `n` things.
    pub(crate) fn new(n: usize) -> Self {
        Lazily(empty(n.div_ceil(FEW)))
    }

    /// The thing of that number, which `make` makes where it was not asked for before.
    ///
    /// # Panics
    ///
    /// Where there is no room for so many.
    #[inline]
    pub(crate) fn get(&self, number: usize, make: impl FnOnce() -> T) -> &T {
        self.0[number / FEW].get_or_init(|| empty(FEW))[number % FEW].get_or_init(make)
    }
}

fn empty<T>(n: usize) -> Box<[OnceLock<T>]> {
    (0..n).map(|_| OnceLock::new()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_each_thing_once() {
        let squares = Lazily::new(100);
        for _ in 0..2 {
            for number in (0..100).rev().step_by(3) {
                assert_eq!(*squares.get(number, || number * number), number * number);
            }
        }
        assert_eq!(*squares.get(99, || unreachable!("it was made")), 99 * 99);
    }

    #[test]
    fn threads_see_the_same() {
        let made = Lazily::new(FEW + 1);
        let seen: Vec<&usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|thread| {
                    scope.spawn({
                        let made = &made;
                        move || made.get(FEW, || thread)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(seen.iter().all(|&one| std::ptr::eq(one, seen[0])));
    }
}
