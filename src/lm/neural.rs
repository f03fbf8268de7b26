//! A neural model in a GGUF file as a [`SequenceModel`].

use std::fs::File;
use std::path::Path;

use candle_core::{Result as Computed, Tensor};

use crate::error::{Error, ErrorKind, Result};
use crate::lm::bpe::Bpe;
use crate::lm::gguf::{Fault, Gguf};
use crate::lm::llama::{Group, Llama, Memory};
use crate::lm::sequence::{Question, SequenceModel};

/// A model of the Llama family with the tokens of SmolLM, as SmolLM2-135M (docs/rescorer.md).
pub struct NeuralModel {
    llama: Llama,
    bpe: Bpe,
    /// What stands before every text.
    start: u32,
}

/// What stands before every text that SmolLM2 learned from.
const START: &str = "<|endoftext|>";
/// Tokens of a text that are read in one go.
const READ_TOKENS: usize = 256;
/// Tokens of continuations that are read in one go, but for those of one place, which stay together.
///
/// Enough that the time goes into products and not into fetching weights, and a few MB of memory.
const LOOK_TOKENS: usize = 512;

const MEND: &str = "give SmolLM2-135M, as docs/rescorer.md says";

impl NeuralModel {
    /// The model in the file at `path`, which is read as a whole and unpacked: some 540 MB for SmolLM2-135M.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, is broken, or holds a model of another kind.
    pub fn open(path: &Path) -> Result<NeuralModel> {
        let file = File::open(path).map_err(|e| Error::io(path, "open", e, MEND))?;
        let fault = |fault: Fault| Error::new(ErrorKind::LanguageModel, path.display().to_string(), fault, MEND);
        if file.metadata().map_err(|e| Error::io(path, "read", e, MEND))?.is_dir() {
            return Err(fault("is a directory".into()));
        }
        // SAFETY: the map is only read, as bytes of any value, and is gone when this returns; that nobody cuts the file
        // short meanwhile is as for `NgramModel::open`.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(|e| Error::io(path, "map", e, MEND))?;
        Self::new(&map).map_err(fault)
    }

    fn new(bytes: &[u8]) -> std::result::Result<NeuralModel, Fault> {
        let file = Gguf::new(bytes)?;
        let (model, pre) = (file.text("tokenizer.ggml.model")?, file.text("tokenizer.ggml.pre")?);
        if (model, pre) != ("gpt2", "smollm") {
            return Err(format!("tokens of the kind {model}, {pre}, not gpt2, smollm"));
        }
        let tokens = file.texts("tokenizer.ggml.tokens")?;
        let start = tokens.iter().position(|&token| token == START).ok_or_else(|| format!("no token {START}"))?;
        let bpe = Bpe::new(tokens, file.texts("tokenizer.ggml.merges")?)?;
        Ok(NeuralModel { llama: Llama::new(&file)?, bpe, start: start as u32 })
    }

    fn answers(&self, text: &str, questions: &[Question]) -> Computed<Vec<Vec<f64>>> {
        let mut order: Vec<usize> = (0..questions.len()).collect();
        order.sort_by_key(|&idx| questions[idx].at);
        let mut tokens = vec![self.start];
        let mut from = 0;
        let mut lookups = Vec::with_capacity(questions.len());
        for idx in order {
            let at = text.floor_char_boundary(questions[idx].at);
            tokens.extend(self.bpe.encode(&text[from..at]));
            from = at;
            lookups.push(self.lookup(idx, tokens.len(), &questions[idx].continuations));
        }
        let (memory, rows) = self.read(&tokens)?;
        let mut answers = vec![Vec::new(); questions.len()];
        let mut rest = &lookups[..];
        while !rest.is_empty() {
            let mut n_tokens = 0;
            let fits = |lookup: &&Lookup| {
                n_tokens += lookup.group.as_ref().map_or(0, |group| group.tokens.len());
                n_tokens <= LOOK_TOKENS
            };
            let (now, later) = rest.split_at(rest.iter().take_while(fits).count().max(1));
            self.look(&memory, &rows, now, &mut answers)?;
            rest = later;
        }
        Ok(answers)
    }

