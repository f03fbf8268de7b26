//! A survey as Markdown, for people to read as it is or to put into a page of their own.

use crate::render::html::put;
use crate::render::survey::{CAUTION, changes_note, counts, grouped, groups_note, interval, percent};
use crate::render::visible;
use crate::survey::finding::Piece;
use crate::survey::{Figures, N_BINS};

/// Signs of the longest bar.
const BAR: u64 = 40;

/// `figures` as Markdown.
pub fn markdown(figures: &Figures) -> String {
    let mut out = format!("# {}\n\n{CAUTION}\n\n", plain(&figures.title));
    table(&["Texts", "#Number"], counts(figures).into_iter().map(|(name, value)| [name.to_string(), value]), &mut out);
    if figures.counts.verdicts.judged > 0 {
        histogram("Probability", &figures.probability, &mut out);
    }
    if figures.counts.verdicts.spun > 0 {
        histogram("Rate, of texts judged spun", &figures.rate, &mut out);
        out.push_str("\n## Profiles\n\n");
        let rows = figures.profiles.iter().map(|(name, n)| [plain(name), grouped(*n)]);
        table(&["Profile", "#Spun texts"], rows, &mut out);
    }
    if !figures.groups.is_empty() {
        out.push_str("\n## Groups\n\n");
        let rows = figures.groups.iter().map(|group| {
            let v = &group.verdicts;
            let share = percent(group.share.value);
            [plain(&group.name), grouped(v.judged), grouped(v.spun), grouped(v.suspect), share, interval(&group.share)]
        });
        table(&["Group", "#Texts", "#Spun", "#Suspect", "#Share spun", "95 %"], rows, &mut out);
        put(&mut out, format_args!("\n{}\n", groups_note(figures)));
    }
    if !figures.changes.is_empty() {
        out.push_str("\n## Commonest changes\n\n");
        let rows = figures
            .changes
            .iter()
            .map(|change| [side(&change.spun), side(&change.original), grouped(change.times), grouped(change.texts)]);
        table(&["Spun", "Original", "#Times", "#Texts"], rows, &mut out);
        put(&mut out, format_args!("\n{}\n", changes_note(figures)));
    }
    if !figures.examples.is_empty() {
        out.push_str("\n## Examples\n");
    }
    for example in &figures.examples {
        put(&mut out, format_args!("\n{} (probability {:.2}):\n\n> ", plain(&example.place), example.probability));
        for piece in &example.pieces {
            match piece {
                Piece::Same(same) => out.push_str(&plain(same)),
                Piece::Cut => out.push_str(" … "),
                Piece::Changed { before, after } => {
                    put(&mut out, format_args!("~~{}~~ **{}**", side(before), side(after)));
                }
            }
        }
        out.push('\n');
    }
    out
}

fn histogram(title: &str, bins: &[u64; N_BINS], out: &mut String) {
    put(out, format_args!("\n## {title}\n\n"));
    let most = bins.iter().copied().max().unwrap_or(0).max(1);
    let rows = bins.iter().enumerate().map(|(i, &n)| {
        let (from, to) = (i as f64 / N_BINS as f64, (i + 1) as f64 / N_BINS as f64);
        [format!("{from:.2} to {to:.2}"), grouped(n), "█".repeat((n * BAR).div_ceil(most) as usize)]
    });
    table(&["From", "#Texts", ""], rows, out);
}

fn table<const N: usize>(names: &[&str; N], rows: impl Iterator<Item = [String; N]>, out: &mut String) {
    for name in names {
        put(out, format_args!("| {} ", name.trim_start_matches('#')));
    }
    out.push_str("|\n");
    for name in names {
        out.push_str(if name.starts_with('#') { "|---:" } else { "|---" });
    }
    out.push_str("|\n");
    for row in rows {
        for cell in row {
            put(out, format_args!("| {cell} "));
        }
        out.push_str("|\n");
    }
}

/// A side of a change.
fn side(text: &str) -> String {
    if text.trim().is_empty() { "∅".to_string() } else { plain(text.trim()) }
}

/// `text` on one line, with nothing in it that Markdown or a terminal would act on.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(&text.replace(['\n', '\r', '\t'], " ")).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '~' | '<' | '>' | '[' | ']' | '|' | '#' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
