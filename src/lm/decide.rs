//! Measures how often a model picks the word that a text really has over what a spinner makes of it.
//!
//! A point is a place in a genuine text with a word o, and a word s that a spinner is known to put for o. There the
//! candidates are o, s, and all other words that s is known to stand for. The model's choice is the one with the highest
//! probability of the sentence, all other words being as they are. A point is right where the choice is o: no other
//! candidate is as probable. Nothing but the model is asked: not how often s is drawn for o, nor how often the spinner
//! fires, nor what a dictionary thinks. So the share of right points compares models; it is not the accuracy of
//! restoring.

use std::collections::BTreeMap;
use std::fmt;
use std::io::BufRead;
use std::path::Path;

use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::lm::{LanguageModel, State, WordId, lines};

/// Which words a spinner puts for which, as a model numbers them.
#[derive(Debug, Clone, Default)]
pub struct PairTable {
    // Sorted and without doubles, both ways.
    spun_of: FxHashMap<WordId, Vec<WordId>>,
    originals_of: FxHashMap<WordId, Vec<WordId>>,
}

impl PairTable {
    /// The rows of the table at `path` whose family is `family` and whose spun and original are each one word, of
    /// lower-case letters alone, that `model` knows. The first line names the columns.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read or lacks the columns spun, original or family.
    pub fn read(path: &Path, family: &str, model: &impl LanguageModel) -> Result<Self> {
        let mut text = lines::open(path)?;
        let mut table = PairTable::default();
        let mut columns: Option<[usize; 3]> = None;
        read_lines(&mut text, path, |line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let Some([spun, original, of]) = columns else {
                let find = |name: &str| fields.iter().position(|field| *field == name);
                let (Some(spun), Some(original), Some(of)) = (find("spun"), find("original"), find("family")) else {
                    let fault = "the first line does not name the columns spun, original and family";
                    let place = format!("{}:1", path.display());
                    return Err(Error::new(ErrorKind::Dictionary, place, fault, "write them, parted by tabs"));
                };
                columns = Some([spun, original, of]);
                return Ok(());
            };
            let field = |i: usize| fields.get(i).copied().unwrap_or_default();
            let is_word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase()) && model.is_known(w);
            if field(of) == family && is_word(field(spun)) && is_word(field(original)) && field(spun) != field(original)
            {
                let (spun, original) = (model.id(field(spun)), model.id(field(original)));
                table.spun_of.entry(original).or_default().push(spun);
                table.originals_of.entry(spun).or_default().push(original);
            }
            Ok(())
        })?;
        for words in table.spun_of.values_mut().chain(table.originals_of.values_mut()) {
            words.sort_unstable();
            words.dedup();
        }
        Ok(table)
    }

    /// How many pairs.
    pub fn len(&self) -> usize {
        self.spun_of.values().map(Vec::len).sum()
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.spun_of.is_empty()
    }
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decisions {
    /// Pairs in use.
    pub n_pairs: u64,
    /// All points that the text has.
    pub n_points: u64,
    /// Points that were decided.
    pub n_decided: u64,
    /// Candidates at these, together.
    pub n_candidates: u64,
    /// Points where the true word was chosen among all candidates.
    pub n_right: u64,
    /// Points where the true word was more probable than the spun one.
    pub n_over_spun: u64,
    /// Points where the true word was chosen by the probability of each word alone, without its neighbours.
    pub n_right_alone: u64,
    /// By original: points decided, and points right.
    pub by_original: BTreeMap<WordId, (u64, u64)>,
}

impl Decisions {
    /// The mean over originals, each counted once, of its share of right points.
    pub fn by_head(&self) -> f64 {
        let shares = self.by_original.values().map(|&(n, right)| right as f64 / n as f64);
        shares.sum::<f64>() / self.by_original.len() as f64
    }
}

