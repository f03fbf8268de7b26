//! What single dictionary entries are worth on texts whose originals are known.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::eval::align::{distance, measured_tokens};
use crate::eval::restoration::Measure;
use crate::eval::set::{Genuine, Pair, parallel};
use crate::eval::three_way::{Fate, Row, compare};
use crate::pipeline::{Despinner, Options};
use crate::text::source::Source;

/// What the edits of one entry did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Worth {
    /// Edits that were right.
    pub right: usize,
    /// Edits that were not.
    pub wrong: usize,
    /// Token edit distance to the originals that they took away.
    pub gain: usize,
    /// Token edit distance that they added.
    pub loss: usize,
}

/// What the entries of `despinner` are worth on `pairs`, by their place; those that made no edit are not in it.
///
/// All texts are restored, whatever the verdict on them.
pub fn worth(despinner: &Despinner, pairs: &[Pair]) -> BTreeMap<String, Worth> {
    let forced = forced(despinner);
    let of_pair = |pair: &Pair| {
        let report = forced.run(&pair.spun);
        let found = compare(&report, &Source::decode(&pair.original).text, None);
        let place = |row: &Row| {
            let edit = report.restoring.edits().iter().find(|edit| edit.span == row.span);
            edit.and_then(|edit| edit.cause.place.clone()).map(|place| place.to_string())
        };
        let rows = found.changes.iter().filter(|row| row.outcome != Fate::Missed);
        rows.filter_map(|row| Some((place(row)?, of_row(row)))).collect::<Vec<_>>()
    };
    let mut sums: BTreeMap<String, Worth> = BTreeMap::new();
    for (place, one) in parallel(pairs, of_pair).into_iter().flatten() {
        let sum = sums.entry(place).or_default();
        sum.right += one.right;
        sum.wrong += one.wrong;
        sum.gain += one.gain;
        sum.loss += one.loss;
    }
    sums
}

fn of_row(row: &Row) -> Worth {
    let [spun, restored, original] = [&row.spun, &row.restored, &row.original].map(|text| measured_tokens(text));
    let (before, after) = (distance(&spun, &original), distance(&restored, &original));
    let is_right = row.outcome == Fate::Right;
    Worth {
        right: usize::from(is_right),
        wrong: usize::from(!is_right),
        gain: before.saturating_sub(after),
        loss: after.saturating_sub(before),
    }
}

fn forced<'a>(despinner: &Despinner<'a>) -> Despinner<'a> {
    let options = Options { is_forced: true, ..despinner.options.clone() };
    despinner.clone().with(options)
}

/// Texts restored with an entry and without it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Bench {
    /// With the entry.
    pub with: Figures,
    /// Without it.
    pub without: Figures,
    /// Places that it makes other, text by text.
    pub places: Vec<Place>,
}

/// How texts were restored.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Token edit distance to the originals.
    pub distance: usize,
    /// Share of the edit distance that is gone.
    pub removed: f64,
    /// Share of edits that are right.
    pub span_precision: f64,
    /// Edits made.
    pub edits: usize,
    /// Edits made in genuine texts.
    pub genuine_edits: usize,
}

/// A place that the entry makes other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// The text's name.
    pub text: String,
    /// Its line, from 1.
    pub line: usize,
    /// What stood there.
    pub spun: String,
    /// What is made of it with the entry.
    pub with: String,
    /// What is made of it without.
    pub without: String,
    /// What the author had there; what stood there in a genuine text.
    pub original: String,
}

/// `with` and `without` an entry on `pairs` and on `genuine` texts, all of them restored whatever the verdict.
pub fn bench(with: &Despinner, without: &Despinner, pairs: &[Pair], genuine: &[Genuine]) -> Bench {
    let both = [forced(with), forced(without)];
    let mut found = Bench::default();
    let mut sums = [Measure::default(), Measure::default()];
    let of_pair = |pair: &Pair| {
        let original = Source::decode(&pair.original).text;
        both.each_ref().map(|despinner| compare(&despinner.run(&pair.spun), &original, None))
    };
    for (pair, three_ways) in pairs.iter().zip(parallel(pairs, of_pair)) {
        for (sum, three_way) in sums.iter_mut().zip(&three_ways) {
            sum.add(&three_way.measure);
        }
        let [with, without] = three_ways.map(|three_way| three_way.changes);
        found.places.extend(differing(&pair.name, &with, &without));
    }
    let of_genuine = |text: &Genuine| {
        let source = Source::decode(&text.bytes).text;
        both.each_ref().map(|despinner| compare(&despinner.run(&text.bytes), &source, None).changes)
    };
    let mut n_genuine = [0, 0];
    for (text, rows) in genuine.iter().zip(parallel(genuine, of_genuine)) {
        for (n, rows) in n_genuine.iter_mut().zip(&rows) {
            *n += rows.iter().filter(|row| row.probability.is_some()).count();
        }
        let [with, without] = rows;
        found.places.extend(differing(&text.name, &with, &without));
    }
    let [with, without] = [0, 1].map(|n| Figures {
        distance: sums[n].distance_after,
        removed: sums[n].removed(),
        span_precision: sums[n].precision(),
        edits: sums[n].edits,
        genuine_edits: n_genuine[n],
    });
    Bench { with, without, ..found }
}

/// The places of which the two make different things.
fn differing(text: &str, with: &[Row], without: &[Row]) -> Vec<Place> {
    let starts: BTreeSet<usize> = with.iter().chain(without).map(|row| row.span.start).collect();
    let at = |rows: &[Row], start: usize| rows.iter().find(|row| row.span.start == start).cloned();
    let mut places = Vec::new();
    for start in starts {
        let (a, b) = (at(with, start), at(without, start));
        let Some(any) = a.as_ref().or(b.as_ref()) else { continue };
        // A place that one of them does not list is as its author had it.
        let made = |row: &Option<Row>| row.as_ref().map_or(any.spun.clone(), |row| row.restored.clone());
        let (with, without) = (made(&a), made(&b));
        if with != without {
            let missing = Row { outcome: Fate::Needless, ..any.clone() };
            let original = [&a, &b].into_iter().flatten().find(|row| row.outcome == Fate::Right).unwrap_or(&missing);
            let (spun, original) = (any.spun.clone(), original.original.clone());
            places.push(Place { text: text.to_string(), line: any.line, spun, with, without, original });
        }
    }
    places
}
