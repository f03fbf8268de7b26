//! Looks at close decisions again with a model that reads the whole text before them.
//!
//! A trigram sees two words back. What it leaves open is put, wording by wording, into the text as it is restored so far,
//! and a larger model says how probable each makes the next words. Both opinions are joined as in log-linear models (Och
//! and Ney 2002, "Discriminative training and maximum entropy models for statistical machine translation", equation 6):
//! ln P(wording) = a · ln P_decoder + g · ln P_model + constant, over the wordings of one place.

use crate::document::Document;
use crate::lm::sequence::{Question, SequenceModel};
use crate::restore::Options;
use crate::restore::atom::Atom;
use crate::restore::choose::{Field, calibrated};
use crate::restore::place::{Place, unsettled};
use crate::text::article::article_for;
use crate::text::casing::transfer;

/// How much the decoder's ln P counts: a.
///
/// Source: highest `removed` on the even-numbered half of dev with SmolLM2-135M (docs/rescorer.md).
const DECODER_WEIGHT: f64 = 0.7;
/// How much the model's ln P counts: g. Less than 1, since the decoder has seen the near words, too.
///
/// Source: as [`DECODER_WEIGHT`].
const MODEL_WEIGHT: f64 = 0.5;
/// How many changes missed a needless one is as bad as, once the model has spoken: what it finds would otherwise cost precision
/// where little was replaced.
///
/// Source: the even-numbered half of dev (docs/rescorer.md).
const NEEDLESS_COST: f64 = 1.5;
/// Keeping is not held less probable than this before the model has spoken.
///
/// Source: a tenth of the least probability that the field looks at.
const KEEP_FLOOR: f64 = 1e-4;

/// Units after a place by which its wordings are judged; a line ends them early.
///
/// Source: `removed` on the even-numbered half of dev is 0.008 less with 2, and 0.002 less with 4.
const N_AFTER: usize = 8;
/// Bytes of text that are read in one go, and the most that a place has before it.
///
/// Source: some 1,300 of SmolLM2's tokens, of the 8,192 that it was made for; longer than most articles.
const BLOCK_BYTES: usize = 6000;
/// Sentences before the first place of a block.
const LEAD_SENTENCES: usize = 2;
/// Bytes before the first place of a block, where sentences are longer.
const LEAD_BYTES: usize = 2000;

/// Gives the unsettled changes of `field` the probabilities that they have in the eyes of decoder and `model` together.
pub fn rescore(document: &Document, field: &mut Field, model: &dyn SequenceModel, options: &Options) {
    let places = unsettled(field);
    let is_made = |p: f64| calibrated(p) >= options.apply_from;
    let made = field.choose(options.offer_from).into_iter().filter(|c| c.is_worth_it() && is_made(c.probability));
    let draft = Draft { document, atoms: made.map(|choice| choice.atom.clone()).collect() };
    let mut windows: Vec<Window> = places.into_iter().map(|place| Window::new(&draft, field, place)).collect();
    windows.sort_by_key(|window| (window.first, window.end));
    let mut probabilities = Vec::new();
    let mut rest = &windows[..];
    while !rest.is_empty() {
        let (block, others) = rest.split_at(block_len(document, rest));
        let (text, questions) = ask(&draft, block);
        let answers = model.ln_probs(&text, &questions);
        for (Window { place, .. }, ln_probs) in block.iter().zip(&answers) {
            let found = join(place, ln_probs).unwrap_or_default();
            for (wording, probability) in place.wordings.iter().zip(found) {
                probabilities.extend(wording.choices.iter().map(|&choice| (choice, probability)));
            }
        }
        rest = others;
    }
    field.reweigh(&probabilities);
    field.shun_needless(NEEDLESS_COST);
}

/// The probability of each wording of `place`, given the model's ln P of keeping and of each of them; none where that is
/// no number.
fn join(place: &Place, ln_probs: &[f64]) -> Option<Vec<f64>> {
    let priors: Vec<f64> = std::iter::once(place.kept.max(KEEP_FLOOR))
        .chain(place.wordings.iter().map(|wording| wording.probability))
        .collect();
    if ln_probs.len() != priors.len() || !ln_probs.iter().all(|p| p.is_finite()) {
        return None;
    }
    let score = |(prior, ln_prob): (&f64, &f64)| DECODER_WEIGHT * prior.ln() + MODEL_WEIGHT * ln_prob;
    let scores: Vec<f64> = priors.iter().zip(ln_probs).map(score).collect();
    let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = scores.iter().map(|score| (score - best).exp()).sum();
    // What was not asked about keeps its share.
    let asked: f64 = priors.iter().sum();
    let share = asked / (asked + place.rest);
    Some(scores[1..].iter().map(|score| share * (score - best).exp() / total).collect())
}

