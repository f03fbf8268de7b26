//! Lists what is proposed and decided, for programs and for people who have no terminal. docs/formats.md describes it.

use serde::Serialize;

use crate::journal::Rival;
use crate::render::visible;
use crate::report::grounds;
use crate::review::Decision;
use crate::review::id;
use crate::review::session::Session;

/// What the field `format` says.
pub const FORMAT: &str = "despin-proposals";
/// The version of the format.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Object<'a> {
    format: &'static str,
    version: u32,
    path: &'a str,
    sha256: &'a str,
    proposals: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    line: usize,
    start: usize,
    end: usize,
    before: &'a str,
    after: &'a str,
    sentence: &'a str,
    /// Where the sentence begins, so that the place in it is known.
    sentence_start: usize,
    probability: f64,
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    rivals: Vec<Rival>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    /// False where a decision about another place reaches here.
    #[serde(skip_serializing_if = "Option::is_none")]
    own: Option<bool>,
}

/// What became of a proposal: `open`, `accepted`, `rejected`, `rewritten` or `skipped`.
pub fn state(decision: Option<&Decision>) -> &'static str {
    match decision {
        None => "open",
        Some(Decision::Accept) => "accepted",
        Some(Decision::Reject) => "rejected",
        Some(Decision::Rewrite(_)) => "rewritten",
        Some(Decision::Skip) => "skipped",
    }
}

/// One JSON object a text, one a line.
pub fn json(session: &Session) -> String {
    let object = |sheet: usize| {
        let items: Vec<usize> = session.shown().filter(|&item| session.sheet_of(item) == sheet).collect();
        let sheet = &session.sheets()[sheet];
        let proposals = items.into_iter().map(|item| one(session, item)).collect();
        let object = Object { format: FORMAT, version: VERSION, path: &sheet.name, sha256: &sheet.sha256, proposals };
        serde_json::to_string(&object).expect("strings, numbers and lists are JSON") + "\n"
    };
    (0..session.sheets().len()).map(object).collect()
}

fn one(session: &Session, item: usize) -> Item<'_> {
    let (sheet, proposal) = (session.sheet(item), session.proposal(item));
    let ruling = session.ruling(item);
    let edit = &proposal.edit;
    let sentence = sheet.sentence(edit.span);
    Item {
        id: id(&sheet.sha256, proposal),
        line: sheet.line(edit.span),
        start: edit.span.start,
        end: edit.span.end,
        before: &edit.before,
        after: &edit.after,
        sentence: sentence.of(&sheet.text),
        sentence_start: sentence.start,
        probability: proposal.probability,
        rule: &edit.cause.rule,
        place: edit.cause.place.as_deref(),
        rivals: grounds(proposal).rivals,
        state: state(ruling.map(|ruling| &ruling.decision)),
        text: ruling.and_then(|ruling| match &ruling.decision {
            Decision::Rewrite(text) => Some(text.as_str()),
            _ => None,
        }),
        own: ruling.map(|ruling| ruling.is_own),
    }
}

/// A line a proposal: place, words, probability, cause and state; nothing in it that a terminal would act on.
pub fn human(session: &Session) -> String {
    let line = |item: usize| {
        let (sheet, proposal) = (session.sheet(item), session.proposal(item));
        let edit = &proposal.edit;
        let decision = session.ruling(item).map(|ruling| &ruling.decision);
        let cause = edit.cause.place.as_deref().unwrap_or(&edit.cause.rule);
        let state = match decision {
            Some(Decision::Rewrite(text)) => format!("rewritten: {text}"),
            decision => state(decision).to_string(),
        };
        let text = format!(
            "{}:{}: [-{}-]{{+{}+}} {:.2} {cause} ({}) {state}",
            sheet.name,
            sheet.line(edit.span),
            edit.before,
            edit.after,
            proposal.probability,
            id(&sheet.sha256, proposal),
        );
        visible(&text).into_owned() + "\n"
    };
    session.shown().map(line).collect()
}
