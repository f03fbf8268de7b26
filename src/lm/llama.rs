//! Runs models of the Llama family: from tokens to the probabilities of tokens.
//!
//! Touvron et al. 2023, "LLaMA: open and efficient foundation language models"; Su et al. 2021, "RoFormer", for places
//! (neighbouring dimensions turn together, as llama.cpp stores them); Ainslie et al. 2023, "GQA", for shared keys. The
//! weights are unpacked to 32 bits: products over many rows are then several times as fast as over packed ones, and
//! the model of candle-transformers gives probabilities after the last token only.

use candle_core::quantized::GgmlDType;
use candle_core::quantized::ggml_file::qtensor_from_ggml;
use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::ops::{rms_norm, silu, softmax_last_dim};
use candle_nn::rotary_emb::rope_i;

use crate::lm::gguf::{Fault, Gguf};

/// A model.
pub struct Llama {
    shape: Shape,
    /// One row a token.
    embedding: Tensor,
    output: Tensor,
    output_norm: Tensor,
    layers: Vec<Layer>,
}

/// The sizes of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Tokens that it knows.
    pub n_tokens: usize,
    /// Numbers that a token is to it.
    pub width: usize,
    n_layers: usize,
    n_heads: usize,
    n_key_heads: usize,
    head_width: usize,
    inner_width: usize,
    rope_base: f64,
    norm_epsilon: f32,
}

struct Layer {
    attention_norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_output: Tensor,
    inner_norm: Tensor,
    gate: Tensor,
    up: Tensor,
    down: Tensor,
}

/// What a model remembers of the tokens that it has read: keys and values, by layer, each heads × tokens × width.
pub struct Memory {
    layers: Vec<(Tensor, Tensor)>,
    /// How many tokens were read.
    pub n_tokens: usize,
}

/// Sequences of one length that follow the first `n_before` tokens of a memory, and do not see each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Tokens of the memory that they see.
    pub n_before: usize,
    /// How many there are, at least one.
    pub n_sequences: usize,
    /// Their tokens, one sequence after the other; all of the same number, at least one.
    pub tokens: Vec<u32>,
}

/// More of anything than a model has that is run on a processor; sizes that are multiplied stay far from overflowing.
const MAX_SIZE: usize = 1 << 20;
/// Rows whose probabilities are worked out in one go: with SmolLM2's vocabulary, 50 MB.
const OUTPUT_ROWS: usize = 256;

impl Shape {
    fn of(file: &Gguf) -> std::result::Result<Shape, Fault> {
        let architecture = file.text("general.architecture")?;
        if architecture != "llama" {
            return Err(format!("a model of the kind {architecture}, not llama"));
        }
        let count = |name: &str| file.count(&format!("llama.{name}"), MAX_SIZE);
        let (width, n_heads, n_key_heads) =
            (count("embedding_length")?, count("attention.head_count")?, count("attention.head_count_kv")?);
        if width % n_heads != 0 || n_heads % n_key_heads != 0 || width / n_heads % 2 != 0 {
            return Err(format!("{n_heads} heads for {n_key_heads} of keys and a width of {width}"));
        }
        let (head_width, n_turned) = (width / n_heads, count("rope.dimension_count")?);
        if n_turned != head_width {
            return Err(format!("{n_turned} dimensions are turned, of {head_width}"));
        }
        Ok(Shape {
            n_tokens: file.texts("tokenizer.ggml.tokens")?.len(),
            width,
            n_layers: count("block_count")?,
            n_heads,
            n_key_heads,
            head_width,
            inner_width: count("feed_forward_length")?,
            rope_base: file.number("llama.rope.freq_base")?,
            norm_epsilon: file.number("llama.attention.layer_norm_rms_epsilon")? as f32,
        })
    }
}

