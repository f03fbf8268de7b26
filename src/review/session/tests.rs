use super::*;
use crate::detect::verdict::{Label, Verdict};
use crate::pipeline::{Despinner, Examined};
use crate::review::Replay;

const SPUN: &str = include_str!("../../../fixtures/restore/harbour_article/input.txt");
const DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn examined() -> Examined {
    let examined = Despinner::builtin().unwrap().examine(SPUN.as_bytes());
    assert_eq!(Verdict { label: Label::Spun, ..examined.verdict.clone() }, examined.verdict);
    examined
}

fn sheets(examined: &Examined, sha256: &str) -> Vec<Sheet> {
    let Examined { cleaned, sentences, proposals, .. } = examined.clone();
    vec![Sheet::new("harbour.txt".into(), sha256.into(), cleaned, sentences, proposals)]
}

fn session_of(examined: &Examined, ledger: &Ledger) -> Session {
    Session::new(sheets(examined, DIGEST), ledger, false)
}

fn type_in(session: &mut Session, keys: &str) -> Flow {
    let key = |c| match c {
        '⏎' => Key::Enter,
        '⎋' => Key::Esc,
        '⌫' => Key::Backspace,
        '⌧' => Key::Ctrl('u'),
        c => Key::Char(c),
    };
    keys.chars().map(|c| session.press(key(c))).last().unwrap_or(Flow::Stay)
}

/// Records as `VERB BEFORE>WORDING`, with their scope.
fn said(records: &[Record]) -> Vec<String> {
    let scope = |record: &Record| match record.scope {
        Scope::Here => "",
        Scope::File => " file",
        Scope::Everywhere => " everywhere",
    };
    let wording = |record: &Record| record.text.clone().or_else(|| record.after.clone()).unwrap_or_default();
    records.iter().map(|r| format!("{:?} {}>{}{}", r.decision, r.before, wording(r), scope(r)).to_lowercase()).collect()
}

fn at(session: &Session) -> &str {
    &session.proposal(session.current().unwrap()).edit.before
}

#[test]
fn keys_decide_and_move_on() {
    let examined = examined();
    let mut session = session_of(&examined, &Ledger::default());
    let words: Vec<&str> = examined.proposals.iter().map(|p| p.edit.before.as_str()).collect();
    assert_eq!(at(&session), words[0]);
    type_in(&mut session, "yns");
    assert_eq!(at(&session), words[3]);
    type_in(&mut session, "e⌧my own⌫n⏎");
    let verbs: Vec<Verb> = session.added().iter().map(|record| record.decision).collect();
    assert_eq!(verbs, [Verb::Accept, Verb::Reject, Verb::Skip, Verb::Rewrite]);
    assert_eq!(session.added()[3].text.as_deref(), Some("my own"));
    assert_eq!((session.progress().n_changed, session.progress().n_rejected), (2, 1));
    assert_eq!(type_in(&mut session, "q"), Flow::Quit);
    assert_eq!(session.press(Key::Ctrl('c')), Flow::BreakOff);
}

#[test]
fn a_pair_is_decided_for_the_whole_file_and_taken_back_at_once() {
    let examined = examined();
    let mut session = session_of(&examined, &Ledger::default());
    let said_places = |p: &&Proposal| p.edit.before == "mentioned" && p.edit.after == "said";
    let n_said = examined.proposals.iter().filter(said_places).count();
    assert!(n_said >= 5, "{n_said}");
    type_in(&mut session, "/mentioned⏎a");
    assert_eq!(session.progress().n_changed, n_said);
    assert_eq!(session.message(), format!("accepted, and {} more in this file", n_said - 1));
    assert_eq!(said(session.added()), ["accept mentioned>said file"]);
    type_in(&mut session, "u");
    assert_eq!((session.progress().n_changed, session.added().len(), at(&session)), (0, 0, "mentioned"));
    type_in(&mut session, "D");
    assert_eq!(said(session.added()), ["reject mentioned>said everywhere"]);
    assert_eq!(session.progress().n_rejected, n_said);
}