/// A place with the words around it that its wordings are judged with.
struct Window {
    place: Place,
    /// First unit; white space is before it.
    first: usize,
    /// One past the last unit.
    end: usize,
    /// What stands there with the place kept, and with each wording.
    texts: Vec<String>,
}

impl Window {
    fn new(draft: &Draft, field: &Field, place: Place) -> Window {
        let wordings: Vec<Vec<&Atom>> = place
            .wordings
            .iter()
            .map(|wording| wording.choices.iter().map(|&idx| &field.choices()[idx].atom).collect())
            .collect();
        let all = || wordings.iter().flatten();
        let start = all().map(|atom| atom.start).fold(place.start, u32::min);
        let end = all().map(|atom| atom.end).fold(place.end, u32::max);
        // Changes that reach over the rim are seen as a whole.
        let over = draft.touching(start as usize, end as usize);
        let start = over.first().map_or(start, |atom| atom.start.min(start)) as usize;
        let end = over.last().map_or(end, |atom| atom.end.max(end)) as usize;
        let first = draft.beginning(start);
        let end = draft.after(end, N_AFTER);
        let others: Vec<&Atom> = draft
            .touching(first, end)
            .iter()
            .filter(|atom| atom.start >= place.end || atom.end <= place.start)
            .filter(|atom| !all().any(|other| other == atom))
            .collect();
        let with = |wording: &[&Atom]| {
            let is_apart = |atom: &&Atom| wording.iter().all(|w| atom.start >= w.end || atom.end <= w.start);
            let mut atoms: Vec<&Atom> =
                others.iter().copied().filter(is_apart).chain(wording.iter().copied()).collect();
            atoms.sort_by_key(|atom| atom.start);
            let mut text = String::new();
            write(draft.document, atoms.into_iter(), first..end, &mut text);
            text
        };
        let texts = std::iter::once(with(&[])).chain(wordings.iter().map(|wording| with(wording))).collect();
        Window { place, first, end, texts }
    }
}

/// How many of `windows`, the first ones, are asked about in one go; at least one.
fn block_len(document: &Document, windows: &[Window]) -> usize {
    let units = document.units();
    let from = units[lead(document, &windows[0])].span.start;
    windows.iter().take_while(|window| units[window.first].span.start - from <= BLOCK_BYTES).count().max(1)
}

/// The unit from which the text before `window` is read.
fn lead(document: &Document, window: &Window) -> usize {
    let at = document.units()[window.first].span.start;
    let sentences = document.sentences();
    let here = sentences.partition_point(|sentence| sentence.start <= at);
    let start = sentences.get(here.saturating_sub(1 + LEAD_SENTENCES)).map_or(0, |sentence| sentence.start);
    let start = start.max(at.saturating_sub(LEAD_BYTES));
    document.units().partition_point(|unit| unit.span.start < start).min(window.first)
}

/// The text that the places of `block` stand in, up to the last of them, and what is asked about them.
fn ask(draft: &Draft, block: &[Window]) -> (String, Vec<Question>) {
    let mut from = lead(draft.document, &block[0]);
    let mut text = String::new();
    let mut questions = Vec::with_capacity(block.len());
    for window in block {
        draft.write(from..window.first, &mut text);
        if questions.is_empty() {
            text = text.trim_start().to_string();
        }
        from = window.first;
        questions.push(Question { at: text.len(), continuations: window.texts.clone() });
    }
    (text, questions)
}

/// A text with the changes that are made so far, in order of place.
struct Draft<'a> {
    document: &'a Document,
    atoms: Vec<Atom>,
}

