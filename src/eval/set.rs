//! Measures a despinner on a whole set of texts: spun ones with their originals, and genuine ones.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use crate::detect::verdict::Label;
use crate::eval::align::{distance, measured_tokens};
use crate::eval::coverage::{Coverage, coverage};
use crate::eval::restoration::Measure;
use crate::eval::three_way::{Reason, compare};
use crate::journal::Journal;
use crate::pipeline::{Despinner, Options};
use crate::report::Report;
use crate::text::source::Source;
use crate::text::tokenize::tokenize;

/// A spun text and its original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its name without endings, as `r100_003`; up to the first `_` it names its group.
    pub name: String,
    /// As spun.
    pub spun: Vec<u8>,
    /// As the author wrote it.
    pub original: Vec<u8>,
}

/// A genuine text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genuine {
    /// Its name without endings.
    pub name: String,
    /// The kind of text it is, where that is known; else empty.
    pub register: String,
    /// As the author wrote it.
    pub bytes: Vec<u8>,
}

/// Figures over a set.
///
/// ```
/// use despin::Despinner;
/// use despin::eval::set::{Pair, WINDOW, evaluate};
/// let pair = Pair {
///     name: "own_harbour".to_string(),
///     spun: include_bytes!("../../fixtures/restore/harbour_article/input.txt").to_vec(),
///     original: include_bytes!("../../fixtures/genuine/harbour_article/input.txt").to_vec(),
/// };
/// let found = evaluate(&Despinner::builtin()?, &[pair], &[], WINDOW);
/// assert!(found.pairs["own"].removed > 0.5 && found.roundtrip.failures == 0);
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Evaluation {
    /// Restoration, by group.
    pub pairs: BTreeMap<String, Restoration>,
    /// Share of the spinner's changes that the dictionaries hold, by group.
    pub coverage: BTreeMap<String, f64>,
    /// Genuine texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genuine: Option<NoDamage>,
    /// False alarms on genuine texts, by register; there where more than one is known.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub registers: BTreeMap<String, FalseAlarms>,
    /// Detection on windows, by group; there where genuine texts are, and texts long enough.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub detection: BTreeMap<String, Detection>,
    /// Expected calibration error of the verdicts on windows, where half are genuine and each group has its share of the
    /// other half.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict_calibration_error: Option<f64>,
    /// The way back.
    pub roundtrip: RoundTrip,
    /// What is wrong with the restored texts, the costliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Mistake>,
}

/// How well a group was restored.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Restoration {
    /// Texts.
    pub documents: usize,
    /// Share of the edit distance to the originals that is gone.
    pub removed: f64,
    /// Share of edits that are right.
    pub span_precision: f64,
    /// Share of the spinner's changes that were taken back.
    pub span_recall: f64,
    /// F-measure of the two that weighs precision twice.
    pub span_f05: f64,
    /// Edits made.
    pub edits: usize,
    /// Expected calibration error of the proposals' probabilities.
    pub calibration_error: f64,
    /// Texts judged spun.
    pub flagged: usize,
}

/// What was done to genuine texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct NoDamage {
    /// Texts.
    pub documents: usize,
    /// Those judged spun.
    pub flagged: usize,
    /// Those that restoring changed.
    pub changed: usize,
    /// Edits for each 10,000 words where all are restored by force.
    pub forced_false_edits_per_10k_words: f64,
}

/// Verdicts on the genuine texts of a register.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FalseAlarms {
    /// Texts.
    pub documents: usize,
    /// Those judged spun.
    pub flagged: usize,
    /// Whole windows of them.
    pub windows: usize,
    /// Windows judged spun.
    pub flagged_windows: usize,
    /// Windows judged suspect.
    pub suspect_windows: usize,
}

/// How well windows of spun texts are told from windows of genuine ones.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Detection {
    /// Windows of spun texts.
    pub windows: usize,
    /// Windows of genuine texts.
    pub genuine_windows: usize,
    /// Area under the curve of recall over false positives.
    pub auc: f64,
    /// Share of spun windows found where at most 1 % of the genuine ones are.
    pub recall_at_1_percent: f64,
    /// Share of spun windows judged spun.
    pub flagged: f64,
}

