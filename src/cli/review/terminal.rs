//! Runs a sitting on the terminal: keys in, screens out, and the terminal as it was at the end, however it ends.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read,
};
use ratatui::crossterm::execute;

use crate::cli::output::is_coloured;
use crate::cli::review::screen::draw;
use crate::error::{Error, Result};
use crate::review::session::{Flow, Key, Session};

/// How long a signal may wait to be heard.
const TICK: Duration = Duration::from_millis(100);

/// Lets a person decide until the sitting ends: by a key, by a signal, or because the terminal is gone.
///
/// # Errors
///
/// Where the terminal cannot be used at all. What happens to it later breaks the sitting off, and no decision is lost.
pub fn sit(session: &mut Session) -> Result<Flow> {
    let is_told_to_end = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&is_told_to_end)).map_err(unusable)?;
    }
    // Its panic hook gives the terminal back before anything is printed.
    let mut terminal = ratatui::try_init().map_err(|e| {
        ratatui::restore();
        unusable(e)
    })?;
    let _guard = Guard;
    // A terminal that cannot mark what is pasted sends it as keys: not nice, but no reason to end.
    let _ = execute!(std::io::stdout(), EnableBracketedPaste);
    let is_coloured = is_coloured();
    loop {
        let drawn = terminal.draw(|frame| draw(frame, session, is_coloured));
        if drawn.is_err() || is_told_to_end.load(Ordering::Relaxed) {
            return Ok(Flow::BreakOff);
        }
        // Several keys may wait; each tick looks whether a signal came.
        match poll(TICK) {
            Ok(false) => continue,
            Ok(true) => {}
            Err(_) => return Ok(Flow::BreakOff),
        }
        let flow = match read() {
            Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => {
                key_of(key).map_or(Flow::Stay, |key| session.press(key))
            }
            Ok(Event::Paste(text)) => {
                session.paste(&text);
                Flow::Stay
            }
            // A new size is drawn at the next turn.
            Ok(_) => Flow::Stay,
            Err(_) => Flow::BreakOff,
        };
        if flow != Flow::Stay {
            return Ok(flow);
        }
    }
}

/// Gives the terminal back when it goes, whatever the reason.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = execute!(std::io::stdout(), DisableBracketedPaste);
        ratatui::restore();
    }
}

fn unusable(error: std::io::Error) -> Error {
    Error::io(Path::new("terminal"), "use it", error, "decide with --accept, --reject or --decisions")
}

fn key_of(event: KeyEvent) -> Option<Key> {
    let is_control = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char(c) if is_control => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) if !event.modifiers.contains(KeyModifiers::ALT) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return None,
    })
}
