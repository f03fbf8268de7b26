//! Work spread over threads while Python goes on, until Ctrl-C.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

/// How often Python is asked whether somebody wants to stop.
const TICK: Duration = Duration::from_millis(100);
/// Stack of a thread: as much as the command's workers have.
const STACK: usize = 8 << 20;

/// Does `work` to all `items`, on `n_threads` threads, without Python's lock. Results come in the order of the items.
///
/// Threads are made anew each time, since a pool would not outlive a fork, and Python's engines fork.
///
/// # Errors
///
/// Where a signal's handler raised, as Ctrl-C does.
pub fn map<T: Sync, R: Send>(
    py: Python<'_>,
    n_threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> PyResult<Vec<R>> {
    let n_threads = n_threads.min(items.len());
    if n_threads > 1 { py.detach(|| spread(n_threads, items, &work)) } else { py.detach(|| alone(items, &work)) }
}

fn is_to_stop() -> PyResult<()> {
    Python::attach(|py| py.check_signals())
}

fn alone<T, R>(items: &[T], work: &impl Fn(&T) -> R) -> PyResult<Vec<R>> {
    let mut asked = Instant::now();
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        results.push(work(item));
        if asked.elapsed() > TICK {
            is_to_stop()?;
            asked = Instant::now();
        }
    }
    Ok(results)
}

fn spread<T: Sync, R: Send>(n_threads: usize, items: &[T], work: &(impl Fn(&T) -> R + Sync)) -> PyResult<Vec<R>> {
    let (next, is_stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (hand_in, results) = channel();
    let mut found: Vec<Option<R>> = items.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            let (hand_in, next, is_stopped) = (hand_in.clone(), &next, &is_stopped);
            let labour = move || {
                while !is_stopped.load(Relaxed) {
                    let at = next.fetch_add(1, Relaxed);
                    let Some(item) = items.get(at) else { break };
                    if hand_in.send((at, work(item))).is_err() {
                        break;
                    }
                }
            };
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, labour)
                .inspect_err(|_| is_stopped.store(true, Relaxed))?;
        }
        drop(hand_in);
        let mut asked = Instant::now();
        loop {
            match results.recv_timeout(TICK) {
                Ok((at, result)) => found[at] = Some(result),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok::<(), PyErr>(()),
            }
            if asked.elapsed() > TICK {
                asked = Instant::now();
                is_to_stop().inspect_err(|_| is_stopped.store(true, Relaxed))?;
            }
        }
    })?;
    Ok(found
        .into_iter()
        .map(|result| result.expect("each item is handed in once, or its thread's panic is ours"))
        .collect())
}
