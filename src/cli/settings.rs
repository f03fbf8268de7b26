//! Where settings come from: the file above the working directory, or the one that is named, and the environment.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::clean::boilerplate::Removal;
use crate::cli::files;
use crate::error::{Error, ErrorKind, Result};
use crate::page::Html;
use crate::settings::{FILE, LABELS, Settings};
use crate::text::source::Encoding;

/// Where settings are read.
#[derive(Debug, Clone, Default, Args)]
pub struct SettingsArgs {
    /// Read settings from FILE [default: despin.toml in the working directory or above]
    #[arg(long, value_name = "FILE", global = true, help_heading = "Settings")]
    pub config: Option<PathBuf>,
    /// Read no settings, neither from files nor from the environment, and nothing in .despin/dictionaries
    #[arg(long, global = true, conflicts_with = "config", help_heading = "Settings")]
    pub isolated: bool,
}

/// Whether a file is read as a web page.
#[derive(Debug, Clone, Default, Args)]
pub struct HtmlArgs {
    /// Take the files for web pages, and only the article out of each [default: where they begin as one]
    #[arg(long)]
    pub html: bool,
    /// Take the files for plain text, whatever they begin with
    #[arg(long, conflicts_with = "html")]
    pub no_html: bool,
}

impl HtmlArgs {
    /// What they ask for.
    pub fn html(&self) -> Html {
        match (self.html, self.no_html) {
            (true, _) => Html::Always,
            (_, true) => Html::Never,
            _ => Html::Sniffed,
        }
    }
}

/// The encoding that files are read in.
#[derive(Debug, Clone, Default, Args)]
pub struct EncodingArgs {
    /// Read the files in this encoding, a label of the WHATWG standard such as windows-1251 [default: found out; see docs/encodings.md]
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
}

impl EncodingArgs {
    /// What they ask for, if anything.
    ///
    /// # Errors
    ///
    /// Where there is no encoding of this name.
    pub fn encoding(&self) -> Result<Option<Encoding>> {
        self.encoding.as_deref().map(Encoding::for_label).transpose()
    }
}

/// The settings that `args` name.
///
/// # Errors
///
/// Where they cannot be read, or are wrong.
pub fn load(args: &SettingsArgs) -> Result<Settings> {
    if args.isolated {
        return Ok(Settings::default());
    }
    let path = match &args.config {
        Some(path) => Some(path.clone()),
        None => std::env::current_dir().ok().and_then(|folder| found_above(&folder)),
    };
    let settings = match path {
        None => Settings::default(),
        Some(path) => {
            let place = path.display().to_string();
            let text = String::from_utf8(files::read(&path)?)
                .map_err(|_| Error::new(ErrorKind::Usage, &place, "not UTF-8", "save the settings as UTF-8"))?;
            Settings::parse(&place, &text)?.from_folder(path.parent().unwrap_or(Path::new("")))
        }
    };
    settings.with_environment(|name| std::env::var(name).ok())
}

fn found_above(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file())
}

/// What is removed where `usual` is, but for what is to be kept and dropped.
///
/// # Errors
///
/// Where a name is of no kind of line.
pub fn removal(usual: Removal, boilerplate: Option<&str>, keep: &[String], drop: &[String]) -> Result<Removal> {
    let mut removal = usual;
    if let Some(choice) = boilerplate {
        removal.boilerplate = choice == "drop";
    }
    for (names, is_dropped) in [(drop, true), (keep, false)] {
        for name in names {
            match name.as_str() {
                "boilerplate" => removal.boilerplate = is_dropped,
                "meta" => removal.meta = is_dropped,
                "uncertain" => removal.uncertain = is_dropped,
                _ => {
                    let mend = format!("name one of: {}", LABELS.join(", "));
                    let place = name.escape_debug().to_string();
                    return Err(Error::new(ErrorKind::Usage, place, "there are no lines of this kind", mend));
                }
            }
        }
    }
    Ok(removal)
}
