//! `despin completions` and `despin man`: what shells and `man` want to know of the command, made from the command itself.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::exit::Exit;
use crate::cli::{Cli, files};
use crate::error::{Error, Result};

/// Print completions for a shell
///
/// For example: despin completions bash > ~/.local/share/bash-completion/completions/despin
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Print the manual, or write a page for each command
#[derive(Debug, Clone, Args)]
pub struct ManArgs {
    /// Write despin.1, despin-restore.1 and so on to DIR, which is made where it is not there [default: print despin.1]
    pub dir: Option<PathBuf>,
}

/// Prints the completions.
///
/// # Errors
///
/// Where nothing can be printed.
pub fn completions(args: &CompletionsArgs, out: &mut dyn Write) -> Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "despin", &mut text);
    files::print(out, &text)?;
    Ok(Exit::Clean)
}

/// Prints or writes the manual.
///
/// # Errors
///
/// Where it cannot be written.
pub fn man(args: &ManArgs, out: &mut dyn Write) -> Result<Exit> {
    let mut command = Cli::command();
    command.build();
    let Some(dir) = &args.dir else {
        files::print(out, &page(&command))?;
        return Ok(Exit::Clean);
    };
    let unmade = |e| Error::io(dir, "make it", e, "name another directory");
    std::fs::create_dir_all(dir).map_err(unmade)?;
    write_all(&command, "despin", dir)?;
    Ok(Exit::Clean)
}

/// The pages of `command`, which is called `name`, and of the commands below it.
fn write_all(command: &Command, name: &str, dir: &Path) -> Result<()> {
    files::write(&dir.join(format!("{name}.1")), &page(command))?;
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write_all(below, &format!("{name}-{}", below.get_name()), dir)?;
    }
    Ok(())
}

/// A manual page in roff. A command that was built is called there as its page is.
fn page(command: &Command) -> Vec<u8> {
    let command = command.clone().version(env!("CARGO_PKG_VERSION"));
    let mut text = Vec::new();
    Man::new(command).manual("despin").render(&mut text).expect("memory takes all that is written");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn every_shell_gets_completions() {
        for shell in Shell::value_variants() {
            let mut text = Vec::new();
            completions(&CompletionsArgs { shell: *shell }, &mut text).unwrap();
            let text = String::from_utf8(text).unwrap();
            assert!(text.contains("restore") && text.contains("journal"), "{shell}");
        }
    }

    #[test]
    fn every_command_has_a_page() {
        let dir = tempfile::tempdir().unwrap();
        man(&ManArgs { dir: Some(dir.path().to_path_buf()) }, &mut Vec::new()).unwrap();
        let page =
            |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(page("despin.1").contains("despin\\-restore(1)"), "{}", page("despin.1"));
        assert!(page("despin-restore.1").contains("\\-\\-apply\\-from"));
        assert!(page("despin-dict-check.1").contains("despin\\-dict\\-check"));
        let mut printed = Vec::new();
        man(&ManArgs { dir: None }, &mut printed).unwrap();
        assert_eq!(String::from_utf8(printed).unwrap(), page("despin.1"));
    }
}
