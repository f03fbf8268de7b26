//! The `despin` command.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use despin::cli::exit::Exit;
use despin::cli::{Cli, report, run};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads to its end is no fault, so what printing says does not count.
            let _ = error.print();
            return ExitCode::from(error.exit_code().clamp(0, 2) as u8);
        }
    };
    let mut out = std::io::stdout().lock();
    let done = run(&cli.command, &mut out).and_then(|exit| {
        let flushed = out.flush();
        flushed.map(|()| exit).map_err(|e| despin::Error::io("standard output".as_ref(), "write to it", e, "make room"))
    });
    match done {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(Exit::FAILED)
        }
    }
}
