//! Models that say how probable a stretch of text is after all the text before it.

/// A place in a text, and what may follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The place, in bytes: all the text before it is read as it stands. Best at the end of a word.
    pub at: usize,
    /// What may come next; each begins right at the place, with its space.
    pub continuations: Vec<String>,
}

/// A model that reads a text from its beginning, and remembers all of it.
///
/// It is asked about many places of a text at once, so that it reads the text once only.
pub trait SequenceModel: Send + Sync {
    /// ln P(continuation | `text` up to the place), in nats, for each continuation of each of `questions`.
    ///
    /// The same text and the same questions always give the same numbers.
    fn ln_probs(&self, text: &str, questions: &[Question]) -> Vec<Vec<f64>>;
}
