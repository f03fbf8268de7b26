//! Trains the [classifier](crate::detect::classifier) of the first look: genuine text against what the dictionaries would make of it.

use std::io::BufRead;
use std::path::Path;

use crate::detect::classifier::{N_WEIGHTS, features, write};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::builtin;
use crate::lexicon::spin::{Random, Spinner};
use crate::lm::lines;
use crate::text::tokenize::tokenize;
use crate::text::unit::units;

/// How a classifier is trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Lines at the beginning of the text that are left for measuring.
    pub n_skipped: usize,
    /// How often the text is gone through, at least once.
    pub n_epochs: usize,
}

impl Default for Options {
    fn default() -> Self {
        // Source: docs/detection.md.
        Options { n_skipped: 600_000, n_epochs: 3 }
    }
}

/// Lines that a text may have; one is drawn for each.
const LENGTHS: [usize; 7] = [2, 3, 5, 8, 12, 20, 40];
/// Rates that a spun text may have; most are low, since what is spun wholly is told easily.
const RATES: [f32; 8] = [0.1, 0.15, 0.15, 0.2, 0.3, 0.3, 0.5, 1.0];
/// Families a spun text may be of, and to which share of them.
const FAMILIES: [(&str, f32); 2] = [("autoblog", 0.95), ("thesaurus", 0.05)];
/// Steps to a nat that weights are rounded to: the largest weights are some 2.6 nats.
const STEPS: f32 = 48.0;
/// Of FTRL-Proximal: how large steps are (alpha), what keeps the first ones finite (beta), and how much a feature must say before it has a weight at
/// all (lambda 1).
///
/// Source: the loss on texts not yet learned, nats, in the first of the epochs (alpha .05, beta .1), and how many weights are not 0: .444 and
/// 159,000 with 1, .422 and 28,000 with 5, .440 and 4,600 with 20. With 20 and the alpha and beta below .374 after three, and fewer texts are lost than with 10.
const ALPHA: f32 = 0.1;
const BETA: f32 = 1.0;
const LAMBDA: f32 = 20.0;

/// The classifier's file for the text at `text`, one sentence a line, words parted by spaces, plain or packed with zstd. `progress` hears of each epoch, from 1,
/// and the mean loss in nats.
///
/// Each text of some lines is learned twice, as it is and spun by the built-in dictionaries, so that what it is about says nothing. Logistic
/// regression by FTRL-Proximal, which gives no weight to what says little (McMahan et al. 2013, "Ad click prediction: a view from the trenches", algorithm 1). One thread, one seed: the same text and options give the same file.
///
/// # Errors
///
/// Where the text cannot be read or is too short.
pub fn train(text: &Path, options: &Options, progress: &mut dyn FnMut(usize, f64)) -> Result<Vec<u8>> {
    let lexicon = builtin::lexicon()?;
    let spinners = FAMILIES.map(|(name, share)| (Spinner::new(lexicon, |family| family == name), share));
    let mut learner = Learner::new();
    let mut random = Random(42);
    for epoch in 1..=options.n_epochs {
        let (mut loss, mut n_texts) = (0.0, 0u32);
        let mut reader = lines::open(text)?;
        let mut lines = Lines { reader: &mut reader, place: text };
        for _ in 0..options.n_skipped {
            lines.next()?;
        }
        loop {
            let n_lines = *random.one_of(&LENGTHS).expect("there are some");
            let rate = *random.one_of(&RATES).expect("there are some");
            let mut share = random.share();
            let spinner = spinners.iter().find(|(_, of)| {
                share -= of;
                share < 0.0
            });
            let mut draws = spinner.unwrap_or(&spinners[0]).0.text(rate, random);
            let (mut genuine, mut spun) = (String::new(), String::new());
            for _ in 0..n_lines {
                let Some(line) = lines.next()? else { break };
                genuine += &written(&plain(&line));
                spun += &written(&draws.spun(&line));
            }
            random = draws.random();
            if genuine.is_empty() {
                break;
            }
            loss += learner.learn(&genuine, 0.0) + learner.learn(&spun, 1.0);
            n_texts += 2;
        }
        if n_texts == 0 {
            let fault = format!("has no line behind the first {}", options.n_skipped);
            let mend = "give a longer text, or skip fewer lines";
            return Err(Error::new(ErrorKind::Usage, text.display().to_string(), fault, mend));
        }
        progress(epoch, loss / f64::from(n_texts));
    }
    Ok(write(&learner.weights(), STEPS))
}

