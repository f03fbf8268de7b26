//! Where what comes out of a run goes, and as what.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::bulk::shape::{Compression, Shape};
use crate::cli::bulk::{BulkArgs, Input, state};
use crate::cli::files;
use crate::error::{Error, ErrorKind, Result};
use crate::journal::sha256;

/// What a command asks of a run over many texts.
pub struct Job<'a> {
    /// Its name.
    pub command: &'static str,
    /// The flags that all commands have.
    pub args: &'a BulkArgs,
    /// The files.
    pub inputs: Vec<Input>,
    /// The file to write to.
    pub output: Option<&'a Path>,
    /// True where something is said of each record, and the record itself not given.
    pub is_said: bool,
    /// True where texts are changed, so that there are journals.
    pub is_changing: bool,
    /// All else that the result depends on: flags, dictionaries and models.
    pub settings: String,
}

/// Where records go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// To the standard output.
    Printed,
    /// To what is no file that could be gone on with: a pipe, a terminal, /dev/null.
    Device(PathBuf),
    /// All to one file.
    File(PathBuf, Compression),
    /// Those of each file to one of its name.
    Directory(PathBuf),
}

/// Where what comes out goes, and as what.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where records go.
    pub goal: Goal,
    /// True where texts and pages become lines of JSON.
    pub is_jsonl: bool,
    /// True where the one output is a web archive.
    pub is_archive: bool,
    /// Where it is noted how far the run has come; not at all where it cannot go on.
    pub state: Option<PathBuf>,
    /// What another run must have in common with this one to go on for it.
    pub fingerprint: String,
}