impl Draft<'_> {
    /// The changes that touch a unit of `start..end`.
    fn touching(&self, start: usize, end: usize) -> &[Atom] {
        let from = self.atoms.partition_point(|atom| atom.end as usize <= start);
        let to = self.atoms.partition_point(|atom| (atom.start as usize) < end);
        &self.atoms[from..to.max(from)]
    }

    /// The unit from which what stands at `unit` is read: with the article before it, and what is written without a space.
    fn beginning(&self, unit: usize) -> usize {
        let units = self.document.units();
        let whole = |mut unit: usize| {
            loop {
                unit = match self.touching(unit, unit + 1) {
                    [atom] if (atom.start as usize) < unit => atom.start as usize,
                    _ if unit > 0 && units[unit].is_joined => unit - 1,
                    _ => return unit,
                };
            }
        };
        let first = whole(unit);
        match first.checked_sub(1).filter(|&before| is_article(&units[before].folded)) {
            Some(article) => whole(article),
            None => first,
        }
    }

    /// One past the last of `n` units that the draft has from `unit` on, or of fewer where the line ends.
    fn after(&self, mut unit: usize, n: usize) -> usize {
        let mut n_seen = 0;
        while unit < self.document.units().len() && n_seen < n {
            if n_seen > 0 && self.document.gap_before(unit).contains('\n') {
                break;
            }
            match self.touching(unit, unit + 1) {
                [atom] => {
                    n_seen += usize::from(!atom.after.is_empty());
                    unit = atom.end as usize;
                }
                _ => {
                    n_seen += 1;
                    unit += 1;
                }
            }
        }
        unit
    }

    /// Adds what the draft has at `units` to `out`.
    fn write(&self, units: std::ops::Range<usize>, out: &mut String) {
        let atoms = self.touching(units.start, units.end).iter();
        write(self.document, atoms, units, out);
    }
}

/// Adds the text of `units`, with the changes `atoms` made and each word's white space before it, to `out`.
fn write<'a>(
    document: &Document,
    atoms: impl Iterator<Item = &'a Atom>,
    units: std::ops::Range<usize>,
    out: &mut String,
) {
    let text = document.text();
    let mut atoms = atoms.skip_while(|atom| (atom.start as usize) < units.start).peekable();
    let mut unit = units.start;
    while unit < units.end {
        let gap = document.gap_before(unit);
        if let Some(atom) = atoms.next_if(|atom| atom.start as usize == unit) {
            if !atom.after.is_empty() {
                out.push_str(gap);
                out.push_str(&atom.after);
            }
            unit = atom.end as usize;
            continue;
        }
        out.push_str(gap);
        let word = document.units()[unit].span.of(text);
        unit += 1;
        let next = atoms.peek().filter(|atom| atom.start as usize == unit && !document.units()[unit].is_joined);
        let first = next.and_then(|atom| atom.after.split([' ', '-', '\n']).next()).filter(|word| !word.is_empty());
        match first {
            Some(first) if is_article(word) => out.push_str(&transfer(word, article_for(first))),
            _ => out.push_str(word),
        }
    }
}