impl Llama {
    /// The model that is in `file`.
    ///
    /// # Errors
    ///
    /// Where it is of another kind, or a weight is missing, cut short or of another form.
    pub fn new(file: &Gguf) -> std::result::Result<Llama, Fault> {
        let shape = Shape::of(file)?;
        let Shape { n_tokens, width, n_heads, n_key_heads, head_width, inner_width, .. } = shape;
        let matrix =
            |name: &str, rows: usize, columns: usize| weight(file, &format!("{name}.weight"), &[rows, columns]);
        let norm = |name: &str| weight(file, &format!("{name}.weight"), &[width]);
        let embedding = matrix("token_embd", n_tokens, width)?;
        let output = match file.has_tensor("output.weight") {
            true => matrix("output", n_tokens, width)?,
            false => embedding.clone(),
        };
        let layer = |idx: usize| {
            let name = |part: &str| format!("blk.{idx}.{part}");
            Ok(Layer {
                attention_norm: norm(&name("attn_norm"))?,
                query: matrix(&name("attn_q"), n_heads * head_width, width)?,
                key: matrix(&name("attn_k"), n_key_heads * head_width, width)?,
                value: matrix(&name("attn_v"), n_key_heads * head_width, width)?,
                attention_output: matrix(&name("attn_output"), width, n_heads * head_width)?,
                inner_norm: norm(&name("ffn_norm"))?,
                gate: matrix(&name("ffn_gate"), inner_width, width)?,
                up: matrix(&name("ffn_up"), inner_width, width)?,
                down: matrix(&name("ffn_down"), width, inner_width)?,
            })
        };
        let layers = (0..shape.n_layers).map(layer).collect::<std::result::Result<_, Fault>>()?;
        Ok(Llama { output_norm: norm("output_norm")?, embedding, output, layers, shape })
    }

    /// Its sizes.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The memory of nothing.
    ///
    /// # Errors
    ///
    /// As candle's.
    pub fn memory(&self) -> Result<Memory> {
        let Shape { n_key_heads, head_width, n_layers, .. } = self.shape;
        let none = Tensor::zeros((n_key_heads, 0, head_width), DType::F32, &Device::Cpu)?;
        Ok(Memory { layers: vec![(none.clone(), none); n_layers], n_tokens: 0 })
    }

    /// Reads `tokens` after those that `memory` has, and remembers them. A row a token, for [`ln_probs`](Llama::ln_probs).
    ///
    /// # Errors
    ///
    /// As candle's; none where all tokens are the model's.
    pub fn read(&self, memory: &mut Memory, tokens: Vec<u32>) -> Result<Tensor> {
        let n_new = tokens.len();
        let group = Group { n_before: memory.n_tokens, n_sequences: 1, tokens };
        let mut added = Vec::with_capacity(self.layers.len());
        let rows = self.run(memory, &[group], |key, value| added.push((key, value)))?;
        for ((keys, values), (key, value)) in memory.layers.iter_mut().zip(added) {
            *keys = Tensor::cat(&[&*keys, &key], 1)?;
            *values = Tensor::cat(&[&*values, &value], 1)?;
        }
        memory.n_tokens += n_new;
        Ok(rows)
    }

    /// Reads `groups`, and remembers nothing. A row a token, group after group.
    ///
    /// # Errors
    ///
    /// As candle's; none where all tokens are the model's, and no group sees more tokens than `memory` has.
    pub fn look(&self, memory: &Memory, groups: &[Group]) -> Result<Tensor> {
        self.run(memory, groups, |_, _| ())
    }

    /// ln P, in nats, of each of `tokens` after the row beside it in `rows`; nothing is less probable than e^-87.
    ///
    /// # Errors
    ///
    /// As candle's; none where there are as many rows as tokens, and all are the model's.
    pub fn ln_probs(&self, rows: &Tensor, tokens: &[u32]) -> Result<Vec<f64>> {
        let mut found = Vec::with_capacity(tokens.len());
        for (idx, tokens) in tokens.chunks(OUTPUT_ROWS).enumerate() {
            let rows = rows.narrow(0, idx * OUTPUT_ROWS, tokens.len())?;
            let probabilities = softmax_last_dim(&rows.matmul(&self.output.t()?)?)?;
            let targets = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(1)?;
            let probabilities = probabilities.gather(&targets, 1)?.squeeze(1)?.to_vec1::<f32>()?;
            found.extend(probabilities.into_iter().map(|p| f64::from(p.max(f32::MIN_POSITIVE)).ln()));
        }
        Ok(found)
    }

