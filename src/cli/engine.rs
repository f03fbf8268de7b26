//! What restoring and detecting work with: dictionaries and a language model, loaded as the user asks.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::{files, inputs};
use crate::error::Result;
use crate::journal::sha256;
use crate::lexicon::builtin;
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::examples::EXAMPLES;
use crate::lexicon::format::{DictionaryFile, parse};
use crate::lexicon::reject;
use crate::lm::sequence::SequenceModel;
use crate::lm::{BilinearModel, NgramModel, UniformModel};
use crate::pipeline::{Despinner, Options, SharedModel};
use crate::settings;

/// Which dictionaries and which language model.
#[derive(Debug, Clone, Default, Args)]
pub struct EngineArgs {
    /// The language model: a file made by `despin lm build`, or none [default: the built-in model of English]
    #[arg(long, value_name = "FILE|none", help_heading = "Dictionaries and model")]
    pub lm: Option<PathBuf>,
    /// The context model: a file made by `despin lm train`, or none [default: the built-in model of English]
    #[arg(long, value_name = "FILE|none", help_heading = "Dictionaries and model")]
    pub context: Option<PathBuf>,
    /// A dictionary laid over the built-in ones; may be given several times, and later ones win
    #[arg(long, value_name = "FILE", help_heading = "Dictionaries and model")]
    pub dict: Vec<PathBuf>,
    /// A dictionary in place of the built-in ones and those of the working directory; may be given several times, and later
    /// ones win
    #[arg(long, value_name = "FILE", help_heading = "Dictionaries and model")]
    pub only_dict: Vec<PathBuf>,
    /// A list of pairs that are never restored, whatever dictionary has them: spun, a tab, original, or * for all
    #[arg(long, value_name = "FILE", help_heading = "Dictionaries and model")]
    pub reject_list: Vec<PathBuf>,
    /// True to leave out what lies in .despin/dictionaries: the command's --isolated.
    #[arg(skip)]
    pub isolated: bool,
    /// A wording that is never edited, wherever it stands; may be given several times
    #[arg(long, value_name = "WORDING", help_heading = "Dictionaries and model")]
    pub protect: Vec<String>,
    /// Read every text whole, also where a first look takes it for genuine; takes many times as long
    #[arg(long)]
    pub thorough: bool,
}

/// Which neural model, if any.
#[derive(Debug, Clone, Default, Args)]
pub struct RescorerArgs {
    /// A neural model that looks at close decisions again (docs/rescorer.md)
    #[arg(long, value_name = "FILE", help_heading = "Dictionaries and model")]
    pub rescorer: Option<PathBuf>,
}

/// Dictionaries and a model, loaded.
pub struct Engine {
    // None where the built-in lexicon is enough.
    lexicon: Option<Lexicon>,
    model: Box<SharedModel>,
    context: Option<BilinearModel>,
    rescorer: Option<Box<dyn SequenceModel>>,
    protect: Vec<String>,
    is_thorough: bool,
}

/// What stands for no model.
const NO_MODEL: &str = "none";
/// Words that a model which knows none takes for equally probable: about as many as the built-in model knows.
const N_WORDS: u32 = 60_000;

impl EngineArgs {
    /// The same, with what `settings` say where there is no flag.
    pub fn under(mut self, settings: &settings::Restore) -> EngineArgs {
        if self.dict.is_empty() {
            self.dict.clone_from(&settings.dict);
        }
        self.lm = self.lm.or(settings.lm.clone());
        self
    }
}

impl Engine {
    /// Loads what `args` name.
    ///
    /// # Errors
    ///
    /// Where a dictionary or a model cannot be read.
    pub fn open(args: &EngineArgs) -> Result<Engine> {
        let model: Box<SharedModel> = match &args.lm {
            None => Box::new(NgramModel::english()?),
            Some(path) if path == Path::new(NO_MODEL) => Box::new(UniformModel::new(N_WORDS)),
            Some(path) => Box::new(NgramModel::open(path)?),
        };
        let context = match &args.context {
            None => Some(BilinearModel::english()?),
            Some(path) if path == Path::new(NO_MODEL) => None,
            Some(path) => Some(BilinearModel::open(path)?),
        };
        let lexicon = args.dictionaries()?.map(Lexicon::new);
        Ok(Engine {
            lexicon,
            model,
            context,
            rescorer: None,
            protect: args.protect.clone(),
            is_thorough: args.thorough,
        })
    }

    /// The same with the neural model that `args` name.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or this build cannot run it.
    pub fn with_rescorer(mut self, args: &RescorerArgs) -> Result<Engine> {
        self.rescorer = args.rescorer.as_deref().map(rescorer).transpose()?;
        Ok(self)
    }

