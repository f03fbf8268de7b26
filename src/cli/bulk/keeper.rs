//! What comes out of a run, kept in order, and how far it has come.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::bulk::desk::{Reject, Tally, Treated};
use crate::bulk::frame::Cursor;
use crate::bulk::shape::{Compression, Shape};
use crate::cli::bulk::InlineJournal;
use crate::cli::bulk::plan::{Goal, Job, Plan};
use crate::cli::bulk::progress::Progress;
use crate::cli::bulk::run::{Step, Worked};
use crate::cli::bulk::sink::{self, Mark, Sink, Waiting, part_of, unwritable};
use crate::cli::bulk::state::State;
use crate::cli::exit::Exit;
use crate::cli::{files, report};
use crate::error::{Error, ErrorKind, Result};

/// Rejects that are told one by one where no file takes them.
const MOST_TOLD: u64 = 20;
/// How often it is noted how far a run has come.
const SAVE_EVERY: u64 = 2;

/// Keeps what comes out of a run.
pub struct Keeper<'a> {
    job: &'a Job<'a>,
    plan: &'a Plan,
    out: &'a mut dyn Write,
    state: State,
    sink: Option<Sink>,
    journals: Option<Sink>,
    // Texts of a directory, and their journals.
    texts: Waiting,
    // What a run that goes on had not written yet.
    tails: [Vec<u8>; 2],
    rejects: Option<(PathBuf, File)>,
    unreadable: Option<usize>,
    // The one output has its place already: an earlier run came so far.
    is_placed: bool,
    // A record could not be read, and the run is strict.
    is_refused: bool,
    saved: Instant,
    progress: Progress,
    error: Option<Error>,
}