impl fmt::Display for Decisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |n: u64| 100.0 * n as f64 / self.n_decided as f64;
        let candidates = self.n_candidates as f64 / self.n_decided as f64;
        writeln!(f, "pairs {}, points {}, decided {}", self.n_pairs, self.n_points, self.n_decided)?;
        writeln!(f, "right {:.2} % of {candidates:.1} candidates", share(self.n_right))?;
        writeln!(
            f,
            "right, each original counted once, {:.2} % of {}",
            100.0 * self.by_head(),
            self.by_original.len()
        )?;
        writeln!(f, "original over spun {:.2} %", share(self.n_over_spun))?;
        write!(f, "right without neighbours {:.2} %", share(self.n_right_alone))
    }
}

/// Decides about `at_most` points of the text at `path`, one tokenised sentence a line: all of them, or every kth in the
/// order of the text, for the smallest k that leaves no more.
///
/// # Errors
///
/// Where the text cannot be read.
pub fn decide(model: &impl LanguageModel, pairs: &PairTable, path: &Path, at_most: u64) -> Result<Decisions> {
    let mut counted = Decisions { n_pairs: pairs.len() as u64, ..Decisions::default() };
    let mut sentences: Vec<Vec<WordId>> = Vec::new();
    read_lines(&mut lines::open(path)?, path, |line| {
        let sentence: Vec<WordId> =
            line.split_ascii_whitespace().map(|word| model.id(word)).chain([model.end_id()]).collect();
        counted.n_points += sentence.iter().filter_map(|id| pairs.spun_of.get(id)).map(|s| s.len() as u64).sum::<u64>();
        sentences.push(sentence);
        Ok(())
    })?;
    let step = counted.n_points.div_ceil(at_most.max(1)).max(1);
    let mut point = 0;
    for sentence in &sentences {
        let mut state = model.begin();
        for (at, &original) in sentence.iter().enumerate() {
            for &spun in pairs.spun_of.get(&original).into_iter().flatten() {
                if point % step == 0 {
                    decide_one(model, pairs, &mut counted, state, &sentence[at..], spun);
                }
                point += 1;
            }
            state = model.score(state, original).1;
        }
    }
    Ok(counted)
}

/// Decides the point at the first word of `rest`, which stands after `state`.
fn decide_one(
    model: &impl LanguageModel,
    pairs: &PairTable,
    counted: &mut Decisions,
    state: State,
    rest: &[WordId],
    spun: WordId,
) {
    let original = rest[0];
    let after = &rest[1..rest.len().min(model.order())];
    let in_place = |word: WordId| {
        let (mut sum, mut state) = model.score(state, word);
        for &next in after {
            let (ln_prob, then) = model.score(state, next);
            sum += ln_prob;
            state = then;
        }
        sum
    };
    let alone = |word: WordId| model.score(model.empty(), word).0;
    let others = pairs.originals_of.get(&spun).into_iter().flatten().copied().filter(|&o| o != original);
    let rivals: Vec<WordId> = others.chain([spun]).collect();
    let is_right = rivals.iter().all(|&rival| in_place(rival) < in_place(original));
    counted.n_decided += 1;
    counted.n_candidates += rivals.len() as u64 + 1;
    counted.n_right += u64::from(is_right);
    counted.n_over_spun += u64::from(in_place(spun) < in_place(original));
    counted.n_right_alone += u64::from(rivals.iter().all(|&rival| alone(rival) < alone(original)));
    let (n, right) = counted.by_original.entry(original).or_default();
    *n += 1;
    *right += u64::from(is_right);
}

/// Gives `each` every line of `text`, which is the file at `path`.
fn read_lines(text: &mut dyn BufRead, path: &Path, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
    for (i, line) in text.lines().enumerate() {
        let line = line.map_err(|e| {
            let place = format!("{}:{}", path.display(), i + 1);
            Error::new(ErrorKind::Io, place, format!("cannot read on: {e}"), "give a text that is whole and UTF-8")
        })?;
        each(&line)?;
    }
    Ok(())
}