    fn run(&self, memory: &Memory, groups: &[Group], mut seen: impl FnMut(Tensor, Tensor)) -> Result<Tensor> {
        let Shape { n_heads, n_key_heads, head_width, norm_epsilon, .. } = self.shape;
        let tokens: Vec<u32> = groups.iter().flat_map(|group| group.tokens.iter().copied()).collect();
        let n_rows = tokens.len();
        let mut rows = self.embedding.index_select(&Tensor::new(tokens, &Device::Cpu)?, 0)?;
        let (cos, sin) = self.turns(groups)?;
        let masks = groups.iter().map(|group| self.mask(group)).collect::<Result<Vec<_>>>()?;
        let by_head = |rows: Tensor, n: usize| rows.reshape((n_rows, n, head_width))?.transpose(0, 1)?.contiguous();
        let turned = |heads: Tensor| rope_i(&heads.unsqueeze(0)?, &cos, &sin)?.squeeze(0);
        for (layer, (keys, values)) in self.layers.iter().zip(&memory.layers) {
            let normed = rms_norm(&rows, &layer.attention_norm, norm_epsilon)?;
            let query = turned(by_head(normed.matmul(&layer.query.t()?)?, n_heads)?)?;
            let key = turned(by_head(normed.matmul(&layer.key.t()?)?, n_key_heads)?)?;
            let value = by_head(normed.matmul(&layer.value.t()?)?, n_key_heads)?;
            let mut from = 0;
            let mut heard = Vec::with_capacity(groups.len());
            for (group, mask) in groups.iter().zip(&masks) {
                let n = group.tokens.len();
                let [query, key, value] = [&query, &key, &value].map(|heads| heads.narrow(1, from, n));
                let before = [keys, values].map(|heads| heads.narrow(1, 0, group.n_before));
                let [keys, values] = before;
                heard.push(self.attend(group, mask, &query?, (&keys?, &values?), (&key?, &value?))?);
                from += n;
            }
            seen(key, value);
            rows = (rows + Tensor::cat(&heard, 0)?.matmul(&layer.attention_output.t()?)?)?;
            let normed = rms_norm(&rows, &layer.inner_norm, norm_epsilon)?;
            let gate = silu(&normed.matmul(&layer.gate.t()?)?)?;
            let inner = (gate * normed.matmul(&layer.up.t()?)?)?;
            rows = (rows + inner.matmul(&layer.down.t()?)?)?;
        }
        rms_norm(&rows, &self.output_norm, norm_epsilon)
    }

    /// What each token of `group` hears from those before it, in the memory and in its own sequence.
    fn attend(
        &self,
        group: &Group,
        mask: &Tensor,
        query: &Tensor,
        (keys, values): (&Tensor, &Tensor),
        (own_keys, own_values): (&Tensor, &Tensor),
    ) -> Result<Tensor> {
        let Shape { n_heads, n_key_heads, head_width, .. } = self.shape;
        let (n, k, w) = (group.n_sequences, n_key_heads, head_width);
        // m tokens a sequence, g heads that share a key.
        let (m, g) = (group.tokens.len() / n, n_heads / k);
        let scaled = (query * (1.0 / (w as f64).sqrt()))?;
        let query = scaled.reshape((k, g, n, m, w))?.transpose(1, 2)?.contiguous()?;
        let of_memory = query.reshape((k, n * g * m, w))?.matmul(&keys.t()?)?;
        let own_keys = own_keys.contiguous()?.reshape((k * n, m, w))?;
        let own = query.reshape((k * n, g * m, w))?.matmul(&own_keys.t()?)?.broadcast_add(mask)?;
        let shares = softmax_last_dim(&Tensor::cat(&[of_memory, own.reshape((k, n * g * m, m))?], D::Minus1)?)?;
        let from_memory = shares.narrow(D::Minus1, 0, group.n_before)?.contiguous()?.matmul(values)?;
        let own_shares = shares.narrow(D::Minus1, group.n_before, m)?.contiguous()?.reshape((k * n, g * m, m))?;
        let from_own = own_shares.matmul(&own_values.contiguous()?.reshape((k * n, m, w))?)?;
        let heard = (from_memory + from_own.reshape((k, n * g * m, w))?)?;
        heard.reshape((k, n, g, m, w))?.permute((1, 3, 0, 2, 4))?.reshape((n * m, n_heads * w))
    }