    /// The same with `lexicon` for its dictionaries.
    pub fn with_lexicon(mut self, lexicon: Lexicon) -> Engine {
        self.lexicon = Some(lexicon);
        self
    }

    /// A despinner that works with these.
    ///
    /// # Errors
    ///
    /// None, unless the program itself was built from damaged files.
    pub fn despinner(&self, options: Options) -> Result<Despinner<'_>> {
        let lexicon = match &self.lexicon {
            Some(lexicon) => lexicon,
            None => builtin::lexicon()?,
        };
        let is_thorough = options.is_thorough || self.is_thorough;
        let options = Options { protect: self.protect.clone(), is_thorough, ..options };
        let mut despinner = Despinner::new(lexicon, &*self.model).with(options);
        if let Some(context) = &self.context {
            despinner = despinner.with_context(context);
        }
        Ok(match &self.rescorer {
            Some(rescorer) => despinner.with_rescorer(&**rescorer),
            None => despinner,
        })
    }
}

#[cfg(feature = "rescorer")]
fn rescorer(path: &Path) -> Result<Box<dyn SequenceModel>> {
    Ok(Box::new(crate::lm::neural::NeuralModel::open(path)?))
}

#[cfg(not(feature = "rescorer"))]
fn rescorer(_path: &Path) -> Result<Box<dyn SequenceModel>> {
    let mend = "install one with `cargo install --path . --features rescorer`";
    Err(crate::error::Error::new(
        crate::error::ErrorKind::Usage,
        "--rescorer",
        "this build cannot run neural models",
        mend,
    ))
}

/// Where a directory keeps dictionaries of its own, laid over the built-in ones and under those of `--dict`.
pub const OWN_DICTIONARIES: &str = ".despin/dictionaries";

impl EngineArgs {
    /// All files of the user's that dictionaries and lists are read from.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.dict.iter().chain(&self.only_dict).chain(&self.reject_list)
    }

    /// All that tells these dictionaries and models from others.
    ///
    /// # Errors
    ///
    /// Where one cannot be read.
    pub fn fingerprint(&self) -> Result<String> {
        let own = if self.isolated || !self.only_dict.is_empty() { Vec::new() } else { own_dictionaries()? };
        let mut all = format!("{self:?}");
        for path in self.files().chain(&own) {
            all.push_str(&sha256(&files::read(path)?));
        }
        // Models are large, and seldom written to.
        let models = self.lm.iter().chain(&self.context).filter_map(|path| std::fs::metadata(path).ok());
        models.for_each(|meta| all.push_str(&format!(" {} {:?}", meta.len(), meta.modified().ok())));
        Ok(all)
    }

    /// The dictionaries in the order in which they are laid over each other; nothing where they are the built-in ones alone.
    fn dictionaries(&self) -> Result<Option<Vec<DictionaryFile>>> {
        let mut dictionaries = Vec::new();
        if self.only_dict.is_empty() {
            let own = if self.isolated { Vec::new() } else { own_dictionaries()? };
            if own.is_empty() && self.files().next().is_none() {
                return Ok(None);
            }
            dictionaries.extend(builtin::files()?);
            read_all(&own, &mut dictionaries)?;
        } else {
            read_all(&self.only_dict, &mut dictionaries)?;
        }
        // Also with --only-dict, those of --dict are laid on top.
        read_all(&self.dict, &mut dictionaries)?;
        for path in &self.reject_list {
            let name = inputs::name(path);
            let text = inputs::dictionary(&name, files::read(path)?)?;
            let rejected = reject::parse(&name, &text, &dictionaries)?;
            dictionaries.push(rejected);
        }
        Ok(Some(dictionaries))
    }
}

/// The dictionaries of the working directory, by name; none where it has none.
pub(super) fn own_dictionaries() -> Result<Vec<PathBuf>> {
    let folder = Path::new(OWN_DICTIONARIES);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let is_dictionary = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".tsv") && !name.ends_with(EXAMPLES)
    };
    Ok(super::eval::list(folder)?.into_iter().filter(is_dictionary).collect())
}

/// Reads the dictionaries at `paths`.
pub(super) fn read_all(paths: &[PathBuf], dictionaries: &mut Vec<DictionaryFile>) -> Result<()> {
    for path in paths {
        let name = inputs::name(path);
        let text = inputs::dictionary(&name, files::read(path)?)?;
        dictionaries.push(parse(&name, &text)?);
    }
    Ok(())
}
