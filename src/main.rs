//! The `despin` command.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use despin::cli::lm::{LmCommand, run};

#[derive(Parser)]
#[command(version, about)]
enum Command {
    /// Build, describe and measure language models.
    #[command(subcommand)]
    Lm(LmCommand),
}

fn main() -> ExitCode {
    let Command::Lm(command) = Command::parse();
    let mut out = std::io::stdout().lock();
    match run(&command, &mut out).and_then(|code| {
        out.flush().map_err(|e| despin::Error::io("output".as_ref(), "write", e, "give it somewhere to go"))?;
        Ok(code)
    }) {
        Ok(code) => code,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("despin: {error}");
            ExitCode::from(2)
        }
    }
}
