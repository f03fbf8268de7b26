//! A run: files read one after the other, records worked on by several threads, and what comes out kept in order.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, IsTerminal, Read, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::bulk::compress;
use crate::bulk::crew;
use crate::bulk::desk::{Treated, rejected};
use crate::bulk::frame::{Cursor, Fault, Frame, frames};
use crate::bulk::shape::Shape;
use crate::cli::bulk::Input;
use crate::cli::bulk::keeper::Keeper;
use crate::cli::bulk::plan::{Goal, Job, Plan};
use crate::cli::bulk::stop::Stop;
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::error::{Error, ErrorKind, Result};

/// A step of a run.
pub enum Step<T> {
    /// A record.
    Record(T),
    /// A file that cannot be read.
    Unreadable(String),
    /// The end of a file.
    End,
}

/// What was done to a record, and where the next one begins.
pub struct Worked {
    pub treated: Treated,
    pub next: Cursor,
}

/// Works on all records of `job` by `treat`, as `plan` has it.
///
/// # Errors
///
/// Where something cannot be written, or a record cannot be read and the run is strict.
pub fn run(
    job: &Job,
    plan: &Plan,
    treat: impl Fn(&str, Shape, &Frame) -> Treated + Sync,
    out: &mut dyn Write,
) -> Result<Exit> {
    if let [input] = &job.inputs[..]
        && !files::is_stdin(&input.path)
    {
        // The only one: without it there is nothing to do.
        File::open(&input.path).map_err(|e| Error::io(&input.path, "read it", e, "check the name"))?;
    }
    let stop = Stop::listen();
    let n_read = Arc::new(AtomicU64::new(0));
    let mut device;
    let out: &mut dyn Write = match &plan.goal {
        Goal::Device(path) => {
            let opened = OpenOptions::new().write(true).open(path);
            device = BufWriter::new(opened.map_err(|e| files::unwritable(path, e))?);
            &mut device
        }
        _ => out,
    };
    let mut keeper = Keeper::open(job, plan, out)?;
    quiet_workers();
    let (first, cursor) = keeper.place();
    let source = Source {
        inputs: job.inputs.clone(),
        at: first,
        cursor,
        frames: None,
        max_record: job.args.max_record(),
        max_ratio: job.args.max_ratio(),
        n_read: n_read.clone(),
    };
    let work = |(input, step): &(usize, Step<Frame>)| {
        let Input { name, shape, .. } = &job.inputs[*input];
        let done = match step {
            Step::Record(frame) => Step::Record(Worked { treated: treat(name, *shape, frame), next: frame.next }),
            Step::Unreadable(reason) => Step::Unreadable(reason.clone()),
            Step::End => Step::End,
        };
        (*input, done)
    };
    let rescue = |(input, step): &(usize, Step<Frame>), message: &str| {
        let Input { name, shape, .. } = &job.inputs[*input];
        let done = match step {
            Step::Record(frame) => {
                let fault = Fault(format!("despin failed at it: {message}"));
                Step::Record(Worked { treated: rejected(name, *shape, frame, fault), next: frame.next })
            }
            _ => Step::End,
        };
        (*input, done)
    };
    let weigh = |(_, step): &(usize, Step<Frame>)| match step {
        Step::Record(Frame { bytes: Ok(bytes), .. }) => bytes.len(),
        _ => 0,
    };
    let read = crew::run(job.args.jobs(), source, weigh, work, rescue, |step| match step {
        Some((input, step)) => keeper.take(input, step),
        None => {
            keeper.tick(n_read.load(Ordering::Relaxed));
            if stop.is_wanted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    });
    let fault = read.err().map(|fault| {
        let mend = "see whether the files are whole; what was done is kept for --resume";
        Error::new(ErrorKind::Io, job.command, format!("reading failed: {fault}"), mend)
    });
    keeper.finish(fault)
}

/// What one record makes despin fail at is told as its reject, and not besides.
fn quiet_workers() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(crew::WORKER) {
            usual(panic);
        }
    }));
}

/// The records of all files, in order.
struct Source {
    inputs: Vec<Input>,
    at: usize,
    cursor: Cursor,
    frames: Option<Box<dyn Iterator<Item = Frame> + Send>>,
    max_record: u64,
    max_ratio: u64,
    n_read: Arc<AtomicU64>,
}

impl Source {
    fn open(&self, input: &Input) -> std::io::Result<Box<dyn Iterator<Item = Frame> + Send>> {
        let mut len_bytes = None;
        let stream: Box<dyn Read + Send> = if files::is_stdin(&input.path) {
            if std::io::stdin().is_terminal() {
                let _ = writeln!(std::io::stderr(), "despin: reading what you type; end with Ctrl-D, or name files");
            }
            Box::new(std::io::stdin())
        } else {
            let file = File::open(&input.path)?;
            len_bytes = file.metadata().ok().filter(|metadata| metadata.is_file()).map(|metadata| metadata.len());
            Box::new(file)
        };
        let stream = compress::reader(stream, len_bytes, input.compression, self.max_ratio, self.n_read.clone())?;
        Ok(frames(stream, input.shape, self.max_record, self.cursor))
    }
}

impl Iterator for Source {
    type Item = (usize, Step<Frame>);

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let input = self.inputs.get(at)?;
        if self.frames.is_none() {
            match self.open(input) {
                Ok(frames) => self.frames = Some(frames),
                Err(error) => {
                    self.frames = Some(Box::new(std::iter::empty()));
                    let error = Error::io(&input.path, "read it", error, "");
                    let reason = error.to_string();
                    let reason = reason.strip_prefix(&format!("{}: ", input.name)).unwrap_or(&reason).to_string();
                    return Some((at, Step::Unreadable(reason.trim_end_matches("; ").to_string())));
                }
            }
        }
        if let Some(frame) = self.frames.as_mut().and_then(Iterator::next) {
            return Some((at, Step::Record(frame)));
        }
        self.frames = None;
        self.cursor = Cursor::START;
        self.at += 1;
        Some((at, Step::End))
    }
}
