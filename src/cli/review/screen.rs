//! Draws a sitting: the change in its sentence, what speaks for it, the list of changes, how far one is, and the keys.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use crate::cli::review::wrap::{cut, flat, wrap};
use crate::restore::proposal::Applicability;
use crate::review::Decision;
use crate::review::editor::Editor;
use crate::review::session::{Mode, Session};

/// From this width on the list stands at the side; below it, under the change.
const WIDE: u16 = 72;
/// Lines that are left for the change before a list is drawn under it.
const LEAST_ABOVE: u16 = 12;
/// Columns of the names of fields.
const FIELD: usize = 10;

const KEYS: [&str; 15] = [
    "y n   accept, reject",
    "a d   the same for all further places",
    "      of this pair in this file",
    "A D   the same in all files",
    "e     own wording",
    "1-9   take this rival",
    "s     put off: is asked again next time",
    "u     take the last decision back",
    "j k   next, previous; arrows, too",
    "g G   first, last",
    "/     search; / Enter: the same again",
    "q     quit; what was decided is kept",
    "^C    the same, but nothing is written",
    "?     these keys",
    "Any key goes back.",
];

/// The keys that a line at the bottom names, the more important ones first.
const HINTS: [&str; 9] = [
    "y accept",
    "n reject",
    "e own words",
    "u undo",
    "s later",
    "a/d all in file",
    "1-9 rival",
    "/ search",
    "A/D everywhere",
];
const LAST_HINTS: &str = "? keys  q quit";

/// How things look.
struct Looks {
    spun: Style,
    proposed: Style,
    aside: Style,
    bar: Style,
}

impl Looks {
    fn new(is_coloured: bool) -> Looks {
        let plain = Style::new();
        // Marks stand beside the colours in any case; without colours, letters are told apart by weight alone.
        let colour = |colour| if is_coloured { plain.fg(colour) } else { plain };
        Looks {
            spun: colour(Color::Red).add_modifier(Modifier::UNDERLINED),
            proposed: colour(Color::Green).add_modifier(Modifier::BOLD),
            aside: plain.add_modifier(Modifier::DIM),
            bar: plain.add_modifier(Modifier::REVERSED),
        }
    }
}

/// Draws `session` on the whole of `frame`.
pub fn draw(frame: &mut Frame, session: &Session, is_coloured: bool) {
    let looks = Looks::new(is_coloured);
    let Rect { width, height, .. } = frame.area();
    if width == 0 || height == 0 {
        return;
    }
    text(frame, Rect::new(0, 0, width, 1), vec![header(session, width).into()], looks.bar);
    let n_below = height.saturating_sub(1).min(2);
    let middle = Rect::new(0, 1, width, height - 1 - n_below);
    if *session.mode() == Mode::Help {
        text(frame, middle, KEYS.map(Line::from).to_vec(), Style::new());
    } else if let Some(item) = session.current() {
        body(frame, middle, session, item, &looks);
    }
    if n_below == 2 {
        status(frame, Rect::new(0, height - 2, width, 1), session);
    }
    if n_below > 0 {
        text(frame, Rect::new(0, height - 1, width, 1), vec![hints(session, width).into()], looks.aside);
    }
}

fn text(frame: &mut Frame, area: Rect, lines: Vec<Line<'static>>, style: Style) {
    frame.render_widget(Text::from(lines).style(style), area);
}

fn header(session: &Session, width: u16) -> String {
    let progress = session.progress();
    let shown: Vec<usize> = session.shown().collect();
    let Some(item) = session.current() else { return cut(" despin review", width.into()) };
    let nth = shown.partition_point(|&other| other < item) + 1;
    let done = format!("{}/{} decided ", progress.n_decided(), progress.n_all);
    let sheet = session.sheet(item);
    let place = format!(":{} ", sheet.line(session.proposal(item).edit.span));
    let count = format!("{nth} of {} · ", shown.len());
    // The name gives way first, from its beginning: its end tells files apart.
    let name = flat(&sheet.name);
    let left = usize::from(width).saturating_sub(place.width() + count.width() + done.width() + 2);
    let skip = name.chars().count().saturating_sub(left);
    let name: String = if skip > 0 { name.chars().skip(skip + 1).collect() } else { name };
    let front = format!(" {}{name}{place}", if skip > 0 { "…" } else { "" });
    let gap = usize::from(width).saturating_sub(front.width() + count.width() + done.width());
    cut(&format!("{front}{}{count}{done}", " ".repeat(gap)), width.into())
}