impl<'a> Keeper<'a> {
    /// One for `job`, which goes on where an earlier run stopped if it is asked to.
    ///
    /// # Errors
    ///
    /// Where something cannot be written, or what an earlier run left is in the way.
    pub fn open(job: &'a Job<'a>, plan: &'a Plan, out: &'a mut dyn Write) -> Result<Keeper<'a>> {
        let args = job.args;
        if let Goal::Directory(directory) = &plan.goal {
            let failed = |e| Error::io(directory, "make it", e, "name another --out");
            std::fs::create_dir_all(directory).map_err(failed)?;
        }
        let earlier = match &plan.state {
            Some(path) if args.resume => State::load(path, &plan.fingerprint)?,
            Some(path) if path.exists() => {
                let fault = "a run was stopped here that can go on";
                let mend = format!("add --resume, or remove {} to begin again", path.display());
                return Err(Error::new(ErrorKind::Usage, path.display().to_string(), fault, mend));
            }
            _ => None,
        };
        let (state, tails) = earlier.unwrap_or_else(|| (State::new(plan.fingerprint.clone()), Default::default()));
        let stamps: Option<Vec<u64>> = job.inputs.iter().map(|input| input.stamp.map(|(len, _)| len)).collect();
        let total = stamps.map(|stamps| stamps.iter().sum());
        let rejects = args.rejects.as_deref().map(|path| rejects_file(path, state.rejects_bytes)).transpose()?;
        let mut keeper = Keeper {
            job,
            plan,
            out,
            progress: Progress::new(args.progress, total, &state.tally, state.seconds),
            state,
            sink: None,
            journals: None,
            texts: Waiting::default(),
            tails,
            rejects,
            unreadable: None,
            is_placed: false,
            is_refused: false,
            saved: Instant::now(),
            error: None,
        };
        if keeper.state.is_whole {
            keeper.place_whole()?;
        } else if keeper.state.out != Mark::default() || matches!(plan.goal, Goal::File(..)) {
            keeper.go_on()?;
        }
        Ok(keeper)
    }

    /// Where the run begins: the number of the input, and the place in it.
    pub fn place(&self) -> (usize, Cursor) {
        (self.state.input, self.state.cursor)
    }

    /// Takes what comes next of `input`.
    pub fn take(&mut self, input: usize, step: Step<Worked>) -> ControlFlow<()> {
        let taken = match step {
            Step::Record(worked) => self.record(input, worked),
            Step::Unreadable(reason) => {
                let file = self.job.inputs[input].name.clone();
                self.unreadable = Some(input);
                self.state.tally.rejects += 1;
                self.reject(&Reject { file, record: 0, line: None, offset: 0, len_bytes: 0, reason })
            }
            Step::End => self.end(input),
        };
        let every = Duration::from_secs(self.job.args.save_every.unwrap_or(SAVE_EVERY));
        let saved = taken.and_then(|()| if self.saved.elapsed() >= every { self.save() } else { Ok(()) });
        match saved {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    /// Tells how far the run is, which has read so many bytes.
    pub fn tick(&mut self, read_bytes: u64) {
        self.progress.tick(&self.state.tally, read_bytes);
        if self.plan.state.is_none() {
            // A reader that is gone is met at the next record.
            let _ = self.out.flush();
        }
    }

    /// Ends the run: whole, stopped, or with `fault`.
    ///
    /// # Errors
    ///
    /// Where it failed.
    pub fn finish(mut self, fault: Option<Error>) -> Result<Exit> {
        if let Some(error) = self.error.take() {
            // What was written before is whole.
            let _ = self.texts.place();
            // A disk that is full leaves what can be gone on with; a record that is refused leaves nothing.
            if self.is_refused {
                self.discard();
            }
            return Err(error);
        }
        if fault.is_some() || self.state.input < self.job.inputs.len() {
            return self.stopped(fault);
        }
        self.texts.place()?;
        if let (Goal::File(..), false) = (&self.plan.goal, self.is_placed) {
            self.close()?;
        } else if let Some(mut journals) = self.journals.take() {
            journals.end()?;
            journals.place()?;
        }
        if let Some((path, file)) = &self.rejects {
            file.sync_all().map_err(|e| unwritable(path, e))?;
        }
        self.out.flush().map_err(|e| self.unprinted(e))?;
        if let Some(path) = &self.plan.state {
            State::remove(path)?;
        }
        let tally = self.state.tally.clone();
        self.tell_untold(&tally);
        if let Some(summary) = self.progress.summary(self.job.args.summary, &tally) {
            if matches!(self.plan.goal, Goal::Printed | Goal::Device(_)) {
                let _ = writeln!(std::io::stderr(), "{summary}");
            } else {
                files::print(self.out, format!("{summary}\n").as_bytes())?;
            }
        }
        let rejected = if tally.rejects > 0 && self.rejects.is_none() { Exit::Failed } else { Exit::Clean };
        let found = if !self.job.is_changing && tally.spun > 0 { Exit::Found } else { Exit::Clean };
        Ok(rejected.and(found))
    }

    fn record(&mut self, input: usize, worked: Worked) -> Result<()> {
        let Worked { mut treated, next } = worked;
        if let Some(reject) = &treated.reject {
            self.reject(reject)?;
        }
        let shape = self.job.inputs[input].shape;
        let is_text = shape == Shape::Text;
        if (self.plan.is_jsonl || shape == Shape::Jsonl) && !treated.out.is_empty() {
            // Where files are put together, one that ends without a line end must not run into the next one's first line.
            if self.state.is_line_open {
                treated.out.insert(0, b'\n');
            }
            self.state.is_line_open = self.plan.is_one() && !treated.out.ends_with(b"\n");
        }
        match &self.plan.goal {
            Goal::Printed | Goal::Device(_) => {
                self.out.write_all(&treated.out).map_err(|e| self.unprinted(e))?;
                self.journal(input, &treated)?;
            }
            Goal::Directory(_) if is_text => self.text(input, &treated)?,
            _ => {
                self.go_on()?;
                self.sink.as_mut().expect("it was opened").push(&treated.out)?;
                self.journal(input, &treated)?;
            }
        }
        self.state.tally += &treated.tally;
        self.state.cursor = next;
        Ok(())
    }

    fn unprinted(&self, error: std::io::Error) -> Error {
        let place = if let Goal::Device(device) = &self.plan.goal { device } else { Path::new("standard output") };
        Error::io(place, "write to it", error, "write to a file with -o")
    }

    /// Writes a text to its file, and its journal beside it.
    fn text(&mut self, input: usize, treated: &Treated) -> Result<()> {
        let input = &self.job.inputs[input];
        let target = self.plan.target(input).expect("the goal is a directory");
        if treated.reject.is_some() {
            return Ok(());
        }
        let args = self.job.args;
        let place = match &args.journal_dir {
            Some(directory) => directory.join(&input.below),
            None => target.clone(),
        };
        let place = files::journal_path(&place, 1);
        let outdated = match &treated.journal {
            Some(journal) if args.journal_dir.is_some() || args.inline_journal != Some(InlineJournal::None) => {
                self.texts.add(&place, journal.as_bytes(), Compression::None, None)?;
                None
            }
            // One of an earlier run would not be of this text.
            _ => Some(place),
        };
        self.texts.add(&target, &treated.out, input.compression, outdated)
    }

    /// Keeps the journal of a record.
    fn journal(&mut self, input: usize, treated: &Treated) -> Result<()> {
        if let (Some(target), Some(journal)) = (self.journals_target(input), &treated.journal) {
            if self.journals.is_none() {
                self.journals = Some(Sink::open(&target, Compression::None, 1, &Mark::default(), &[])?);
            }
            self.journals.as_mut().expect("it was opened").push(journal.as_bytes())?;
        }
        Ok(())
    }

    fn journals_target(&self, input: usize) -> Option<PathBuf> {
        let directory = self.job.args.journal_dir.as_ref()?;
        let mut name = match &self.plan.goal {
            Goal::Printed | Goal::Device(_) => PathBuf::from("records"),
            Goal::File(file, _) => PathBuf::from(file.file_name()?),
            Goal::Directory(_) => self.job.inputs.get(input)?.below.clone(),
        }
        .into_os_string();
        name.push(".despin.jsonl");
        Some(directory.join(name))
    }

    fn reject(&mut self, reject: &Reject) -> Result<()> {
        let place = match (reject.line, reject.record) {
            (Some(line), _) => format!("{}:{line}", reject.file),
            (None, 0) => reject.file.clone(),
            (None, record) => format!("{}, record {record}, byte {}", reject.file, reject.offset),
        };
        if self.job.args.strict {
            self.is_refused = true;
            return Err(Error::new(ErrorKind::Io, place, &reject.reason, "mend it, or leave out --strict"));
        }
        match &mut self.rejects {
            Some((path, file)) => {
                let mut line = serde_json::to_vec(reject).expect("strings and numbers are JSON");
                line.push(b'\n');
                file.write_all(&line).map_err(|e| unwritable(path, e))?;
                self.state.rejects_bytes += line.len() as u64;
            }
            None if self.state.tally.rejects < MOST_TOLD => {
                report(&Error::new(ErrorKind::Io, place, &reject.reason, "mend it, or collect such with --rejects"));
            }
            None => {}
        }
        Ok(())
    }

    fn tell_untold(&self, tally: &Tally) {
        if self.rejects.is_none() && tally.rejects > MOST_TOLD {
            let fault = format!("{} more records were rejected", tally.rejects - MOST_TOLD);
            report(&Error::new(ErrorKind::Io, self.job.command, fault, "collect them with --rejects FILE"));
        }
    }

    fn end(&mut self, input: usize) -> Result<()> {
        let is_file = matches!(self.plan.goal, Goal::Directory(_)) && self.job.inputs[input].shape != Shape::Text;
        // What could not be read gives no output; what is empty gives one that is.
        if is_file && self.unreadable != Some(input) {
            self.close()?;
        }
        self.state.input = input + 1;
        self.state.cursor = Cursor::START;
        if is_file {
            self.save()?;
        }
        Ok(())
    }

    /// Opens the output of the records that come next, where it is not open.
    fn go_on(&mut self) -> Result<()> {
        let input = self.job.inputs.get(self.state.input);
        let (target, compression, is_archive) = match (&self.plan.goal, input) {
            _ if self.sink.is_some() => return Ok(()),
            (Goal::File(file, compression), _) => (file.clone(), *compression, self.plan.is_archive),
            (Goal::Directory(directory), Some(input)) if input.shape != Shape::Text => {
                (directory.join(&input.below), input.compression, input.shape == Shape::Warc)
            }
            _ => return Ok(()),
        };
        // Each record of an archive is packed by itself: its readers look for them so.
        let n_records = if is_archive { 1 } else { self.job.args.frame_records() };
        let [tail, more] = std::mem::take(&mut self.tails);
        self.sink = Some(Sink::open(&target, compression, n_records, &self.state.out, &tail)?);
        let journals = self.state.journals.clone();
        if let Some(target) = self.journals_target(self.state.input).filter(|_| journals != Mark::default()) {
            self.journals = Some(Sink::open(&target, Compression::None, 1, &journals, &more)?);
        }
        Ok(())
    }

    /// Makes the output whole, and gives it its place.
    fn close(&mut self) -> Result<()> {
        self.go_on()?;
        for sink in [&mut self.sink, &mut self.journals].into_iter().flatten() {
            sink.end()?;
        }
        self.state.is_whole = true;
        self.save()?;
        for sink in [self.sink.take(), self.journals.take()].into_iter().flatten() {
            sink.place()?;
        }
        self.next_output();
        Ok(())
    }

    /// Gives an output its place that was whole when the run was stopped.
    fn place_whole(&mut self) -> Result<()> {
        let input = self.state.input.min(self.job.inputs.len() - 1);
        let target = match &self.plan.goal {
            Goal::File(file, _) => Some(file.clone()),
            _ => self.plan.target(&self.job.inputs[input]),
        };
        for target in [target, self.journals_target(input)].into_iter().flatten() {
            if part_of(&target).exists() {
                sink::place(&target)?;
            }
        }
        self.is_placed = matches!(self.plan.goal, Goal::File(..));
        self.state.input = if self.is_placed { self.job.inputs.len() } else { input + 1 };
        self.next_output();
        Ok(())
    }

    fn next_output(&mut self) {
        self.state.is_whole = false;
        self.state.cursor = Cursor::START;
        self.state.out = Mark::default();
        self.state.journals = Mark::default();
    }

    /// Notes how far the run has come.
    fn save(&mut self) -> Result<()> {
        self.saved = Instant::now();
        self.texts.place()?;
        let Some(path) = &self.plan.state else { return Ok(()) };
        if let Some((path, file)) = &self.rejects {
            file.sync_data().map_err(|e| unwritable(path, e))?;
        }
        self.state.seconds = self.progress.seconds() as u64;
        let mut tails: [&[u8]; 2] = [&[], &[]];
        let marks = [&mut self.state.out, &mut self.state.journals];
        for ((sink, mark), tail) in [&mut self.sink, &mut self.journals].into_iter().zip(marks).zip(&mut tails) {
            if let Some(sink) = sink {
                (*mark, *tail) = sink.mark()?;
            }
        }
        self.state.save(path, tails)
    }

    /// Ends a run that can go on.
    fn stopped(mut self, fault: Option<Error>) -> Result<Exit> {
        self.save()?;
        let tally = self.state.tally.clone();
        let n = tally.documents;
        let mend =
            if self.plan.state.is_some() { "go on with --resume" } else { "write with -o or --out, which can go on" };
        self.tell_untold(&tally);
        let _ = self.progress.summary(None, &tally);
        match fault {
            Some(fault) => Err(fault),
            None => {
                let fault = format!("stopped after {n} documents, all of them kept");
                report(&Error::new(ErrorKind::Io, self.job.command, fault, mend));
                Ok(Exit::Stopped)
            }
        }
    }

    /// Takes away what was written.
    fn discard(self) {
        for sink in [self.sink, self.journals].into_iter().flatten() {
            sink.discard();
        }
        if let Some(path) = &self.plan.state {
            let _ = State::remove(path);
        }
    }
}

fn rejects_file(path: &Path, len: u64) -> Result<(PathBuf, File)> {
    let opened = OpenOptions::new().write(true).create(true).truncate(false).open(path);
    let mut file = opened.map_err(|e| unwritable(path, e))?;
    let is_short = file.metadata().map_err(|e| unwritable(path, e))?.len() < len;
    if is_short {
        let fault = "it is shorter than the run left it";
        return Err(Error::new(ErrorKind::Io, path.display().to_string(), fault, "begin again without --resume"));
    }
    file.set_len(len).and_then(|()| file.seek(SeekFrom::End(0))).map_err(|e| unwritable(path, e))?;
    Ok((path.to_path_buf(), file))
}
