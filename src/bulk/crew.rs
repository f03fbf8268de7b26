//! Work spread over threads whose results come in the order of what was given, and never more at once than memory has room for.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// Things in a batch, at most: enough that handing it over costs nothing beside the work.
const BATCH: usize = 16;
/// Bytes in a batch, from which it is handed over.
const BATCH_BYTES: usize = 256 * 1024;
/// Batches under way for each worker: one that takes long does not keep the others waiting.
const AHEAD: usize = 4;
/// Bytes under way, at most, but for a single batch that has more.
const BYTES_AHEAD: usize = 32 << 20;
/// How long is waited for a result before somebody is told that time goes by.
const TICK: Duration = Duration::from_millis(100);
/// Stack of a worker: as much as a main thread has.
const STACK: usize = 8 << 20;
/// What the threads of workers are called.
pub const WORKER: &str = "despin-worker";

/// Does `work` to all that `source` gives, on `n_workers` threads, and gives `take` the results in the order of the source.
///
/// `weigh` says how many bytes a thing holds. Work that panics gives what `rescue` makes of it and the panic's message.
/// `take` is called with a result, or with none when time goes by; where it breaks at a result, all is dropped, and where it
/// breaks at none, what is under way is finished and nothing more begun. The source is read on a thread of its own, which is left
/// behind where the run is over before the source is.
///
/// # Errors
///
/// Where the source panicked, with its message; what came before was taken.
pub fn run<I: Send + 'static, R: Send>(
    n_workers: usize,
    source: impl Iterator<Item = I> + Send + 'static,
    weigh: impl Fn(&I) -> usize + Send + 'static,
    work: impl Fn(&I) -> R + Sync,
    rescue: impl Fn(&I, &str) -> R + Sync,
    mut take: impl FnMut(Option<R>) -> ControlFlow<()>,
) -> Result<(), String> {
    let n_workers = n_workers.max(1);
    let queue =
        Arc::new(Queue { state: Mutex::new(State::default()), changed: Condvar::new(), most: AHEAD * n_workers });
    let (hand_in, results) = channel();
    let at_source = queue.clone();
    std::thread::spawn(move || {
        let read = catch_unwind(AssertUnwindSafe(|| feed(source, weigh, &at_source)));
        at_source.end(read.err().map(|panic| message(&*panic).to_string()));
    });
    std::thread::scope(|scope| {
        let mut n_hired = 0;
        for _ in 0..n_workers {
            let (hand_in, queue, work, rescue) = (hand_in.clone(), &queue, &work, &rescue);
            let labour = move || {
                while let Some(batch) = queue.next() {
                    let one = |item: &I| {
                        let done = catch_unwind(AssertUnwindSafe(|| work(item)));
                        done.unwrap_or_else(|panic| rescue(item, message(&*panic)))
                    };
                    let done: Vec<R> = batch.items.iter().map(one).collect();
                    if hand_in.send((batch.number, done, batch.weight)).is_err() {
                        break;
                    }
                }
            };
            let builder = std::thread::Builder::new().name(WORKER.to_string()).stack_size(STACK);
            // A machine that has no thread left has those that were made before.
            n_hired += usize::from(builder.spawn_scoped(scope, labour).is_ok());
        }
        drop(hand_in);
        if n_hired == 0 {
            queue.end(Some("there is no thread to work on".to_string()));
        }
        in_order(&results, &queue, &mut take);
        queue.drop_all();
    });
    match queue.state().fault.take() {
        Some(fault) => Err(fault),
        None => Ok(()),
    }
}

fn feed<I>(source: impl Iterator<Item = I>, weigh: impl Fn(&I) -> usize, queue: &Queue<I>) {
    let mut source = source.fuse();
    for number in 0.. {
        let mut batch = Batch { number, items: Vec::new(), weight: 0 };
        while batch.items.len() < BATCH && batch.weight < BATCH_BYTES {
            let Some(item) = source.next() else { break };
            batch.weight += weigh(&item);
            batch.items.push(item);
        }
        if batch.items.is_empty() || !queue.add(batch) {
            break;
        }
    }
}