    /// Minus infinity where a token of a sequence would hear a later one, for each of the heads that share a key.
    fn mask(&self, group: &Group) -> Result<Tensor> {
        let m = group.tokens.len() / group.n_sequences;
        let g = self.shape.n_heads / self.shape.n_key_heads;
        let of = |row: usize| (0..m).map(move |column| if column > row { f32::NEG_INFINITY } else { 0.0 });
        let mask: Vec<f32> = (0..g).flat_map(|_| (0..m).flat_map(of)).collect();
        Tensor::from_vec(mask, (g * m, m), &Device::Cpu)
    }

    /// Cosine and sine of the angles that the tokens of `groups` are turned by.
    fn turns(&self, groups: &[Group]) -> Result<(Tensor, Tensor)> {
        let Shape { head_width, rope_base, .. } = self.shape;
        let place = |group: &Group, idx: usize| group.n_before + idx % (group.tokens.len() / group.n_sequences);
        let places = groups.iter().flat_map(|group| (0..group.tokens.len()).map(move |idx| place(group, idx)));
        let speeds: Vec<f64> =
            (0..head_width).step_by(2).map(|i| rope_base.powf(-(i as f64) / head_width as f64)).collect();
        let angles: Vec<f64> = places.flat_map(|place| speeds.iter().map(move |speed| place as f64 * speed)).collect();
        let shape = (angles.len() / speeds.len(), speeds.len());
        let of = |f: fn(f64) -> f64| {
            Tensor::from_vec(angles.iter().map(|&angle| f(angle) as f32).collect(), shape, &Device::Cpu)
        };
        Ok((of(f64::cos)?, of(f64::sin)?))
    }
}

/// The weights of this name as 32-bit numbers; `dims` are the lengths that they must have, the outermost first.
fn weight(file: &Gguf, name: &str, dims: &[usize]) -> std::result::Result<Tensor, Fault> {
    let inner_first: Vec<usize> = dims.iter().rev().copied().collect();
    let (kind, bytes) = file.tensor(name, &inner_first)?;
    let kind = packing(kind).ok_or_else(|| format!("weights {name} are packed in the unknown way {kind}"))?;
    let n: usize = dims.iter().product();
    let bytes = match bytes.get(..n / kind.block_size() * kind.type_size()) {
        Some(bytes) if inner_first[0].is_multiple_of(kind.block_size()) => bytes.to_vec(),
        Some(_) => return Err(format!("weights {name} are no whole blocks")),
        None => return Err("cut short".into()),
    };
    // candle takes the bytes for numbers as they lie in memory, and in the file they may lie askew: hence the copy, which
    // candle's own reader makes, too.
    let unpacked =
        qtensor_from_ggml(kind, &bytes, dims.to_vec(), &Device::Cpu).and_then(|packed| packed.dequantize(&Device::Cpu));
    unpacked.map_err(|e| format!("weights {name}: {e}"))
}

/// What ggml calls the way of packing with this number; none where candle cannot unpack it.
fn packing(number: u32) -> Option<GgmlDType> {
    Some(match number {
        0 => GgmlDType::F32,
        1 => GgmlDType::F16,
        2 => GgmlDType::Q4_0,
        3 => GgmlDType::Q4_1,
        6 => GgmlDType::Q5_0,
        7 => GgmlDType::Q5_1,
        8 => GgmlDType::Q8_0,
        10 => GgmlDType::Q2K,
        11 => GgmlDType::Q3K,
        12 => GgmlDType::Q4K,
        13 => GgmlDType::Q5K,
        14 => GgmlDType::Q6K,
        30 => GgmlDType::BF16,
        _ => return None,
    })
}