    /// What is to be read for `continuations` after `n_before` tokens.
    fn lookup(&self, question: usize, n_before: usize, continuations: &[String]) -> Lookup {
        let targets: Vec<Vec<u32>> = continuations.iter().map(|text| self.bpe.encode(text)).collect();
        // After the last token nothing is asked.
        let n_each = targets.iter().map(|tokens| tokens.len().saturating_sub(1)).max().unwrap_or(0);
        let group = (n_each > 0).then(|| {
            let padded = |tokens: &Vec<u32>| {
                let (n_read, fill) = (tokens.len().saturating_sub(1), self.start);
                tokens[..n_read].iter().copied().chain(std::iter::repeat(fill)).take(n_each).collect::<Vec<_>>()
            };
            Group { n_before, n_sequences: targets.len(), tokens: targets.iter().flat_map(padded).collect() }
        });
        Lookup { question, n_before, targets, group }
    }

    /// Reads `tokens`, of which there is at least one.
    fn read(&self, tokens: &[u32]) -> Computed<(Memory, Tensor)> {
        let mut memory = self.llama.memory()?;
        let mut rows = Vec::new();
        for piece in tokens.chunks(READ_TOKENS) {
            rows.push(self.llama.read(&mut memory, piece.to_vec())?);
        }
        Ok((memory, Tensor::cat(&rows, 0)?))
    }

    /// Answers `lookups`, after a text with this memory and these rows.
    fn look(&self, memory: &Memory, rows: &Tensor, lookups: &[Lookup], answers: &mut [Vec<f64>]) -> Computed<()> {
        let groups: Vec<Group> = lookups.iter().filter_map(|lookup| lookup.group.clone()).collect();
        let n_text = rows.dim(0)?;
        let rows = match groups.is_empty() {
            true => rows.clone(),
            false => Tensor::cat(&[rows, &self.llama.look(memory, &groups)?], 0)?,
        };
        // The row before each token that is asked about: the last one of the text, and then those of its own sequence.
        let (mut befores, mut targets) = (Vec::new(), Vec::new());
        let mut from = n_text;
        for Lookup { n_before, targets: sequences, group, .. } in lookups {
            let n_each = group.as_ref().map_or(0, |group| group.tokens.len() / group.n_sequences);
            for sequence in sequences {
                let own = from..from + sequence.len().saturating_sub(1);
                let all = std::iter::once(n_before - 1).chain(own).take(sequence.len());
                befores.extend(all.map(|row| row as u32));
                targets.extend(sequence);
                from += n_each;
            }
        }
        if targets.is_empty() {
            lookups.iter().for_each(|lookup| answers[lookup.question] = vec![0.0; lookup.targets.len()]);
            return Ok(());
        }
        let befores = rows.index_select(&Tensor::new(befores, rows.device())?, 0)?;
        let mut ln_probs = self.llama.ln_probs(&befores, &targets)?.into_iter();
        for lookup in lookups {
            let sum = |sequence: &Vec<u32>| ln_probs.by_ref().take(sequence.len()).fold(0.0, |sum, p| sum + p);
            answers[lookup.question] = lookup.targets.iter().map(sum).collect();
        }
        Ok(())
    }
}

impl std::fmt::Debug for NeuralModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NeuralModel").field("shape", self.llama.shape()).finish_non_exhaustive()
    }
}

impl SequenceModel for NeuralModel {
    fn ln_probs(&self, text: &str, questions: &[Question]) -> Vec<Vec<f64>> {
        self.answers(text, questions)
            .expect("the forms of all weights were checked at loading, and tokens are of the vocabulary they came from")
    }
}

/// A question in tokens.
struct Lookup {
    question: usize,
    n_before: usize,
    targets: Vec<Vec<u32>>,
    /// What is to be read; none where no continuation has two tokens.
    group: Option<Group>,
}