impl Job<'_> {
    /// The plan of the job.
    ///
    /// # Errors
    ///
    /// Where its parts do not go together, or something would be overwritten that is read.
    pub fn plan(&self) -> Result<Plan> {
        let (args, inputs) = (self.args, &self.inputs);
        let output = self.output.filter(|output| !files::is_stdin(output));
        if args.out.is_some() && inputs.iter().any(|input| files::is_stdin(&input.path)) {
            return Err(self.usage("the standard input has no name to have in --out", "write with -o"));
        }
        if self.is_changing
            && args.inline_journal.is_none()
            && args.to_field.is_some()
            && output.is_none()
            && self.is_said
        {
            return Err(self.usage("--to-field needs records that are written", "write with -o or --out"));
        }
        let is_device = |file: &Path| std::fs::metadata(file).is_ok_and(|meta| !meta.is_file() && !meta.is_dir());
        let goal = match (output, &args.out) {
            (Some(file), _) if is_device(file) => Goal::Device(file.to_path_buf()),
            (Some(file), _) => Goal::File(file.to_path_buf(), super::shape_of(file).1),
            (None, Some(directory)) => Goal::Directory(directory.clone()),
            (None, None) => Goal::Printed,
        };
        let shape = self.out_shape(&goal)?;
        let paths: Vec<PathBuf> = inputs.iter().map(|input| input.path.clone()).collect();
        for written in [output, args.rejects.as_deref()].into_iter().flatten() {
            files::check_output(self.command, &paths, Some(written), None, "name another file")?;
        }
        if let Goal::File(file, _) = &goal
            && let Some(directory) =
                file.parent().filter(|directory| *directory != Path::new("") && !directory.is_dir())
        {
            let fault = format!("{} is no directory", directory.display());
            return Err(self.usage(&fault, "make it first"));
        }
        if let Goal::Directory(directory) = &goal {
            self.check_targets(directory, &paths)?;
        }
        let state = match &goal {
            Goal::Printed | Goal::Device(_) => None,
            Goal::File(file, _) => Some(state::beside(file)),
            Goal::Directory(directory) => Some(directory.join(state::NAME)),
        };
        if state.is_none() && args.resume {
            return Err(self.usage("what was printed cannot be gone on with", "write with -o or --out"));
        }
        Ok(Plan {
            is_jsonl: shape == Some(Shape::Jsonl),
            is_archive: shape == Some(Shape::Warc),
            state,
            fingerprint: self.fingerprint(&goal),
            goal,
        })
    }

    /// What the one output is; none where each file stays what it is.
    fn out_shape(&self, goal: &Goal) -> Result<Option<Shape>> {
        let inputs = &self.inputs;
        let shapes: Vec<Shape> = inputs.iter().map(|input| input.shape).collect();
        let is_all = |shape| shapes.iter().all(|s| *s == shape);
        let texts_unchanged =
            || self.usage("judging changes no text, so there is nothing to write", "write records with -o FILE.jsonl");
        let named = match goal {
            Goal::Directory(_) if !self.is_changing && shapes.contains(&Shape::Text) => return Err(texts_unchanged()),
            Goal::Directory(_) => return Ok(None),
            Goal::Printed if self.is_said => return Ok(None),
            Goal::Printed | Goal::Device(_) => None,
            Goal::File(file, _) => super::shape_of(file).0,
        };
        let shape = named.unwrap_or(shapes[0]);
        let fits = match shape {
            Shape::Jsonl => !shapes.contains(&Shape::Csv),
            // Two files may have other columns, or the same in another order.
            Shape::Csv => is_all(Shape::Csv) && inputs.len() == 1,
            Shape::Warc => is_all(Shape::Warc),
            Shape::Text => {
                is_all(Shape::Text) && (inputs.len() == 1 || matches!(goal, Goal::Printed | Goal::Device(_)))
            }
        };
        if !fits {
            let fault = "these files cannot be written as one";
            return Err(self.usage(fault, "use --out DIR, or -o FILE.jsonl for texts, JSON Lines and web archives"));
        }
        if shape == Shape::Text && !self.is_changing {
            return Err(texts_unchanged());
        }
        Ok(Some(shape))
    }

    /// Refuses two inputs that would go to one output, and outputs that are inputs.
    fn check_targets(&self, directory: &Path, paths: &[PathBuf]) -> Result<()> {
        let mut taken: HashMap<&Path, &Input> = HashMap::new();
        for input in &self.inputs {
            if input.below.as_os_str().is_empty() {
                return Err(self.usage("a file without a name cannot be written to --out", "name files"));
            }
            if let Some(other) = taken.insert(&input.below, input) {
                let fault = format!("{} and {} would be written to one file", other.name, input.name);
                return Err(
                    self.usage(&fault, "give the directory that both lie in, or write them one after the other")
                );
            }
        }
        // Only what lies in the directory can be overwritten by what is written there.
        let Ok(directory) = std::fs::canonicalize(directory) else { return Ok(()) };
        let is_overwritten = |(path, input): (&PathBuf, &Input)| {
            std::fs::canonicalize(path).is_ok_and(|path| path == directory.join(&input.below))
        };
        match paths.iter().zip(&self.inputs).find(|pair| is_overwritten(*pair)) {
            Some((_, input)) => Err(self.usage(&format!("{} would be overwritten", input.name), "name another --out")),
            None => Ok(()),
        }
    }

    fn fingerprint(&self, goal: &Goal) -> String {
        let args = self.args;
        let all = format!(
            "{} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {goal:?} {} {:?}",
            env!("CARGO_PKG_VERSION"),
            self.command,
            args.fields(),
            args.journals(),
            args.max_record(),
            args.max_text,
            (args.max_ratio(), args.frame_records()),
            args.inline_journal,
            args.rejects,
            args.journal_dir,
            args.input_format.map(|format| format as u8),
            self.settings,
            self.inputs,
        );
        sha256(all.as_bytes())
    }

    /// What cannot be asked for together.
    pub fn usage(&self, fault: &str, mend: &str) -> Error {
        Error::new(ErrorKind::Usage, self.command, fault, mend)
    }
}

impl Plan {
    /// True where all records go to one place.
    pub fn is_one(&self) -> bool {
        !matches!(self.goal, Goal::Directory(_))
    }

    /// Where what comes of `input` goes, where each goes to a file of its own.
    pub fn target(&self, input: &Input) -> Option<PathBuf> {
        match &self.goal {
            Goal::Directory(directory) => Some(directory.join(&input.below)),
            _ => None,
        }
    }
}
