//! Measures how well a model foresees a text.

use std::fmt;
use std::io::BufRead;

use crate::error::{Error, ErrorKind, Result};
use crate::lm::LanguageModel;

/// What a model gave a text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Perplexity {
    /// Words scored, sentence ends counted.
    pub n_words: u64,
    /// How many of them the model does not know.
    pub n_unknown: u64,
    /// Sum of ln P over all words, in nats.
    pub ln_prob: f64,
    /// Sum of ln P over the words that the model knows, in nats.
    pub ln_prob_known: f64,
}

impl Perplexity {
    /// Counts one word in.
    pub fn add(&mut self, ln_prob: f32, is_known: bool) {
        self.n_words += 1;
        self.ln_prob += f64::from(ln_prob);
        if is_known {
            self.ln_prob_known += f64::from(ln_prob);
        } else {
            self.n_unknown += 1;
        }
    }

    /// exp of the mean of -ln P over all words, those that are not known included.
    pub fn of_all(&self) -> f64 {
        (-self.ln_prob / self.n_words as f64).exp()
    }

    /// exp of the mean of -ln P over the words that the model knows.
    pub fn of_known(&self) -> f64 {
        (-self.ln_prob_known / (self.n_words - self.n_unknown) as f64).exp()
    }
}

impl fmt::Display for Perplexity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = 100.0 * self.n_unknown as f64 / self.n_words.max(1) as f64;
        let (n, unknown, sum) = (self.n_words, self.n_unknown, self.ln_prob);
        write!(f, "words {n} (</s> counted), unknown {unknown} ({share:.2} %), sum of ln P {sum:.2}, ")?;
        write!(f, "perplexity {:.3}, of known words {:.3}", self.of_all(), self.of_known())
    }
}

/// Scores `text`, one tokenised sentence a line; errors call it `place`.
///
/// # Errors
///
/// Where the text cannot be read or is not UTF-8.
pub fn perplexity(model: &impl LanguageModel, text: &mut dyn BufRead, place: &str) -> Result<Perplexity> {
    let mut sum = Perplexity::default();
    for (i, line) in text.lines().enumerate() {
        let line = line.map_err(|e| {
            let fault = format!("cannot read on: {e}");
            Error::new(ErrorKind::Io, format!("{place}:{}", i + 1), fault, "give a text that is whole and UTF-8")
        })?;
        let mut state = model.begin();
        for word in line.split_ascii_whitespace() {
            let (ln_prob, after) = model.score(state, model.id(word));
            sum.add(ln_prob, model.is_known(word));
            state = after;
        }
        sum.add(model.score(state, model.end_id()).0, true);
    }
    Ok(sum)
}
