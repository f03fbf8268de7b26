//! Fits at most 256 numbers to many: a codebook, so that each number can be stored as one byte.
//!
//! Cells of one width, each with the mean of its values as its code. Of all quantisers with as large a mean squared error
//! that gives the bytes with the smallest entropy, that is, those that pack best (H. Gish and J. Pierce,
//! "Asymptotically efficient quantizing", IEEE Trans. Inf. Theory 14, 1968), and no value is further from its code than
//! a cell is wide.
//
// Not bins of equal population or Lloyd's k-means: these spend all 256 codes on the crowd, where they make bytes that do
// not pack, and leave single values at the ends off by more than a nat.

/// How many codes a byte has.
pub const N_CODES: usize = 256;

/// What each byte stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Codebook {
    // Pinned values first, as given; then the fitted ones, rising. At most N_CODES, at least one.
    codes: Vec<f32>,
    n_pinned: usize,
}

impl Codebook {
    /// A codebook for `values`, which are finite, with cells `step` wide or, where that would be too many, as wide as
    /// needed. `pinned` values, fewer than 256, have the first codes and are kept exactly; so are all where they are few
    /// enough for a code each.
    pub fn fit(values: &[f32], step: f32, pinned: &[f32]) -> Self {
        let mut sorted: Vec<f32> = values.iter().copied().filter(|v| !pinned.contains(v)).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let n_free = N_CODES - pinned.len();
        let mut codes = pinned.to_vec();
        let mut distinct = sorted.clone();
        distinct.dedup();
        if distinct.len() <= n_free {
            codes.extend(distinct);
        } else {
            let (low, high) = (f64::from(sorted[0]), f64::from(sorted[sorted.len() - 1]));
            let width = f64::from(step).max((high - low) / (n_free - 1) as f64);
            let cell = |v: &f32| ((f64::from(*v) - low) / width) as usize;
            codes.extend(sorted.chunk_by(|a, b| cell(a) == cell(b)).map(mean));
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

fn mean(values: &[f32]) -> f32 {
    (values.iter().copied().map(f64::from).sum::<f64>() / values.len() as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_few_values_exactly() {
        let values = [-3.5, -0.25, 0.0, -0.25, -7.0];
        let book = Codebook::fit(&values, 0.1, &[0.0]);
        assert_eq!(book.max_error(&values), 0.0);
        assert_eq!(book.encode(0.0), 0);
    }

    #[test]
    fn pinned_values_are_exact_and_the_rest_near() {
        let values: Vec<f32> = (0..100_000).map(|i| -(i as f32).sqrt() / 20.0).collect();
        let book = Codebook::fit(&values, 0.1, &[-99.0, 0.0]);
        assert_eq!((book.encode(-99.0), book.encode(0.0)), (0, 1));
        assert_eq!(book.decode(1), 0.0);
        assert!(book.max_error(&values) <= 0.1, "{}", book.max_error(&values));
    }

    #[test]
    fn one_value_far_off_is_kept() {
        let mut values: Vec<f32> = (0..100_000).map(|i| -(i as f32) / 50_000.0).collect();
        values.push(-12.0);
        let book = Codebook::fit(&values, 0.05, &[]);
        assert_eq!(book.decode(book.encode(-12.0)), -12.0);
        assert!(book.max_error(&values) <= 0.05, "{}", book.max_error(&values));
    }

    #[test]
    fn nothing_to_fit_is_no_fault() {
        let book = Codebook::fit(&[], 0.1, &[]);
        assert_eq!(book.decode(book.encode(1.0)), 0.0);
    }
}
