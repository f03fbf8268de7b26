//! How far a run is, told while it goes on and at its end.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::bulk::desk::Tally;
use crate::cli::bulk::{ProgressForm, SummaryForm};

/// How often it is told.
const EVERY: Duration = Duration::from_secs(1);

/// Tells how far a run is, on the standard error.
pub struct Progress {
    form: ProgressForm,
    bar: ProgressBar,
    begun: Instant,
    // What was done, and how long it took, before the run went on.
    earlier: (u64, u64),
    told: Instant,
    total_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    #[serde(flatten)]
    tally: &'a Tally,
    seconds: f64,
    mb_per_second: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    eta_seconds: Option<f64>,
}

impl Progress {
    /// Tells of a run over `total_bytes` of packed files, where that is known, which had done `tally` before in `seconds`.
    pub fn new(form: Option<ProgressForm>, total_bytes: Option<u64>, tally: &Tally, seconds: u64) -> Progress {
        let is_terminal = std::io::stderr().is_terminal();
        let form = form.unwrap_or(if is_terminal { ProgressForm::Bar } else { ProgressForm::None });
        let bar = match form {
            ProgressForm::Bar => ProgressBar::with_draw_target(total_bytes, ProgressDrawTarget::stderr_with_hz(4)),
            _ => ProgressBar::hidden(),
        };
        let template = match total_bytes {
            Some(_) => "{bar:24} {percent:>3} %  {msg}  {eta} left",
            None => "{spinner} {msg}  {elapsed}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the template is one"));
        let now = Instant::now();
        Progress { form, bar, begun: now, earlier: (tally.bytes, seconds), told: now, total_bytes }
    }

    /// Seconds that the run took, all in all.
    pub fn seconds(&self) -> f64 {
        self.earlier.1 as f64 + self.begun.elapsed().as_secs_f64()
    }

    /// Tells that `read_bytes` of the packed files were read, and what was done.
    pub fn tick(&mut self, tally: &Tally, read_bytes: u64) {
        if self.form == ProgressForm::None || (self.form == ProgressForm::Json && self.told.elapsed() < EVERY) {
            return;
        }
        self.told = Instant::now();
        let seconds = self.begun.elapsed().as_secs_f64().max(1e-3);
        let speed = tally.bytes.saturating_sub(self.earlier.0) as f64 / 1e6 / seconds;
        if self.form == ProgressForm::Bar {
            self.bar.set_position(read_bytes);
            self.bar.set_message(format!("{} documents, {speed:.1} MB/s, {} spun", tally.documents, tally.spun));
            return;
        }
        let left = self.total_bytes.map(|total| total.saturating_sub(read_bytes) as f64);
        let eta = left.filter(|_| read_bytes > 0).map(|left| seconds * left / read_bytes as f64);
        let eta_seconds = eta.map(rounded);
        self.line(&Line {
            event: "progress",
            tally,
            seconds: rounded(self.seconds()),
            mb_per_second: rounded(speed),
            eta_seconds,
        });
    }

    fn line(&self, line: &Line) {
        let json = serde_json::to_string(line).expect("numbers are JSON");
        let _ = writeln!(std::io::stderr(), "{json}");
    }

    /// Tells what was done; `out` is told where the records went elsewhere, else the standard error. Gives what is for `out`.
    pub fn summary(self, form: Option<SummaryForm>, tally: &Tally) -> Option<String> {
        self.bar.finish_and_clear();
        let seconds = self.seconds();
        let speed =
            tally.bytes.saturating_sub(self.earlier.0) as f64 / 1e6 / self.begun.elapsed().as_secs_f64().max(1e-3);
        let usual = if self.form == ProgressForm::Bar { SummaryForm::Human } else { SummaryForm::None };
        match form.unwrap_or(usual) {
            SummaryForm::None => None,
            SummaryForm::Json => {
                let (seconds, mb_per_second) = (rounded(seconds), rounded(speed));
                let line = Line { event: "summary", tally, seconds, mb_per_second, eta_seconds: None };
                Some(serde_json::to_string(&line).expect("numbers are JSON"))
            }
            SummaryForm::Human => Some(format!(
                "{} documents: {} spun, {} suspect, {} genuine; {} changed, {} rejected; {:.1} MB in {seconds:.1} s",
                tally.documents,
                tally.spun,
                tally.suspect,
                tally.genuine,
                tally.changed,
                tally.rejects,
                tally.bytes as f64 / 1e6,
            )),
        }
    }
}

/// Three decimals.
fn rounded(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}
