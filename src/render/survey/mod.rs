//! A survey for people, as a page or as Markdown; for programs it is its figures as JSON.

pub mod chart;
pub mod html;
pub mod markdown;

use crate::survey::{Figures, Share};

/// What is said of every survey: a verdict is no proof.
pub const CAUTION: &str = "A verdict marks a risk: the wording is what known spinners leave. It is no proof that anyone spun a text, and says nothing of intent.";

/// `figures` as JSON.
pub fn json(figures: &Figures) -> String {
    serde_json::to_string_pretty(figures).expect("strings, numbers and lists are JSON") + "\n"
}

/// What was counted, a line for each: name and number.
fn counts(figures: &Figures) -> Vec<(&'static str, String)> {
    let counts = &figures.counts;
    let mut rows = vec![("Records", grouped(counts.records))];
    let mut more = |name, n: u64| rows.extend((n > 0).then(|| (name, grouped(n))));
    more("Of these, without a finding of despin", counts.without);
    more("Could not be read", counts.unreadable);
    if counts.verdicts.judged > 0 {
        rows.push(("Judged", grouped(counts.verdicts.judged)));
        let verdicts = [
            ("Spun", counts.verdicts.spun),
            ("Suspect", counts.verdicts.suspect),
            ("Genuine", counts.verdicts.genuine),
        ];
        for (name, n) in verdicts {
            rows.push((name, format!("{} ({})", grouped(n), percent(Share::of(n, counts.verdicts.judged).value))));
        }
    }
    rows.push(("Changed", grouped(counts.changed)));
    if counts.edits > 0 {
        rows.push(("Changes made in restoring", grouped(counts.edits)));
    }
    rows
}

/// What the list of groups leaves out, and how exact it is.
fn groups_note(figures: &Figures) -> String {
    note("groups", figures.groups.len(), figures.n_groups, figures.groups_missed, "has")
}

/// What the list of changes leaves out, and how exact it is.
fn changes_note(figures: &Figures) -> String {
    note("changes", figures.changes.len(), figures.n_changes, figures.changes_missed, "is in")
}

fn note(what: &str, n_shown: usize, n: usize, missed: u64, verb: &str) -> String {
    let mut said = match n > n_shown {
        true => format!("The {} commonest of {} {what}.", grouped(n_shown as u64), grouped(n as u64)),
        false => format!("All {what}."),
    };
    if missed > 0 {
        said += &format!(" There were too many to count each: any {verb} up to {} texts more.", grouped(missed));
    }
    said
}

/// `1234567` as `1,234,567`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).expect("digits")).collect();
    parts.join(",")
}

/// A share in percent; more exact where it is small.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 10.0 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

/// Where the share of a population lies.
fn interval(share: &Share) -> String {
    format!("{} to {}", percent(share.low), percent(share.high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"],
            [0, 999, 1000, 1_234_567].map(grouped).each_ref().map(|s| s.as_str())
        );
        assert_eq!(
            ["0 %", "0.4 %", "12 %", "100 %"],
            [0.0, 0.004, 0.123, 1.0].map(percent).each_ref().map(|s| s.as_str())
        );
    }
}