fn body(frame: &mut Frame, area: Rect, session: &Session, item: usize, looks: &Looks) {
    let Rect { x, y, width, height } = area;
    let (main, list) = if width >= WIDE {
        let aside = (width / 3).clamp(26, 48);
        let bar = Rect::new(x + width - aside - 2, y, 1, height);
        text(frame, bar, vec![Line::from("│"); height.into()], looks.aside);
        let main = Rect::new(x, y, width - aside - 3, height);
        (main, Some(Rect::new(x + width - aside, y, aside, height)))
    } else if height > LEAST_ABOVE + 3 {
        let below = (height - LEAST_ABOVE).min(height / 3);
        let bar = Rect::new(x, y + height - below, width, 1);
        text(frame, bar, vec![Line::from("─".repeat(width.into()))], looks.aside);
        (Rect::new(x, y, width, height - below), Some(Rect::new(x, bar.y + 1, width, below - 1)))
    } else {
        (area, None)
    };
    text(frame, main, change(session, item, main, looks), Style::new());
    if let Some(list_area) = list {
        list_of(frame, list_area, session, item, looks);
    }
}

/// The change in its sentence, and what speaks for it.
fn change(session: &Session, item: usize, area: Rect, looks: &Looks) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let (sheet, proposal) = (session.sheet(item), session.proposal(item));
    let edit = &proposal.edit;
    let sentence = sheet.sentence(edit.span);
    let plain = Style::new();
    let pieces = [
        (flat(&sheet.text[sentence.start..edit.span.start]), plain),
        (format!("[-{}-]", flat(&edit.before)), looks.spun),
        (if edit.after.is_empty() { String::new() } else { format!("{{+{}+}}", flat(&edit.after)) }, looks.proposed),
        (flat(&sheet.text[edit.span.end..sentence.end]), plain),
    ];
    let (sentence, focus) = wrap(&pieces, width, 1);
    let fields = fields(session, item, width, looks);
    // The fields are short, and the sentence gives way: lines around the change are shown.
    let left = height.saturating_sub(fields.len() + 1).clamp(3.min(height), height);
    let from = focus.saturating_sub(left / 2).min(sentence.len().saturating_sub(left));
    let mut lines: Vec<Line> = sentence.into_iter().skip(from).take(left).collect();
    lines.push(Line::default());
    lines.extend(fields);
    lines
}

fn fields(session: &Session, item: usize, width: usize, looks: &Looks) -> Vec<Line<'static>> {
    let proposal = session.proposal(item);
    let edit = &proposal.edit;
    let mut lines = Vec::new();
    let mut field = |name: &str, value: String, style: Style| {
        let room = width.saturating_sub(FIELD).max(8);
        for (nth, line) in wrap(&[(value, style)], room, 0).0.into_iter().enumerate() {
            let name = format!("{:<FIELD$}", if nth == 0 { name } else { "" });
            let spans = std::iter::once(Span::styled(name, looks.aside)).chain(line.spans);
            lines.push(Line::from(spans.collect::<Vec<_>>()));
        }
    };
    let after = if edit.after.is_empty() { "(nothing)".into() } else { flat(&edit.after) };
    field("change", format!("{} → {after}", flat(&edit.before)), Style::new());
    field("decision", decision(session, item), Style::new().add_modifier(Modifier::BOLD));
    let what = match proposal.applicability {
        Applicability::Apply => "sure enough",
        Applicability::Offer => "in doubt",
        Applicability::Show => "unlikely",
    };
    field("p", format!("{:.2}, {what}", proposal.probability), Style::new());
    let cause = match &edit.cause.place {
        Some(place) => format!("{}, {place}", edit.cause.rule),
        None => edit.cause.rule.to_string(),
    };
    let rival = |(nth, rival): (usize, &crate::restore::proposal::Rival)| {
        let kept = if rival.after == edit.before { " (as it stands)" } else { "" };
        format!("{} {}{kept} {:.2}", nth + 1, flat(&rival.after), rival.probability)
    };
    let rivals: Vec<String> = proposal.rivals.iter().enumerate().map(rival).collect();
    field("rivals", if rivals.is_empty() { "none".into() } else { rivals.join(" · ") }, Style::new());
    field("cause", flat(&cause), Style::new());
    lines
}

