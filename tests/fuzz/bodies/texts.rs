//! Texts: decoded, cut into tokens, cleaned, judged and restored.

use despin::clean::boilerplate::Removal;
use despin::clean::{self, rules};
use despin::detect::classifier::Classifier;
use despin::detect::verdict::Label;
use despin::document::Document;
use despin::journal::Journal;
use despin::page::Html;
use despin::pipeline;
use despin::text::edit::{Cause, Edit, EditScript};
use despin::text::offsets::OffsetMap;
use despin::text::source::{Encoding, Layout, Source};
use despin::text::span::Span;
use despin::text::tokenize::tokenize;

use super::{ENCODINGS, is_probability, lossy, picked, with_despinner};

/// Bytes come back from the text that they are read as, in any encoding, and so does any text that an edit makes of it.
///
/// The first byte picks the encoding, the second where the edit is and what it puts there.
pub fn decode(bytes: &[u8]) {
    let (label, bytes) = picked(bytes);
    let (place, bytes) = picked(bytes);
    let encoding = ENCODINGS.get(label % (ENCODINGS.len() + 1)).map(|label| Encoding::for_label(label).unwrap());
    let source = Source::decode_as(bytes, encoding);
    let Source { text, layout } = &source;
    assert_eq!(layout.encode(text), bytes, "{encoding:?}");
    assert_eq!(layout.into_bytes(text.clone()), bytes, "{encoding:?}");
    assert_eq!(layout.read(bytes).as_ref(), Some(text), "{encoding:?}");
    assert!(layout.fits(text));
    let json = serde_json::to_string(layout).unwrap();
    assert_eq!(serde_json::from_str::<Layout>(&json).unwrap(), *layout);

    let mut places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    places.push(text.len());
    let nth = place * 7 % places.len();
    let span = Span::new(places[nth], places[(nth + place % 4).min(places.len() - 1)]);
    let after = ["", "a", "é", "日", "😀", "\u{fffd}", "\u{304}"][place % 7];
    let edit = Edit { span, before: span.of(text).into(), after: after.into(), cause: Cause::rule("fuzz") };
    let script = EditScript::new(vec![edit]).unwrap();
    let edited = script.apply(text).unwrap();
    let carried = layout.carried(&OffsetMap::of(&script), &script);
    assert!(carried.fits(&edited), "{encoding:?}");
    assert_eq!(carried.read(&carried.encode(&edited)), Some(edited), "{encoding:?}");
}

/// Tokens and gaps are the text; units are within tokens, and every token is in a sentence.
pub fn tokenise(bytes: &[u8]) {
    let text = lossy(bytes);
    let tokens = tokenize(&text);
    let mut at = 0;
    for token in &tokens {
        let Span { start, end } = token.span;
        assert!(at <= start && start < end, "{tokens:?}");
        assert!(text[at..start].chars().all(char::is_whitespace), "a gap with a word: {:?}", &text[at..start]);
        assert!(!text[start..end].contains(char::is_whitespace), "a token with a space: {:?}", &text[start..end]);
        at = end;
    }
    assert!(text[at..].chars().all(char::is_whitespace), "an end with a word: {:?}", &text[at..]);
    let classifier = Classifier::english().unwrap();
    let heard = [0..at / 2, at / 2..text.len()].map(|stretch| classifier.hear(&text, stretch));
    assert!(heard.iter().all(|heard| heard.log_odds.is_finite()));
    assert!(heard[0].n_words as usize + heard[1].n_words as usize <= text.len());

    let document = Document::new(text.clone(), &[]);
    assert_eq!(document.tokens(), tokens);
    let mut at = 0;
    for (nth, unit) in document.units().iter().enumerate() {
        assert!(at <= unit.span.start && unit.span.start < unit.span.end);
        assert!(text[at..unit.span.start].chars().all(char::is_whitespace), "a word between units");
        assert_eq!(unit.is_joined, nth > 0 && at == unit.span.start);
        assert_eq!(document.gap_before(nth), &text[at..unit.span.start]);
        assert!(!unit.span.of(&text).is_empty() && !unit.folded.is_empty());
        at = unit.span.end;
    }
    let mut left = tokens.iter().peekable();
    for sentence in document.sentences() {
        assert_eq!(left.peek().map(|token| token.span.start), Some(sentence.start));
        let mut end = sentence.start;
        while let Some(token) = left.next_if(|token| sentence.contains(token.span)) {
            end = token.span.end;
        }
        assert_eq!(end, sentence.end, "a sentence ends with its last token");
    }
    assert_eq!(left.next(), None, "every token is in a sentence");
    let shares = document.unit_shares();
    assert_eq!(shares.len(), document.units().len());
    assert!(shares.iter().all(|share| *share > 0.0 && *share <= 1.0));
}

