//! How often a wording stands in genuine text, by a model.

use crate::lm::LanguageModel;
use crate::text::tokenize::tokenize;
use crate::text::unit::{Unit, units};

/// How often `wording` begins in a million words, by `model`; nothing where the model does not know one of its words, or it
/// has none.
///
/// ```
/// use despin::lm::{NgramModel, rate::per_million};
/// let model = NgramModel::english()?;
/// assert!(per_million(&model, "the council").unwrap() > per_million(&model, "the quay").unwrap());
/// assert_eq!(per_million(&model, "xqzzt"), None);
/// # Ok::<(), despin::Error>(())
/// ```
pub fn per_million(model: &dyn LanguageModel, wording: &str) -> Option<f64> {
    let units = units(wording, &tokenize(wording));
    let mut state = model.empty();
    let mut ln_prob = 0.0;
    let mut n_words = 0;
    for word in units.iter().filter_map(Unit::lm_word) {
        if !model.is_known(word) {
            return None;
        }
        let (score, next) = model.score(state, model.id(word));
        ln_prob += f64::from(score);
        state = next;
        n_words += 1;
    }
    (n_words > 0).then(|| ln_prob.exp() * 1e6)
}
