//! What the built-in models see of the built-in lexicon, worked out when despin was built.

use once_cell::sync::OnceCell;

use crate::channel::prepared::Prepared;
use crate::lexicon::builtin::{Aligned, is_builtin};
use crate::lexicon::dictionary::Lexicon;
use crate::lm::{BilinearModel, LanguageModel};

static NUMBERS: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/builtin.prepared")));

/// What these models see of `lexicon`, where all of them are the built-in ones.
pub(super) fn prepared(
    lexicon: &Lexicon,
    model: &dyn LanguageModel,
    context: Option<&BilinearModel>,
) -> Option<&'static Prepared> {
    static PREPARED: OnceCell<Prepared> = OnceCell::new();
    if !is_builtin(lexicon) {
        return None;
    }
    PREPARED.get_or_try_init(|| Prepared::read(&NUMBERS.0)).ok().filter(|prepared| prepared.is_of(model, context))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::reader::Reader;
    use crate::lexicon::builtin;
    use crate::lm::{NgramModel, UniformModel};

    #[test]
    fn is_what_the_models_see() {
        let (model, context) = (NgramModel::english().unwrap(), BilinearModel::english().unwrap());
        let lexicon = builtin::lexicon().unwrap();
        let found = prepared(lexicon, &model, Some(&context)).unwrap();
        assert!(*found == Prepared::new(lexicon, &model, &context).unwrap());
    }

    #[test]
    fn others_see_for_themselves() {
        let (model, context) = (NgramModel::english().unwrap(), BilinearModel::english().unwrap());
        let (lexicon, other) = (builtin::lexicon().unwrap(), Lexicon::new(builtin::files().unwrap()));
        assert!(prepared(&other, &model, Some(&context)).is_none());
        assert!(prepared(lexicon, &UniformModel::new(9), Some(&context)).is_none());
        let readers = [Reader::new(lexicon, &model, Some(&context)), Reader::new(&other, &model, Some(&context))];
        let without = Reader::new(lexicon, &model, None);
        for phrase in (0..lexicon.n_phrases() as u32).step_by(97) {
            let [one, two] = readers.each_ref().map(|reader| reader.words(phrase));
            assert_eq!(one, two);
            assert_eq!((without.words(phrase).words, without.words(phrase).context_words), (one.words, &[][..]));
        }
    }
}
