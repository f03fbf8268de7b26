//! Where settings come from: the file above the working directory, or the one that is named, and the environment.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::clean::boilerplate::Removal;
use crate::cli::files;
use crate::error::{Error, ErrorKind, Result};
use crate::page::Html;
use crate::render::visible;
use crate::settings::{FILE, Key, LABELS, Settings, dumped};
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
    /// Print the settings that are in force and where each is from, and do nothing else
    #[arg(long, global = true, help_heading = "Settings")]
    pub dump_config: bool,
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
    of_file(args)?.1.with_environment(|name| std::env::var(name).ok())
}

/// The settings that the file has, and the file, where there is one.
fn of_file(args: &SettingsArgs) -> Result<(Option<PathBuf>, Settings)> {
    let path = match &args.config {
        Some(path) => Some(path.clone()),
        None => std::env::current_dir().ok().and_then(|folder| found_above(&folder)),
    };
    let Some(path) = path else { return Ok((None, Settings::default())) };
    let place = path.display().to_string();
    let text = String::from_utf8(files::read(&path)?)
        .map_err(|_| Error::new(ErrorKind::Usage, &place, "not UTF-8", "save the settings as UTF-8"))?;
    let settings = Settings::parse(&place, &text)?.from_folder(path.parent().unwrap_or(Path::new("")));
    Ok((Some(path), settings))
}

/// Prints the settings in force, each with where it is from.
///
/// # Errors
///
/// Those of [`load`], and where nothing can be printed.
pub fn dump(args: &SettingsArgs, out: &mut dyn Write) -> Result<()> {
    let (path, of_file) = if args.isolated { (None, Settings::default()) } else { of_file(args)? };
    let source = |key: &Key| {
        let variable = key.variable();
        let is_in_environment = !args.isolated && std::env::var_os(&variable).is_some();
        match &path {
            Some(path) if !is_in_environment && of_file.has(key) => visible(&path.display().to_string()).into_owned(),
            _ => variable,
        }
    };
    files::print(out, dumped(&load(args)?, source).as_bytes())
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
