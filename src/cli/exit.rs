//! How a command ends.

/// How a command ends that could do its work; one that could not at all returns an error, whose code is
/// [`Exit::FAILED`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, and nothing to report.
    Clean,
    /// Something was found, or would be changed, and the command was asked to say so.
    Found,
    /// Of several files, one or more could not be done; each was reported when it was met.
    Failed,
    /// Stopped by a signal, in order.
    Stopped,
}

impl Exit {
    /// The code of a command that could not do its work.
    pub const FAILED: u8 = 2;

    /// The process exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Found => 1,
            Exit::Failed => Exit::FAILED,
            // As shells have it: 128 and the number of SIGINT.
            Exit::Stopped => 130,
        }
    }

    /// The exit of two pieces of work: the graver of the two.
    pub fn and(self, other: Exit) -> Exit {
        if self.code() >= other.code() { self } else { other }
    }
}
