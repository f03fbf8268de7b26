//! Room for work: long texts wait for each other, short ones never do.

use std::sync::{Condvar, Mutex, MutexGuard};

/// Room for so many bytes of text.
#[derive(Debug)]
pub struct Room {
    most: usize,
    taken: Mutex<usize>,
    left: Condvar,
}

/// Room that is taken until this is dropped.
#[derive(Debug)]
pub struct Taken<'a> {
    room: &'a Room,
    n_bytes: usize,
}

impl Room {
    /// Room for `most` bytes.
    pub fn new(most: usize) -> Room {
        Room { most, taken: Mutex::new(0), left: Condvar::new() }
    }

    /// Waits until there is room for `n_bytes`; what would never have any gets all of it.
    pub fn take(&self, n_bytes: usize) -> Taken<'_> {
        let n_bytes = n_bytes.min(self.most);
        let mut taken = self.taken();
        while *taken + n_bytes > self.most {
            taken = self.left.wait(taken).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        *taken += n_bytes;
        Taken { room: self, n_bytes }
    }

    fn taken(&self) -> MutexGuard<'_, usize> {
        self.taken.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.room.taken() -= self.n_bytes;
        self.room.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    #[test]
    fn no_more_is_taken_than_there_is() {
        let (room, now, most) = (Room::new(100), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for n in [60, 60, 500, 30, 1, 100] {
                let (room, now, most) = (&room, &now, &most);
                scope.spawn(move || {
                    for _ in 0..200 {
                        let _taken = room.take(n);
                        most.fetch_max(now.fetch_add(n.min(100), SeqCst) + n.min(100), SeqCst);
                        std::thread::yield_now();
                        now.fetch_sub(n.min(100), SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 100 && *room.taken() == 0);
    }
}
