use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;

use super::*;
use crate::journal::sha256;
use crate::pipeline::{Despinner, Options};
use crate::review::Ledger;
use crate::review::session::{Key, Sheet};

const SPUN: &str = include_str!("../../../../fixtures/restore/harbour_article/input.txt");

fn session(name: &str, text: &str) -> Session {
    let options = Options { is_forced: true, ..Options::default() };
    let examined = Despinner::builtin().unwrap().with(options).examine(text.as_bytes());
    let digest = sha256(text.as_bytes());
    let sheet = Sheet::new(name.into(), digest, examined.cleaned, examined.sentences, examined.proposals);
    Session::new(vec![sheet], &Ledger::default(), false)
}

fn typed_in(mut session: Session, keys: &str) -> Session {
    for c in keys.chars() {
        session.press(if c == '⏎' { Key::Enter } else { Key::Char(c) });
    }
    session
}

fn terminal(session: &Session, width: u16, height: u16, is_coloured: bool) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(frame, session, is_coloured)).unwrap();
    terminal
}

fn screen(session: &Session, width: u16, height: u16) -> String {
    let terminal = terminal(session, width, height, false);
    let buffer = terminal.backend().buffer();
    let row = |y: u16| {
        let mut row = String::new();
        let mut hidden = 0;
        for x in 0..width {
            let symbol = buffer[(x, y)].symbol();
            // The second half of a wide character is no character.
            if hidden == 0 {
                row.push_str(symbol);
                hidden = symbol.width().max(1);
            }
            hidden -= 1;
        }
        row.trim_end().to_string() + "\n"
    };
    (0..height).map(row).collect()
}

/// Compares with fixtures/review/NAME.txt; `DESPIN_UPDATE=1 cargo test` writes it.
fn check(name: &str, session: &Session, width: u16, height: u16) {
    let path = format!("{}/fixtures/review/{name}_{width}x{height}.txt", env!("CARGO_MANIFEST_DIR"));
    let found = screen(session, width, height);
    if std::env::var_os("DESPIN_UPDATE").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{path} is out of date; DESPIN_UPDATE=1 cargo test --lib screen\n{found}");
}

/// Wide letters, marks that combine, letters from right to left, tabs, and what a terminal would act on.
const ODD: &str = "The gala\u{1b}[31m happened\tin 東京 and Café\u{301} X\u{202e}evil, שלום; he mentioned practically \
                   nine folks were glad.\n";

#[test]
fn screens_are_as_they_were() {
    for (width, height) in [(80, 24), (40, 20), (160, 40)] {
        check("begin", &session("harbour.txt", SPUN), width, height);
        check("decided", &typed_in(session("harbour.txt", SPUN), "yns/mentioned⏎aj"), width, height);
        check("odd", &session("a name\u{1b}.txt", ODD), width, height);
    }
    check("help", &typed_in(session("harbour.txt", SPUN), "?"), 40, 20);
    check("writing", &typed_in(session("harbour.txt", SPUN), "eX and some more words than would fit"), 40, 20);
}

#[test]
fn any_size_can_be_drawn() {
    for session in [
        session("a.txt", ""),
        session("odd.txt", ODD),
        typed_in(session("harbour.txt", SPUN), "Ge"),
        typed_in(session("harbour.txt", SPUN), "?"),
    ] {
        for (width, height) in
            [(0, 0), (1, 1), (2, 2), (7, 3), (12, 9), (24, 5), (71, 15), (72, 4), (300, 2), (500, 200)]
        {
            screen(&session, width, height);
        }
    }
}

#[test]
fn the_current_change_is_always_seen() {
    let mut session = session("harbour.txt", SPUN);
    for _ in 0..session.n_items() {
        let (item, words) =
            (session.current().unwrap(), |text: &str| text.split_whitespace().next().map(str::to_string));
        let marked = format!("[-{}", words(&session.proposal(item).edit.before).unwrap());
        for (width, height) in [(80, 24), (40, 20), (40, 10)] {
            let screen = screen(&session, width, height);
            assert!(screen.contains(&marked), "{marked}\n{screen}");
        }
        session.press(Key::Char('j'));
    }
}

#[test]
fn nothing_of_the_text_acts_on_the_terminal() {
    let screen = screen(&session("a\u{1b}[2J.txt", ODD), 80, 24);
    assert!(!screen.contains(['\u{1b}', '\u{202e}', '\t']), "{screen}");
    assert!(screen.contains("東京"), "{screen}");
}

#[test]
fn without_colours_there_are_none() {
    let session = typed_in(session("harbour.txt", SPUN), "yn");
    let colours = |is_coloured: bool| {
        let terminal = terminal(&session, 80, 24, is_coloured);
        let cells = terminal.backend().buffer().content().to_vec();
        cells.iter().filter(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset).count()
    };
    assert_eq!(colours(false), 0);
    assert!(colours(true) > 5);
}
