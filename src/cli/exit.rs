//! How a command ends.

/// How a command ends that could do its work; one that could not returns an error, whose code is [`Exit::FAILED`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, and nothing to report.
    Clean,
    /// Something was found, or would be changed, and the command was asked to say so.
    Found,
}

impl Exit {
    /// The code of a command that could not do its work.
    pub const FAILED: u8 = 2;

    /// The process exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Found => 1,
        }
    }

    /// The exit of two pieces of work: found where either is.
    pub fn and(self, other: Exit) -> Exit {
        if self == Exit::Found { self } else { other }
    }
}