fn in_order<I, R>(
    results: &Receiver<(u64, Vec<R>, usize)>,
    queue: &Queue<I>,
    take: &mut impl FnMut(Option<R>) -> ControlFlow<()>,
) {
    let mut early = BTreeMap::new();
    let mut number = 0;
    loop {
        if take(None).is_break() {
            queue.close();
        }
        if queue.is_closed_and_done() {
            return;
        }
        match results.recv_timeout(TICK) {
            Ok((n, done, weight)) => {
                early.insert(n, (done, weight));
            }
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return,
        }
        while let Some((done, weight)) = early.remove(&number) {
            for result in done {
                if take(Some(result)).is_break() {
                    return;
                }
            }
            queue.leave(weight);
            number += 1;
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

/// Some of the work.
struct Batch<I> {
    number: u64,
    items: Vec<I>,
    weight: usize,
}

/// What is to be done, and no more of it than there is room for.
struct Queue<I> {
    state: Mutex<State<I>>,
    changed: Condvar,
    most: usize,
}

struct State<I> {
    waiting: VecDeque<Batch<I>>,
    // Of what waits, is worked on, or waits to be taken.
    n_batches: usize,
    n_bytes: usize,
    is_closed: bool,
    is_ended: bool,
    fault: Option<String>,
}

impl<I> Default for State<I> {
    fn default() -> Self {
        let waiting = VecDeque::new();
        State { waiting, n_batches: 0, n_bytes: 0, is_closed: false, is_ended: false, fault: None }
    }
}

impl<I> Queue<I> {
    fn state(&self) -> MutexGuard<'_, State<I>> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State<I>>) -> MutexGuard<'a, State<I>> {
        self.changed.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Waits until there is room for `batch`; false where nothing more is wanted.
    fn add(&self, batch: Batch<I>) -> bool {
        let mut state = self.state();
        loop {
            if state.is_closed {
                return false;
            }
            if state.n_batches == 0 || (state.n_batches < self.most && state.n_bytes + batch.weight <= BYTES_AHEAD) {
                state.n_batches += 1;
                state.n_bytes += batch.weight;
                state.waiting.push_back(batch);
                self.changed.notify_all();
                return true;
            }
            state = self.wait(state);
        }
    }

    /// Waits for something to do; none where there will be nothing.
    fn next(&self) -> Option<Batch<I>> {
        let mut state = self.state();
        loop {
            if let Some(batch) = state.waiting.pop_front() {
                return Some(batch);
            }
            if state.is_ended || state.is_closed {
                return None;
            }
            state = self.wait(state);
        }
    }

    /// A batch was taken.
    fn leave(&self, weight: usize) {
        let mut state = self.state();
        state.n_batches -= 1;
        state.n_bytes -= weight;
        self.changed.notify_all();
    }

    /// The source is at its end.
    fn end(&self, fault: Option<String>) {
        let mut state = self.state();
        state.is_ended = true;
        state.fault = state.fault.take().or(fault);
        self.changed.notify_all();
    }

    /// Nothing more is begun.
    fn close(&self) {
        self.state().is_closed = true;
        self.changed.notify_all();
    }

    /// What waits is not done.
    fn drop_all(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.waiting.clear();
        self.changed.notify_all();
    }

    fn is_closed_and_done(&self) -> bool {
        let state = self.state();
        state.is_closed && state.n_batches == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(n_workers: usize, n: u64, mut until: impl FnMut(&[u64]) -> bool) -> (Vec<u64>, Result<(), String>) {
        let mut found = Vec::new();
        let work = |n: &u64| {
            if n % 7 == 3 {
                std::thread::sleep(Duration::from_micros(200));
            }
            assert!(*n != 40, "forty");
            n * n
        };
        let result = run(
            n_workers,
            0..n,
            |_| 50_000,
            work,
            |_, message| message.len() as u64,
            |result| {
                found.extend(result);
                if until(&found) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        (found, result)
    }

    #[test]
    fn results_are_in_order_for_any_number_of_workers_and_a_panic_costs_one() {
        let expected: Vec<u64> = (0..500).map(|n| if n == 40 { 5 } else { n * n }).collect();
        for n_workers in [1, 2, 5] {
            assert_eq!(squares(n_workers, 500, |_| false), (expected.clone(), Ok(())));
        }
    }

    #[test]
    fn a_run_that_is_over_does_not_wait_for_its_source() {
        let endless = (0..).inspect(|n| {
            if *n > 100 {
                std::thread::sleep(Duration::from_secs(3600));
            }
        });
        let mut n = 0;
        let take = |result: Option<u64>| {
            n += u64::from(result.is_some());
            // At a result all is dropped, at none the rest is finished.
            if n > 50 && result.is_none() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        run(2, endless, |_| 1, |n: &u64| *n, |n, _| *n, take).unwrap();
        assert!(n > 50);
    }

    #[test]
    fn a_source_that_panics_is_no_end() {
        let source = (0..100u64).inspect(|n| assert!(*n < 60, "sixty"));
        let mut n = 0;
        let result = run(
            2,
            source,
            |_| 1,
            |n: &u64| *n,
            |n, _| *n,
            |result| {
                n += usize::from(result.is_some());
                ControlFlow::Continue(())
            },
        );
        assert!(result.unwrap_err().contains("sixty"));
        assert!(n >= 48, "{n}");
    }
}
