//! Runs a sitting on the terminal: keys in, screens out, and the terminal as it was at the end, however it ends.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use ratatui::crossterm::cursor::Show;
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
    // Dropping it would show the cursor, and where that fails say so on the standard error, which panics where that is gone,
    // too: the guard does it instead.
    let mut terminal = std::mem::ManuallyDrop::new(ratatui::try_init().map_err(|e| {
        let _ = ratatui::try_restore();
        unusable(e)
    })?);
    let _guard = Guard;
    // A terminal that cannot mark what is pasted sends it as keys: not nice, but no reason to end.
    let _ = execute!(std::io::stdout(), EnableBracketedPaste);
    let is_coloured = is_coloured();
    let listener = Listener::start();
    loop {
        if terminal.draw(|frame| draw(frame, session, is_coloured)).is_err() {
            return Ok(Flow::BreakOff);
        }
        let event = loop {
            if is_told_to_end.load(Ordering::Relaxed) {
                return Ok(Flow::BreakOff);
            }
            match listener.events.recv_timeout(TICK) {
                Ok(event) => break event,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(Flow::BreakOff),
            }
        };
        let flow = match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                key_of(key).map_or(Flow::Stay, |key| session.press(key))
            }
            Event::Paste(text) => {
                session.paste(&text);
                Flow::Stay
            }
            // A new size is drawn at the next turn.
            _ => Flow::Stay,
        };
        if flow != Flow::Stay {
            listener.stop();
            return Ok(flow);
        }
    }
}

/// Reads the terminal on a thread of its own: where the terminal is gone, crossterm's reading never comes back, and the
/// decisions must be kept all the same.
struct Listener {
    events: Receiver<Event>,
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Listener {
    fn start() -> Listener {
        let (sender, events) = std::sync::mpsc::channel();
        let is_over = Arc::new(AtomicBool::new(false));
        let is_heard = Arc::clone(&is_over);
        let listen = move || {
            while !is_heard.load(Ordering::Relaxed) {
                let event = match poll(TICK).and_then(|is_there| if is_there { read().map(Some) } else { Ok(None) }) {
                    Ok(None) => continue,
                    Ok(Some(event)) => event,
                    Err(_) => return,
                };
                if sender.send(event).is_err() {
                    return;
                }
            }
        };
        Listener { events, is_over, thread: std::thread::spawn(listen) }
    }

    /// Waits until nothing is read any more, so that what is typed next is for whoever comes next.
    fn stop(self) {
        self.is_over.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
    }
}

/// Gives the terminal back when it goes, whatever the reason.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = execute!(std::io::stdout(), DisableBracketedPaste, Show);
        // Not `restore`, which writes its failure to the standard error, and that may be gone as well.
        let _ = ratatui::try_restore();
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
