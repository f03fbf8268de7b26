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
    let done = run(cli, &mut out).and_then(|exit| {
        match out.flush() {
            // Where files are written, a reader that is gone ends nothing, and the exit is that of the work.
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(despin::Error::io("standard output".as_ref(), "write to it", e, "make room"))
            }
            _ => Ok(exit),
        }
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