/// The lines of a text.
struct Lines<'r> {
    reader: &'r mut dyn BufRead,
    place: &'r Path,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<String>> {
        let mut line = String::new();
        let n_bytes = self.reader.read_line(&mut line);
        let n_bytes = n_bytes.map_err(|e| Error::io(self.place, "read", e, "give a text in UTF-8"))?;
        // As people write numbers.
        Ok((n_bytes > 0).then(|| line.trim_end().replace("<num>", "7")))
    }
}

/// A line as a spinner writes it that replaces nothing.
fn plain(line: &str) -> String {
    let units = units(line, &tokenize(line));
    units.iter().map(|unit| unit.folded.as_str()).collect::<Vec<_>>().join(" ")
}

/// A line of units as people write them, as a sentence.
fn written(line: &str) -> String {
    line.replace(" 's", "'s") + ".\n"
}

/// Weights while they are learned; the last is the bias.
struct Learner {
    features: Vec<Weight>,
    // Those of one text, kept for their room.
    here: Vec<u32>,
}

/// A weight, nats, with what FTRL-Proximal keeps of it: z, and n, the sum of squared gradients.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    weight: f32,
    z: f32,
    n: f32,
}

impl Weight {
    /// Takes the step of a gradient; `lambda` is that of L1.
    fn step(&mut self, gradient: f32, lambda: f32) {
        let n = self.n + gradient * gradient;
        self.z += gradient - (n.sqrt() - self.n.sqrt()) / ALPHA * self.weight;
        self.n = n;
        let beyond = (self.z.abs() - lambda).max(0.0);
        self.weight = -self.z.signum() * beyond * ALPHA / (BETA + n.sqrt());
    }
}

impl Learner {
    fn new() -> Self {
        Learner { features: vec![Weight::default(); N_WEIGHTS + 1], here: Vec::new() }
    }

    /// Learns from a text that is spun (1) or genuine (0); the loss before, nats.
    fn learn(&mut self, text: &str, is_spun: f32) -> f64 {
        self.here.clear();
        features(text.as_bytes(), |feature, is_first| self.here.extend(is_first.then_some(feature)));
        let bias = N_WEIGHTS;
        let said: f32 = self.here.iter().map(|&feature| self.features[feature as usize].weight).sum();
        let log_odds = said + self.features[bias].weight;
        let gradient = 1.0 / (1.0 + (-log_odds).exp()) - is_spun;
        for &feature in &self.here {
            self.features[feature as usize].step(gradient, LAMBDA);
        }
        self.features[bias].step(gradient, 0.0);
        -f64::from(1.0 - gradient.abs()).max(1e-9).ln()
    }

    fn weights(&self) -> Vec<f32> {
        self.features.iter().map(|feature| feature.weight).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_little_has_no_weight() {
        let mut learner = Learner::new();
        for _ in 0..400 {
            learner.learn("The war went on.\n", 0.0);
            learner.learn("The struggle went on.\n", 1.0);
        }
        let weight = |text: &str| {
            let mut found = Vec::new();
            features(text.as_bytes(), |feature, _| found.push(feature));
            learner.features[found[0] as usize].weight
        };
        assert!(weight("war") < -0.5 && weight("struggle") > 0.5);
        assert_eq!((weight("the"), weight("went"), weight("peace")), (0.0, 0.0, 0.0));
    }
}