/// Whether runs can be undone.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RoundTrip {
    /// Runs tried.
    pub runs: usize,
    /// Those that did not come back byte for byte.
    pub failures: usize,
}

/// An error that is left, over all its places.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistake {
    /// Why.
    pub cause: Reason,
    /// What stood there.
    pub spun: String,
    /// What was made of it.
    pub restored: String,
    /// What the author had there.
    pub original: String,
    /// Places.
    pub count: usize,
    /// Token edit distance that it leaves, all places together.
    pub cost: usize,
}

/// Tokens in a window, unless the user says otherwise.
pub const WINDOW: usize = 300;

/// What was thought of a window: the probability that it was spun, and the verdict.
type Window = (f64, Label);

/// What one text gave.
struct Found {
    measure: Measure,
    coverage: Coverage,
    mistakes: Vec<(Reason, [String; 3])>,
    windows: Vec<Window>,
    is_flagged: bool,
    is_changed: bool,
    forced_edits: usize,
    words: usize,
    runs: usize,
    failures: usize,
}

/// Measures `despinner`, as its options are, and its verdicts on windows of `window` tokens.
pub fn evaluate(despinner: &Despinner, pairs: &[Pair], genuine: &[Genuine], window: usize) -> Evaluation {
    // Windows of spun texts are of use beside genuine ones only.
    let of_pairs = parallel(pairs, |pair| of_pair(despinner, pair, (!genuine.is_empty()).then_some(window)));
    let of_genuine = parallel(genuine, |text| of_genuine(despinner, text, window));
    let mut found = Evaluation::default();
    let mut groups: BTreeMap<&str, (Measure, Coverage, Vec<Window>, usize)> = BTreeMap::new();
    let mut mistakes: BTreeMap<(Reason, [String; 3]), usize> = BTreeMap::new();
    for (pair, one) in pairs.iter().zip(of_pairs) {
        let group = groups.entry(group(&pair.name)).or_default();
        group.0.add(&one.measure);
        group.1.replacements += one.coverage.replacements;
        group.1.held += one.coverage.held;
        group.2.extend(one.windows);
        group.3 += usize::from(one.is_flagged);
        found.roundtrip.runs += one.runs;
        found.roundtrip.failures += one.failures;
        one.mistakes.into_iter().for_each(|mistake| *mistakes.entry(mistake).or_default() += 1);
    }
    let genuine_windows: Vec<Window> = of_genuine.iter().flat_map(|one| one.windows.iter().copied()).collect();
    let spun_windows: Vec<&[Window]> = groups.values().map(|g| &g.2[..]).filter(|w| !w.is_empty()).collect();
    if !spun_windows.is_empty() && !genuine_windows.is_empty() {
        found.verdict_calibration_error = Some(calibration_error(&spun_windows, &genuine_windows));
    }
    for (name, (measure, coverage, windows, flagged)) in groups {
        found.coverage.insert(name.to_string(), coverage.held as f64 / coverage.replacements.max(1) as f64);
        if !windows.is_empty() && !genuine_windows.is_empty() {
            found.detection.insert(name.to_string(), detection(&windows, &genuine_windows));
        }
        let restoration = Restoration {
            documents: measure.documents,
            removed: measure.removed(),
            span_precision: measure.precision(),
            span_recall: measure.recall(),
            span_f05: measure.f05(),
            edits: measure.edits,
            calibration_error: measure.calibration_error(),
            flagged,
        };
        found.pairs.insert(name.to_string(), restoration);
    }
    if !genuine.is_empty() {
        let sum = |count: fn(&Found) -> usize| of_genuine.iter().map(count).sum::<usize>();
        found.roundtrip.runs += sum(|one| one.runs);
        found.roundtrip.failures += sum(|one| one.failures);
        found.genuine = Some(NoDamage {
            documents: genuine.len(),
            flagged: sum(|one| usize::from(one.is_flagged)),
            changed: sum(|one| usize::from(one.is_changed)),
            forced_false_edits_per_10k_words: 1e4 * sum(|one| one.forced_edits) as f64
                / sum(|one| one.words).max(1) as f64,
        });
    }
    if genuine.iter().any(|text| !text.register.is_empty()) {
        for (text, one) in genuine.iter().zip(&of_genuine) {
            let register = found.registers.entry(text.register.clone()).or_default();
            let judged = |label| one.windows.iter().filter(|w| w.1 == label).count();
            register.documents += 1;
            register.flagged += usize::from(one.is_flagged);
            register.windows += one.windows.len();
            register.flagged_windows += judged(Label::Spun);
            register.suspect_windows += judged(Label::Suspect);
        }
    }
    found.errors = mistakes.into_iter().map(|((cause, words), count)| mistake(cause, words, count)).collect();
    found.errors.sort_by(|a, b| b.cost.cmp(&a.cost).then(b.count.cmp(&a.count)));
    found
}

