//! The wish to stop: a first signal asks for an end in order, a second one ends at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::exit::Exit;

/// Hears Ctrl-C and its like.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens from now on. Where that cannot be, signals do what they always do.
    pub fn listen() -> Stop {
        let stop = Stop::default();
        #[cfg(unix)]
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // In this order: the first signal finds the flag down, the second finds it up.
            let _ = signal_hook::flag::register_conditional_shutdown(
                signal,
                i32::from(Exit::Stopped.code()),
                Arc::clone(&stop.0),
            );
            let _ = signal_hook::flag::register(signal, Arc::clone(&stop.0));
        }
        stop
    }

    /// True where somebody wants an end.
    pub fn is_wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
