//! Fits 256 numbers to many: a codebook, so that each number can be stored as one byte.
//!
//! Bins begin with as many values each, and are moved by Lloyd's rule (each boundary half-way between two means, each
//! code the mean of its bin) until they rest, which makes the mean squared error small. Source: S. Lloyd, "Least squares
//! quantization in PCM", IEEE Trans. Inf. Theory 28 (1982). In one dimension, over sorted values with running sums, a
//! round costs next to nothing.

/// How many codes a byte has.
pub const N_CODES: usize = 256;

/// Rounds of Lloyd's rule at most; the mean squared error gains less than a thousandth after about 50.
const MAX_ROUNDS: usize = 100;

/// What each byte stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Codebook {
    // Pinned values first, as given; then the fitted ones, rising. At most N_CODES, at least one.
    codes: Vec<f32>,
    n_pinned: usize,
}

impl Codebook {
    /// A codebook of at most `n_codes` (2 to 256) for `values`, which are finite, where `pinned` values have the first
    /// codes and are kept exactly.
    pub fn fit(values: &[f32], n_codes: usize, pinned: &[f32]) -> Self {
        let mut sorted: Vec<f32> = values.iter().copied().filter(|v| !pinned.contains(v)).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let n_free = n_codes.clamp(2, N_CODES).saturating_sub(pinned.len()).max(1);
        let mut codes = pinned.to_vec();
        let mut distinct = sorted.clone();
        distinct.dedup();
        if distinct.len() <= n_free {
            codes.extend(distinct);
        } else {
            codes.extend(lloyd(&sorted, n_free));
        }
        if codes.is_empty() {
            codes.push(0.0);
        }
        Codebook { codes, n_pinned: pinned.len() }
    }

    /// The byte whose code is nearest to `value`.
    pub fn encode(&self, value: f32) -> u8 {
        let (pinned, fitted) = self.codes.split_at(self.n_pinned);
        if let Some(code) = pinned.iter().position(|&p| p == value) {
            return code as u8;
        }
        let above = fitted.partition_point(|&c| c < value);
        let nearest = match (above.checked_sub(1), fitted.get(above)) {
            (Some(below), Some(&code)) if value - fitted[below] <= code - value => below,
            (Some(below), None) => below,
            _ => above,
        };
        // Where all was pinned, a value that is not is nearest to some pin.
        (self.n_pinned + nearest).min(self.codes.len() - 1) as u8
    }

    /// What `byte` stands for.
    pub fn decode(&self, byte: u8) -> f32 {
        self.codes[usize::from(byte).min(self.codes.len() - 1)]
    }

    /// All 256 codes; the last one is repeated where there are fewer.
    pub fn codes(&self) -> [f32; N_CODES] {
        std::array::from_fn(|i| self.decode(i as u8))
    }

    /// The largest distance between one of `values` and its code.
    pub fn max_error(&self, values: &[f32]) -> f32 {
        values.iter().map(|&v| (v - self.decode(self.encode(v))).abs()).fold(0.0, f32::max)
    }
}

fn lloyd(sorted: &[f32], n_codes: usize) -> Vec<f32> {
    let mut sums = Vec::with_capacity(sorted.len() + 1);
    sums.push(0.0f64);
    for &value in sorted {
        sums.push(sums[sums.len() - 1] + f64::from(value));
    }
    let mut bounds: Vec<usize> = (0..=n_codes).map(|i| i * sorted.len() / n_codes).collect();
    let mut codes = means(&bounds, &sums);
    for _ in 0..MAX_ROUNDS {
        let mut moved = vec![0];
        moved.extend(codes.windows(2).map(|pair| {
            let middle = (pair[0] + pair[1]) / 2.0;
            sorted.partition_point(|&v| f64::from(v) <= middle)
        }));
        moved.push(sorted.len());
        if moved == bounds {
            break;
        }
        bounds = moved;
        codes = means(&bounds, &sums);
    }
    codes.into_iter().map(|code| code as f32).collect()
}

/// The mean of each bin that is not empty: bins of equal values fall together, which leaves codes unused, not wrong.
fn means(bounds: &[usize], sums: &[f64]) -> Vec<f64> {
    let filled = bounds.windows(2).filter(|bin| bin[0] < bin[1]);
    filled.map(|bin| (sums[bin[1]] - sums[bin[0]]) / (bin[1] - bin[0]) as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_few_values_exactly() {
        let values = [-3.5, -0.25, 0.0, -0.25, -7.0];
        let book = Codebook::fit(&values, 256, &[0.0]);
        assert_eq!(book.max_error(&values), 0.0);
        assert_eq!(book.encode(0.0), 0);
    }

    #[test]
    fn pinned_values_are_exact_and_the_rest_near() {
        let values: Vec<f32> = (0..100_000).map(|i| -(i as f32).sqrt() / 20.0).collect();
        let book = Codebook::fit(&values, 256, &[-99.0, 0.0]);
        assert_eq!((book.encode(-99.0), book.encode(0.0)), (0, 1));
        assert_eq!(book.decode(1), 0.0);
        assert!(book.max_error(&values) < 0.1, "{}", book.max_error(&values));
    }

    #[test]
    fn nothing_to_fit_is_no_fault() {
        let book = Codebook::fit(&[], 256, &[]);
        assert_eq!(book.decode(book.encode(1.0)), 0.0);
    }
}
