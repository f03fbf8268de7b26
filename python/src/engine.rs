//! What a `Despinner` was asked for, and the tasks that do it: the command's own, with its dictionaries and models.

use std::num::NonZero;
use std::path::PathBuf;

use despin::bulk::result::Journals;
use despin::bulk::task::Task;
use despin::clean;
use despin::clean::boilerplate::Removal;
use despin::cli::engine::{Engine, EngineArgs};
use despin::cli::settings::removal;
use despin::page::Html;
use despin::pipeline::{Despinner, Options};
use despin::text::source::Encoding;
use pyo3::IntoPyObject;
use pyo3::prelude::*;
use self_cell::self_cell;

use crate::error::{raised, usage};

/// The options of a `Despinner`, as Python gives them; each is the command's flag of that name.
#[derive(Debug, Clone, IntoPyObject)]
pub struct Choices {
    pub clean: bool,
    pub boilerplate: Option<String>,
    pub skip: Vec<String>,
    pub only: Vec<String>,
    pub keep: Vec<String>,
    pub drop: Vec<String>,
    pub ascii_quotes: bool,
    pub html: Option<bool>,
    pub encoding: Option<String>,
    pub force: bool,
    pub thorough: bool,
    pub apply_from: Option<f64>,
    pub dict: Vec<PathBuf>,
    pub only_dict: Vec<PathBuf>,
    pub reject_list: Vec<PathBuf>,
    pub lm: Option<PathBuf>,
    pub context: Option<PathBuf>,
    pub protect: Vec<String>,
    pub journal: String,
    pub threads: Option<usize>,
}

/// What can be done to a text.
pub struct Tasks<'a> {
    pub clean: Task<'a>,
    pub detect: Task<'a>,
    pub restore: Task<'a>,
    pub despinner: Despinner<'a>,
}

self_cell!(
    pub struct Owning {
        owner: Engine,
        #[covariant]
        dependent: Tasks,
    }
);

/// Tasks, with what they work with.
pub enum Held {
    /// The built-in dictionaries and models, which all share.
    Builtin(Box<Tasks<'static>>),
    /// The user's.
    Own(Box<Owning>),
}

impl Held {
    /// Loads what `choices` name.
    pub fn open(choices: &Choices) -> PyResult<Held> {
        let args = choices.engine();
        let is_builtin = args.files().next().is_none() && args.lm.is_none() && args.context.is_none();
        if is_builtin {
            let mut options = choices.options()?;
            options.protect.clone_from(&choices.protect);
            let despinner = Despinner::builtin().map_err(raised)?.with(options);
            return Ok(Held::Builtin(Box::new(choices.tasks(despinner)?)));
        }
        let engine = Engine::open(&args).map_err(raised)?;
        let owning = Owning::try_new(engine, |engine| -> PyResult<_> {
            choices.tasks(engine.despinner(choices.options()?).map_err(raised)?)
        });
        Ok(Held::Own(Box::new(owning?)))
    }

    /// The tasks.
    pub fn tasks(&self) -> &Tasks<'_> {
        match self {
            Held::Builtin(tasks) => tasks,
            Held::Own(owning) => owning.borrow_dependent(),
        }
    }
}

impl Choices {
    fn engine(&self) -> EngineArgs {
        EngineArgs {
            lm: self.lm.clone(),
            context: self.context.clone(),
            dict: self.dict.clone(),
            only_dict: self.only_dict.clone(),
            reject_list: self.reject_list.clone(),
            // A library looks at no working directory.
            isolated: true,
            protect: self.protect.clone(),
            thorough: self.thorough,
        }
    }

    fn tasks<'a>(&self, despinner: Despinner<'a>) -> PyResult<Tasks<'a>> {
        let Options { html, encoding, .. } = despinner.options;
        let removal = removal(Removal::USUAL, self.boilerplate()?, &self.keep, &self.drop).map_err(raised)?;
        let options = clean::Options {
            skip: self.skip.clone(),
            only: self.only.clone(),
            removal,
            has_ascii_quotes: self.ascii_quotes,
        };
        options.check().map_err(raised)?;
        Ok(Tasks {
            clean: Task::Clean { options, html, encoding },
            detect: Task::Detect(despinner.clone()),
            restore: Task::Restore(despinner.clone()),
            despinner,
        })
    }

    /// How texts are judged and restored: as the command's `detect` and `restore` do it with these flags.
    fn options(&self) -> PyResult<Options> {
        let removal = removal(Removal::default(), self.boilerplate()?, &[], &[]).map_err(raised)?;
        let mut options = Options {
            clean: self.clean.then(|| clean::Options { removal, ..clean::Options::default() }),
            is_forced: self.force,
            is_thorough: self.thorough,
            html: match self.html {
                None => Html::Sniffed,
                Some(true) => Html::Always,
                Some(false) => Html::Never,
            },
            encoding: self.encoding.as_deref().map(Encoding::for_label).transpose().map_err(raised)?,
            ..Options::default()
        };
        if let Some(from) = self.apply_from {
            if !(0.0..=1.0).contains(&from) {
                return Err(usage("apply_from", "no probability", "give a number from 0 to 1"));
            }
            options.restore.set_apply_from(from);
        }
        Ok(options)
    }

    fn boilerplate(&self) -> PyResult<Option<&str>> {
        match self.boilerplate.as_deref() {
            None | Some("keep" | "drop") => Ok(self.boilerplate.as_deref()),
            Some(other) => {
                Err(usage("boilerplate", format!("it cannot be `{}`", other.escape_debug()), "give drop or keep"))
            }
        }
    }

    /// What of journals is kept in columns.
    pub fn journals(&self) -> PyResult<Journals> {
        match self.journal.as_str() {
            "lean" => Ok(Journals::Lean),
            "full" => Ok(Journals::Full),
            "none" => Ok(Journals::None),
            other => {
                Err(usage("journal", format!("it cannot be `{}`", other.escape_debug()), "give lean, full or none"))
            }
        }
    }

    /// How many threads work on a batch.
    pub fn n_threads(&self) -> PyResult<usize> {
        match self.threads {
            Some(0) => Err(usage("threads", "none cannot do anything", "give 1 or more, or leave it out")),
            Some(n) => Ok(n),
            None => Ok(std::thread::available_parallelism().map_or(1, NonZero::get)),
        }
    }
}