fn decision(session: &Session, item: usize) -> String {
    let Some(ruling) = session.ruling(item) else { return "none yet".to_string() };
    let what = match &ruling.decision {
        Decision::Accept => "accepted".to_string(),
        Decision::Reject => "rejected".to_string(),
        Decision::Rewrite(text) => format!("own wording: {}", flat(text)),
        Decision::Skip => "put off".to_string(),
    };
    if ruling.is_own { what } else { format!("{what}, with all of this pair") }
}

fn list_of(frame: &mut Frame, area: Rect, session: &Session, item: usize, looks: &Looks) {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let shown: Vec<usize> = session.shown().collect();
    let progress = session.progress();
    let mut lines: Vec<Line> = Vec::new();
    if height > 5 {
        let n_filled = (width * progress.n_decided()).checked_div(progress.n_all).unwrap_or(0);
        lines.push(Line::from(format!("{}{}", "█".repeat(n_filled), "░".repeat(width - n_filled))));
        let mut said = format!("{} to change, {} rejected", progress.n_changed, progress.n_rejected);
        if progress.n_hidden > 0 {
            said.push_str(&format!(", {} from before", progress.n_hidden));
        }
        lines.push(Line::styled(cut(&said, width), looks.aside));
    }
    let room = height.saturating_sub(lines.len());
    let at = shown.partition_point(|&other| other < item);
    let from = at.saturating_sub(room / 2).min(shown.len().saturating_sub(room));
    for &other in shown.iter().skip(from).take(room) {
        let edit = &session.proposal(other).edit;
        let (mark, after) = match session.ruling(other).map(|ruling| &ruling.decision) {
            None => (' ', edit.after.as_str()),
            Some(Decision::Accept) => ('y', edit.after.as_str()),
            Some(Decision::Reject) => ('n', edit.after.as_str()),
            Some(Decision::Rewrite(text)) => ('e', text.as_str()),
            Some(Decision::Skip) => ('s', edit.after.as_str()),
        };
        let cursor = if other == item { '>' } else { ' ' };
        let row = cut(&format!("{cursor}{mark} {} → {}", flat(&edit.before), flat(after)), width);
        lines.push(if other == item { Line::styled(row, looks.bar) } else { Line::from(row) });
    }
    text(frame, area, lines, Style::new());
}

/// What is being typed, or what there is to say about the last key.
fn status(frame: &mut Frame, area: Rect, session: &Session) {
    let (name, editor) = match session.mode() {
        Mode::Writing(editor) => ("own wording: ", editor),
        Mode::Searching(editor) => ("/", editor),
        Mode::Deciding | Mode::Help => {
            let message = cut(&flat(session.message()), area.width.into());
            return text(frame, area, vec![message.into()], Style::new());
        }
    };
    let (line, column) = typed(name, editor, area.width.into());
    text(frame, area, vec![line.into()], Style::new());
    frame.set_cursor_position(Position::new(area.x + column as u16, area.y));
}

/// The line that is typed, and the column of its cursor; of a long one the part before the cursor that fits.
fn typed(name: &str, editor: &Editor, width: usize) -> (String, usize) {
    let (before, after) = editor.halves();
    let (mut before, after) = (flat(before), flat(after));
    let room = width.saturating_sub(name.width() + 1);
    while before.width() > room && !before.is_empty() {
        before.remove(0);
    }
    let column = (name.width() + before.width()).min(width.saturating_sub(1));
    (cut(&format!("{name}{before}{after}"), width), column)
}

fn hints(session: &Session, width: u16) -> String {
    let width = usize::from(width);
    match session.mode() {
        Mode::Writing(_) => return cut("Enter keeps it  Esc leaves it", width),
        Mode::Searching(_) => return cut("Enter searches  Esc leaves", width),
        Mode::Help => return String::new(),
        Mode::Deciding => {}
    }
    let mut line = String::new();
    for hint in HINTS {
        if line.width() + hint.width() + 2 + LAST_HINTS.width() <= width {
            line.push_str(hint);
            line.push_str("  ");
        }
    }
    cut(&(line + LAST_HINTS), width)
}

#[cfg(test)]
mod tests;