/// The group of a text: its name up to its first `_`.
pub fn group(name: &str) -> &str {
    name.split('_').next().unwrap_or(name)
}

fn of_pair(despinner: &Despinner, pair: &Pair, window: Option<usize>) -> Found {
    let report = despinner.run(&pair.spun);
    let original = Source::decode(&pair.original).text;
    let three_way = compare(&report, &original, Some(despinner.lexicon()));
    let held = coverage(despinner.lexicon(), &report.cleaned, &original, |_, _| ());
    let plain = |text: &str| measured_tokens(text).join(" ");
    let mistakes = three_way.changes.iter().filter_map(|row| {
        row.reason.map(|reason| (reason, [plain(&row.spun), plain(&row.restored), plain(&row.original)]))
    });
    Found {
        coverage: held,
        mistakes: mistakes.collect(),
        windows: window.map(|window| windows(despinner, &report.cleaned, window)).unwrap_or_default(),
        is_flagged: report.verdict.label == Label::Spun,
        is_changed: !report.restoring.is_empty(),
        forced_edits: 0,
        words: 0,
        runs: 2,
        failures: usize::from(!comes_back(&report, &pair.spun))
            + usize::from(!comes_back(&despinner.run(&pair.original), &pair.original)),
        measure: three_way.measure,
    }
}

fn of_genuine(despinner: &Despinner, text: &Genuine, window: usize) -> Found {
    let report = despinner.run(&text.bytes);
    let options = Options { is_forced: true, ..despinner.options.clone() };
    let forced = despinner.clone().with(options).run(&text.bytes);
    Found {
        measure: Measure::default(),
        coverage: Coverage::default(),
        mistakes: Vec::new(),
        windows: windows(despinner, &report.cleaned, window),
        is_flagged: report.verdict.label == Label::Spun,
        is_changed: !report.restoring.is_empty(),
        forced_edits: forced.restoring.edits().len(),
        words: report.cleaned.split_whitespace().count(),
        runs: 2,
        failures: usize::from(!comes_back(&report, &text.bytes)) + usize::from(!comes_back(&forced, &text.bytes)),
    }
}

/// True where the journal, written out and read again, takes the run back.
fn comes_back(report: &Report, bytes: &[u8]) -> bool {
    let journal = Journal::from_json("journal", &report.journal.to_json());
    journal.and_then(|journal| journal.undo(&report.restored_bytes)).is_ok_and(|undone| undone == bytes)
}

/// What is thought of whole windows of `n_tokens` of `text`; what is left over at its end is left out.
fn windows(despinner: &Despinner, text: &str, n_tokens: usize) -> Vec<Window> {
    let tokens = tokenize(text);
    let window = |tokens: &[crate::text::token::Token]| {
        let (first, last) = (tokens[0].span.start, tokens[n_tokens - 1].span.end);
        let verdict = despinner.detect(&text.as_bytes()[first..last]);
        (verdict.probability, verdict.label)
    };
    tokens.chunks_exact(n_tokens).map(window).collect()
}