fn is_article(word: &str) -> bool {
    word.eq_ignore_ascii_case("a") || word.eq_ignore_ascii_case("an")
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::lexicon::dictionary::Lexicon;
    use crate::lexicon::format::parse;
    use crate::lm::UniformModel;
    use crate::pipeline::{self, Despinner};

    /// Finds what holds its word e^10 times as probable as the rest, and remembers what it was asked.
    struct Fake {
        word: &'static str,
        seen: Mutex<Vec<(String, Vec<Question>)>>,
    }

    impl Fake {
        fn new(word: &'static str) -> Fake {
            Fake { word, seen: Mutex::default() }
        }
    }

    impl SequenceModel for Fake {
        fn ln_probs(&self, text: &str, questions: &[Question]) -> Vec<Vec<f64>> {
            self.seen.lock().unwrap().push((text.to_string(), questions.to_vec()));
            let ln_prob = |text: &String| if text.contains(self.word) { -10.0 } else { -20.0 };
            questions.iter().map(|question| question.continuations.iter().map(ln_prob).collect()).collect()
        }
    }

    /// Answers all questions with the same.
    struct Broken(Option<f64>);

    impl SequenceModel for Broken {
        fn ln_probs(&self, _: &str, questions: &[Question]) -> Vec<Vec<f64>> {
            let answer = |question: &Question| self.0.map_or(Vec::new(), |p| vec![p; question.continuations.len()]);
            questions.iter().map(answer).collect()
        }
    }

    const ENTRIES: &str = "zorblax\tcat\tnoun\t0.4\nzorblax\tox\tnoun\t0.4\nelderly\told\tadj\t0.5\n";

    fn restored(text: &str, rescorer: Option<&dyn SequenceModel>) -> String {
        let lexicon = Lexicon::new(vec![parse("mine.tsv", ENTRIES).unwrap()]);
        let model = UniformModel::new(1000);
        let options = pipeline::Options { clean: None, is_forced: true, ..pipeline::Options::default() };
        let despinner = Despinner::new(&lexicon, &model).with(options);
        let report = match rescorer {
            Some(rescorer) => despinner.with_rescorer(rescorer).run(text.as_bytes()),
            None => despinner.run(text.as_bytes()),
        };
        assert!(report.proposals.iter().all(|p| (0.0..=1.0).contains(&p.probability)), "{text}");
        report.restored
    }

    const TEXT: &str = "We saw a zorblax there.";

    #[test]
    fn the_model_decides_what_is_close() {
        assert_eq!(restored(TEXT, Some(&Fake::new("cat"))), "We saw a cat there.");
        assert_eq!(restored(TEXT, Some(&Fake::new(" ox"))), "We saw an ox there.");
        assert_eq!(restored(TEXT, Some(&Fake::new("zorblax"))), TEXT);
    }

    #[test]
    fn an_answer_that_is_no_number_changes_nothing() {
        let plain = restored(TEXT, None);
        for broken in [None, Some(f64::NAN), Some(f64::NEG_INFINITY)] {
            assert_eq!(restored(TEXT, Some(&Broken(broken))), plain);
        }
    }

    #[test]
    fn wordings_stand_in_their_context_with_the_right_article() {
        let fake = Fake::new("cat");
        restored("First.\n\nWe saw “a zorblax” there, and one two three four five six seven.\nLast.", Some(&fake));
        let seen = fake.seen.lock().unwrap();
        let (text, questions) = &seen[0];
        assert_eq!((seen.len(), questions.len()), (1, 1));
        assert_eq!(&text[..questions[0].at], "First.\n\nWe saw");
        let mut continuations = questions[0].continuations.clone();
        assert_eq!(continuations.remove(0), " “a zorblax” there, and one two three four");
        continuations.sort();
        assert_eq!(continuations, [" “a cat” there, and one two three four", " “an ox” there, and one two three four"]);
    }

    #[test]
    fn long_texts_are_asked_about_in_blocks() {
        let fake = Fake::new("cat");
        let text = "He had a zorblax in the big house by the sea. Nobody knew of it.\n".repeat(300);
        assert!(!restored(&text, Some(&fake)).contains("zorblax"));
        let seen = fake.seen.lock().unwrap();
        assert_eq!(seen.iter().map(|(_, questions)| questions.len()).sum::<usize>(), 300);
        assert!(seen.len() > 2 && seen.iter().all(|(text, _)| text.len() <= BLOCK_BYTES));
        // Each block begins with the sentences before its first place.
        assert!(seen[1].0[..seen[1].1[0].at].starts_with("He had a"));
    }

    #[test]
    fn text_without_sentences_is_not_read_for_ever() {
        let fake = Fake::new("cat");
        restored(&"zorblax elderly ".repeat(2000), Some(&fake));
        assert!(fake.seen.lock().unwrap().iter().all(|(text, _)| text.len() <= BLOCK_BYTES));
    }

    #[test]
    fn any_run_of_changes_can_be_asked_about() {
        for text in
            ["zorblax", "A zorblax", "zorblax zorblax zorblax", "“zorblax-elderly”-zorblax\n\n", "a a zorblax a"]
        {
            restored(text, Some(&Fake::new("cat")));
        }
    }

    #[test]
    fn the_model_is_not_asked_about_a_text_that_is_not_judged_spun() {
        let fake = Fake::new("");
        let article = include_bytes!("../../fixtures/genuine/harbour_article/input.txt");
        let report = Despinner::builtin().unwrap().with_rescorer(&fake).run(article);
        assert!(!report.is_changed() && fake.seen.lock().unwrap().is_empty());
    }

    #[test]
    fn both_opinions_are_joined() {
        let field = Field::of(&[(0, 1, "cat", 0.3, 1), (0, 1, "ox", 0.2, 2), (0, 1, "eel", 0.005, 3)]);
        let place = &unsettled(&field)[0];
        assert_eq!((place.wordings.len(), place.rest), (2, 0.005));
        let joined = join(place, &[-3.0, -1.0, -2.0]).unwrap();
        // P^0.7 · e^(0.5 · ln P_model), over keeping and both, of the share that was asked about.
        let weigh = |prior: f64, ln_prob: f64| prior.powf(0.7) * (0.5 * ln_prob).exp();
        let scores = [weigh(place.kept, -3.0), weigh(0.3, -1.0), weigh(0.2, -2.0)];
        let asked = place.kept + 0.5;
        let share = asked / (asked + 0.005) / scores.iter().sum::<f64>();
        for (found, score) in joined.iter().zip(&scores[1..]) {
            assert!((found - share * score).abs() < 1e-12, "{joined:?}");
        }
        assert_eq!(join(place, &[-3.0, -1.0]), None);
    }

    /// A document, and a draft of it in which the words of `changes` have become others: `(first unit, one past the last, after)`.
    fn draft<'a>(document: &'a Document, changes: &[(u32, u32, &str)]) -> Draft<'a> {
        let atom = |&(start, end, after): &(u32, u32, &str)| Atom { start, end, after: after.to_string() };
        Draft { document, atoms: changes.iter().map(atom).collect() }
    }

    #[test]
    fn a_draft_is_the_text_with_its_changes() {
        let document = Document::new("He saw a zorblax, so an old-time man left\nat once.".to_string(), &[]);
        let units: Vec<&str> = document.units().iter().map(|unit| unit.folded.as_str()).collect();
        assert_eq!(units[..10], ["he", "saw", "a", "zorblax", ",", "so", "an", "old", "-", "time"]);
        let draft = draft(&document, &[(3, 4, "ox"), (5, 6, ""), (7, 11, "youth")]);
        let write = |units: std::ops::Range<usize>| {
            let mut out = String::new();
            draft.write(units, &mut out);
            out
        };
        assert_eq!(write(0..document.units().len()), "He saw an ox, a youth left\nat once.");
        assert_eq!(
            (write(0..3).as_str(), write(4..7).as_str(), write(8..12).as_str()),
            ("He saw a", ", an", "-time man left")
        );
        let touching = |start, end| draft.touching(start, end).iter().map(|atom| atom.start).collect::<Vec<_>>();
        assert_eq!(
            (touching(0, 3), touching(3, 4), touching(4, 5), touching(3, 8)),
            (vec![], vec![3], vec![], vec![3, 5, 7])
        );
        assert_eq!((touching(10, 12), touching(11, 12)), (vec![7], vec![]));
        // With the article before it, and whole.
        assert_eq!((draft.beginning(3), draft.beginning(9), draft.beginning(1), draft.beginning(0)), (2, 6, 1, 0));
        // What goes is no unit, what changes is one; the line's end ends it, but for its first unit.
        assert_eq!((draft.after(3, 1), draft.after(3, 2), draft.after(4, 2), draft.after(6, 2)), (4, 5, 7, 11));
        assert_eq!((draft.after(7, 9), draft.after(12, 1), draft.after(12, 99)), (12, 13, document.units().len()));
    }

    #[test]
    fn places_are_seen_among_the_changes_beside_them() {
        let document = Document::new("the very elderly zorblax slept".to_string(), &[]);
        let field = Field::of(&[(3, 4, "cat", 0.5, 1)]);
        let place = || unsettled(&field).remove(0);
        let draft = draft(&document, &[(1, 3, "old")]);
        let window = Window::new(&draft, &field, place());
        assert_eq!((window.first, window.end), (3, 5));
        assert_eq!(window.texts, [" zorblax slept", " cat slept"]);
        // A change that reaches into the place is seen whole, and not made where a wording takes its place.
        let over = Draft { document: &document, atoms: vec![Atom { start: 2, end: 4, after: "ox".to_string() }] };
        let window = Window::new(&over, &field, place());
        assert_eq!((window.first, window.end), (2, 5));
        assert_eq!(window.texts, [" elderly zorblax slept", " elderly cat slept"]);
    }

    #[test]
    fn blocks_end_where_they_would_be_too_long() {
        let document = Document::new("word ".repeat(4000), &[]);
        let field = Field::of(&[(0, 1, "cat", 0.5, 1)]);
        let at = |first: usize| Window { place: unsettled(&field).remove(0), first, end: first + 1, texts: Vec::new() };
        let windows: Vec<Window> = [1000, 1500, 1700, 1801, 3900].map(at).into();
        // Read from 2,000 bytes before the first, at unit 600; 6,000 bytes on is unit 1,800.
        assert_eq!(lead(&document, &windows[0]), 600);
        assert_eq!((block_len(&document, &windows), block_len(&document, &windows[3..])), (3, 1));
    }
}
