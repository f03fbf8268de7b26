//! A survey as one page: no script, no network, all text escaped, under a policy that allows nothing but its own style.

use crate::render::html::{STYLE, change, close, escaped, open, put};
use crate::render::survey::{CAUTION, changes_note, chart, counts, grouped, groups_note, interval, percent};
use crate::survey::Figures;
use crate::survey::finding::Piece;

const CHARTS: &str = include_str!("page.css");

/// `figures` as a page.
pub fn page(figures: &Figures) -> String {
    let mut out = String::new();
    let out = &mut out;
    open(&figures.title, &format!("{STYLE}{CHARTS}"), out);
    put(out, format_args!("<h1><bdi>{}</bdi></h1>\n<p class=\"note\">{CAUTION}</p>\n", escaped(&figures.title)));
    out.push_str("<table><tbody>\n");
    for (name, value) in counts(figures) {
        put(out, format_args!("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>\n"));
    }
    out.push_str("</tbody></table>\n");
    let verdicts = figures.counts.verdicts;
    if verdicts.judged > 0 {
        out.push_str("<h2>Probability</h2>\n");
        chart::histogram(
            "p",
            "Texts by the probability that they were spun",
            "Probability.",
            &figures.probability,
            out,
        );
    }
    if verdicts.spun > 0 {
        out.push_str("<h2>Rate</h2>\n");
        let axis = "Estimated share of the words a spinner knows that it replaced, of texts judged spun.";
        chart::histogram("r", "Spun texts by rate", axis, &figures.rate, out);
        out.push_str("<h2>Profiles</h2>\n");
        let rows = figures.profiles.iter().map(|(name, n)| [text(name), grouped(*n)]);
        table(&["Profile", "#Spun texts"], rows, out);
    }
    if !figures.groups.is_empty() {
        out.push_str("<h2>Groups</h2>\n");
        let rows = figures.groups.iter().map(|group| {
            let mut bar = String::new();
            chart::share(group.share.value, group.share.low, group.share.high, &mut bar);
            let v = &group.verdicts;
            let share = format!("{} ({})", percent(group.share.value), interval(&group.share));
            [text(&group.name), grouped(v.judged), grouped(v.spun), grouped(v.suspect), bar, share]
        });
        table(&["Group", "#Texts", "#Spun", "#Suspect", "Share spun", ""], rows, out);
        put(
            out,
            format_args!(
                "<p class=\"note\">{} In brackets, where 95 % of random samples put it.</p>\n",
                groups_note(figures)
            ),
        );
    }
    if !figures.changes.is_empty() {
        out.push_str("<h2>Commonest changes</h2>\n");
        let rows = figures.changes.iter().map(|c| {
            let mut shown = String::new();
            change(&c.spun, &c.original, None, &mut shown);
            [shown, grouped(c.times), grouped(c.texts)]
        });
        table(&["Change", "#Times", "#Texts"], rows, out);
        put(out, format_args!("<p class=\"note\">{}</p>\n", changes_note(figures)));
    }
    if !figures.examples.is_empty() {
        out.push_str("<h2>Examples</h2>\n");
    }
    for example in &figures.examples {
        let place = text(&example.place);
        put(out, format_args!("<h3>{place}</h3>\n<p class=\"note\">probability {:.2}</p>\n", example.probability));
        out.push_str("<p class=\"example\">");
        for piece in &example.pieces {
            match piece {
                Piece::Same(same) => out.push_str(&text(same)),
                Piece::Cut => out.push_str(" … "),
                Piece::Changed { before, after } => change(before, after, None, out),
            }
        }
        out.push_str("</p>\n");
    }
    close(out);
    std::mem::take(out)
}

/// A piece of text that leaves what is around it as it is.
fn text(text: &str) -> String {
    format!("<bdi>{}</bdi>", escaped(text))
}

/// A table; what is named with `#` before is a number.
fn table<const N: usize>(names: &[&str; N], rows: impl Iterator<Item = [String; N]>, out: &mut String) {
    let class = |name: &str| if name.starts_with('#') { " class=\"n\"" } else { "" };
    out.push_str("<div class=\"scroll\"><table><thead><tr>");
    for name in names {
        put(out, format_args!("<th scope=\"col\"{}>{}</th>", class(name), name.trim_start_matches('#')));
    }
    out.push_str("</tr></thead><tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (name, cell) in names.iter().zip(row) {
            put(out, format_args!("<td{}>{cell}</td>", class(name)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
}