/// Cleaning can be undone, has a reason for each edit, and finds nothing in what it cleaned.
///
/// The first byte picks what is removed, and a rule that is left out or alone used.
pub fn clean(bytes: &[u8]) {
    let (pick, bytes) = picked(bytes);
    let text = lossy(bytes);
    let all = Removal { boilerplate: true, meta: true, uncertain: true };
    let removal = [Removal::default(), Removal::USUAL, all, Removal { boilerplate: false, ..all }][pick % 4];
    let mut options = clean::Options { removal, has_ascii_quotes: pick & 4 != 0, ..clean::Options::default() };
    let rule = || vec![rules()[(pick >> 5) * 3 % rules().len()].name.to_string()];
    match pick & 24 {
        8 => options.skip = rule(),
        16 => options.only = rule(),
        _ => {}
    }
    let found = clean::look(&text, &options);
    let once = found.script.apply(&text).unwrap();
    assert_eq!(found.script.invert().apply(&once).unwrap(), text);
    for edit in found.script.edits() {
        assert_ne!(edit.before, edit.after, "an edit that changes nothing, by {}", edit.cause.rule);
        for rule in edit.cause.rule.split('+') {
            assert!(!clean::reason(rule).is_empty(), "an edit of no known rule: {rule}");
        }
    }
    for line in &found.lines {
        assert!(text.get(line.span.start..line.span.end).is_some(), "a line that is not of the text");
        assert!(is_probability(line.probability()), "{}", line.probability());
    }
    let again = clean::clean(&once, &options);
    // Deeper than 64 cleaning gives up.
    let is_deep = ["[]", "<>", "{}"].iter().any(|pair| depth(&text, pair) > 60);
    assert!(again.is_empty() || is_deep, "cleaning the clean {once:?} finds {:?}", again.edits());
}

/// How deep brackets of this kind are nested in `text`, at most.
fn depth(text: &str, pair: &str) -> usize {
    let (mut now, mut most) = (0usize, 0);
    for c in text.chars() {
        if pair.starts_with(c) {
            now += 1;
            most = most.max(now);
        } else if pair.ends_with(c) {
            now = now.saturating_sub(1);
        }
    }
    most
}

/// A verdict is a probability, the same each time, and its evidence stands in the text.
///
/// The first byte picks whether the text is a web page.
pub fn detect(bytes: &[u8]) {
    let (pick, bytes) = picked(bytes);
    with_despinner(|despinner| {
        despinner.options = pipeline::Options { html: html(pick), ..pipeline::Options::default() };
        let examined = despinner.examine(bytes);
        let verdict = &examined.verdict;
        assert!(is_probability(verdict.probability) && is_probability(verdict.rate), "{verdict:?}");
        assert_eq!(verdict.profile.is_some(), verdict.label != Label::Genuine);
        for evidence in &verdict.evidence {
            assert!(examined.cleaned.get(evidence.span.start..evidence.span.end).is_some_and(|it| !it.is_empty()));
            assert!(evidence.log_odds.is_finite(), "{evidence:?}");
        }
        assert!(verdict.evidence.is_sorted_by_key(|evidence| evidence.span.start));
        assert_eq!(despinner.detect(bytes), *verdict);
    });
}

/// Restoring is taken back by its journal, proposes disjoint edits of real probabilities, and leaves a text alone that is not
/// judged spun.
///
/// The first byte picks whether it is forced, whether the text is a web page, and the encoding.
pub fn restore(bytes: &[u8]) {
    let (pick, bytes) = picked(bytes);
    let is_forced = pick & 4 == 0;
    let encoding = (pick & 8 != 0).then(|| Encoding::for_label(ENCODINGS[(pick >> 4) * 3 % ENCODINGS.len()]).unwrap());
    let options = pipeline::Options { is_forced, html: html(pick), encoding, ..pipeline::Options::default() };
    let report = with_despinner(|despinner| {
        despinner.options = options;
        despinner.run(bytes)
    });
    let journal = Journal::from_json("journal", &report.journal.to_json()).unwrap();
    assert_eq!(journal.undo(&report.restored_bytes).unwrap(), bytes);
    assert_eq!(journal.redo(bytes).unwrap(), report.restored_bytes);
    assert_eq!(report.script().apply(&report.source).unwrap(), report.restored);
    assert_eq!(report.script().invert().apply(&report.restored).unwrap(), report.source);
    if !is_forced && report.verdict.label != Label::Spun {
        assert_eq!(report.restored, report.cleaned);
    }
    assert_eq!(report.decisions.len(), report.proposals.len());
    let mut at = 0;
    for proposal in &report.proposals {
        let edit = &proposal.edit;
        assert!(at <= edit.span.start, "proposals overlap: {:?}", report.proposals);
        assert_eq!(report.cleaned.get(edit.span.start..edit.span.end), Some(edit.before.as_str()));
        assert!(is_probability(proposal.probability), "{proposal:?}");
        assert!(proposal.rivals.iter().all(|rival| is_probability(rival.probability)), "{proposal:?}");
        let score = proposal.score;
        assert!([score.language_model, score.channel, score.spelling].iter().all(|nats| nats.is_finite()), "{score:?}");
        assert!(!edit.cause.rule.is_empty());
        at = edit.span.end;
    }
}

fn html(pick: usize) -> Html {
    [Html::Sniffed, Html::Never, Html::Always, Html::Sniffed][pick % 4]
}