#[test]
fn a_second_sitting_shows_what_is_new_and_can_take_back() {
    let examined = examined();
    let mut first = session_of(&examined, &Ledger::default());
    type_in(&mut first, "yyns");
    let ledger = Ledger { records: first.added().to_vec(), ..Ledger::default() };

    let mut second = session_of(&examined, &ledger);
    assert_eq!(second.progress().n_hidden, 3);
    // What was put off comes again.
    assert_eq!(second.current(), Some(3));
    type_in(&mut second, "uu");
    assert_eq!(second.current(), Some(2), "{}", second.message());
    let undone: Vec<Verb> = second.added().iter().map(|record| record.decision).collect();
    assert_eq!(undone, [Verb::Undo, Verb::Undo]);
    assert_eq!(second.progress().n_rejected, 0);
    type_in(&mut second, "y");
    assert_eq!(second.progress().n_changed, 3);

    let all = Ledger { records: second.records.clone(), ..Ledger::default() };
    let third = Session::new(sheets(&examined, DIGEST), &all, true);
    assert_eq!((third.progress().n_hidden, third.progress().n_changed), (0, 3));
}

#[test]
fn what_is_shown_is_what_is_carried_out() {
    let examined = examined();
    let sha256 = crate::journal::sha256(SPUN.as_bytes());
    let mut session = Session::new(sheets(&examined, &sha256), &Ledger::default(), false);
    type_in(&mut session, "yyn/mentioned⏎ajjkke⌧folk⏎1sGyguu");
    let changed = session.progress().n_changed;
    let mut replay = Replay::new(Ledger { records: session.added().to_vec(), ..Ledger::default() });
    let report = examined.decided_by(&mut replay);
    assert!(replay.refusals().is_empty());
    let edits = report.decisions.iter().filter(|decision| decision.is_change()).count();
    assert!(changed > 5 && edits == changed, "{edits} of {changed}");
    for (item, decision) in report.decisions.iter().enumerate() {
        let shown = session.ruling(item).map_or(Decision::Skip, |ruling| ruling.decision.clone());
        assert_eq!(*decision, shown, "{:?}", report.proposals[item]);
    }
}

#[test]
fn moves_stop_at_the_ends_and_unknown_keys_are_told() {
    let examined = examined();
    let mut session = session_of(&examined, &Ledger::default());
    let last = examined.proposals.len() - 1;
    type_in(&mut session, "kk");
    assert_eq!(session.current(), Some(0));
    type_in(&mut session, "Gj");
    assert_eq!(session.current(), Some(last));
    session.press(Key::PageUp);
    assert_eq!(session.current(), Some(last - PAGE));
    type_in(&mut session, "gx");
    assert_eq!((session.current(), session.message()), (Some(0), "no such key; ? shows them"));
    type_in(&mut session, "/no such words⏎");
    assert!(session.message().starts_with("“no such words” is in no change"), "{}", session.message());
    type_in(&mut session, "?");
    assert_eq!(*session.mode(), Mode::Help);
    type_in(&mut session, "y");
    assert_eq!((session.mode(), session.added().len()), (&Mode::Deciding, 0));
    type_in(&mut session, "ux9");
    assert!(session.message().starts_with("there is no rival 9"));
}

#[test]
fn an_empty_sitting_takes_every_key() {
    let examined = Despinner::builtin().unwrap().examine(b"");
    let mut session = session_of(&examined, &Ledger::default());
    assert_eq!(session.current(), None);
    type_in(&mut session, "ynadADse1jkgGu/x⏎?x");
    session.press(Key::PageDown);
    assert!(session.added().is_empty());
    assert_eq!(type_in(&mut session, "q"), Flow::Quit);
}

#[test]
fn own_wording_that_says_nothing_new_is_no_rewrite() {
    let examined = examined();
    let mut session = session_of(&examined, &Ledger::default());
    let before = at(&session).to_string();
    type_in(&mut session, "e⏎");
    type_in(&mut session, "u");
    type_in(&mut session, &format!("e⌧{before}⏎u"));
    type_in(&mut session, "e⌧⏎");
    assert_eq!(session.message(), "type the words, or leave with Esc");
    type_in(&mut session, "⎋");
    assert!(session.added().is_empty() && *session.mode() == Mode::Deciding);
    type_in(&mut session, "e⏎");
    assert_eq!(session.added()[0].decision, Verb::Accept);
    type_in(&mut session, &format!("ge⌧{before}⏎"));
    assert_eq!(session.added()[1].decision, Verb::Reject);
}