/// Share of false positives at which recall is read.
const FALSE_POSITIVES: f64 = 0.01;

fn detection(spun: &[Window], genuine: &[Window]) -> Detection {
    let mut genuine: Vec<f64> = genuine.iter().map(|w| w.0).collect();
    genuine.sort_by(|a, b| b.total_cmp(a));
    // AUC as the share of (spun, genuine) couples in the right order, ties by half (Hanley and McNeil 1982).
    let wins = |score: f64| {
        let above = genuine.iter().filter(|&&g| g > score).count();
        let level = genuine.iter().filter(|&&g| g == score).count();
        (genuine.len() - above - level) as f64 + 0.5 * level as f64
    };
    let couples = (spun.len() * genuine.len()).max(1) as f64;
    let highest = genuine.get((genuine.len() as f64 * FALSE_POSITIVES) as usize).copied().unwrap_or(0.0);
    Detection {
        windows: spun.len(),
        genuine_windows: genuine.len(),
        auc: spun.iter().map(|w| wins(w.0)).sum::<f64>() / couples,
        recall_at_1_percent: spun.iter().filter(|w| w.0 > highest).count() as f64 / spun.len().max(1) as f64,
        flagged: spun.iter().filter(|w| w.1 == Label::Spun).count() as f64 / spun.len().max(1) as f64,
    }
}

/// Ten bins (Naeini et al. 2015), in which genuine windows weigh as much as all spun ones together.
fn calibration_error(spun: &[&[Window]], genuine: &[Window]) -> f64 {
    let mut bins = [0.0f64; 10];
    let mut add = |windows: &[Window], is_spun: f64, weight: f64| {
        for (probability, _) in windows {
            let bin = ((probability * 10.0) as usize).min(9);
            bins[bin] += (probability - is_spun) * weight / windows.len() as f64;
        }
    };
    spun.iter().for_each(|windows| add(windows, 1.0, 0.5 / spun.len() as f64));
    add(genuine, 0.0, 0.5);
    bins.iter().map(|bin| bin.abs()).sum()
}

fn mistake(cause: Reason, [spun, restored, original]: [String; 3], count: usize) -> Mistake {
    let tokens = |text: &str| text.split(' ').filter(|t| !t.is_empty()).map(str::to_string).collect::<Vec<_>>();
    let cost = count * distance(&tokens(&restored), &tokens(&original)).max(1);
    Mistake { cause, spun, restored, original, count, cost }
}

/// `work` on each of `items`, on all processors; the results are in the order of the items.
pub(super) fn parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len().max(1));
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            while let Some((n, item)) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, items.get(n)?)))
            {
                done.push((n, work(item)));
            }
            done
        };
        let workers: Vec<_> = (0..n_threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("measuring does not panic")).collect()
    });
    done.sort_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_ranked() {
        let windows = |scores: [f64; 3]| scores.map(|p| (p, if p > 0.5 { Label::Spun } else { Label::Genuine }));
        let found = detection(&windows([0.9, 0.8, 0.2]), &windows([0.1, 0.2, 0.3]));
        assert!((found.auc - 7.5 / 9.0).abs() < 1e-12);
        assert_eq!((found.recall_at_1_percent, found.flagged), (2.0 / 3.0, 2.0 / 3.0));
    }

    #[test]
    fn sure_and_right_is_calibrated() {
        let windows = |p: f64| vec![(p, Label::Genuine); 4];
        assert_eq!(calibration_error(&[&windows(1.0)], &windows(0.0)), 0.0);
        assert_eq!(calibration_error(&[&windows(0.5)], &windows(0.5)), 0.0);
        assert!((calibration_error(&[&windows(0.9), &windows(0.9)], &windows(0.9)) - 0.4).abs() < 1e-12);
    }

    #[test]
    fn results_keep_their_order() {
        let items: Vec<usize> = (0..100).collect();
        assert_eq!(parallel(&items, |n| n * 2), items.iter().map(|n| n * 2).collect::<Vec<_>>());
    }
}
