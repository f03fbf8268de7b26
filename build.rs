//! Puts the built-in dictionaries together, so that starting despin does not.
//!
//! The lexicon's own modules do it; they are compiled into this script. Those and the dictionaries are dependencies of
//! the script itself, so it need not name them: where one changes, cargo makes the script anew and runs it.

// The script uses a part of each module, and the modules are linted where they belong.
#![allow(dead_code, clippy::all)]

use std::path::Path;

use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::files::FILES;
use crate::lexicon::format::parse;

#[path = "src/error.rs"]
mod error;

#[path = "src/lexicon"]
mod lexicon {
    mod assemble;
    pub mod dictionary;
    pub mod entry;
    pub mod files;
    pub mod format;
    pub mod image;
    pub mod inflect;
    pub mod matcher;
    mod texts;
}

#[path = "src/text"]
mod text {
    pub mod span;
    pub mod token;
    pub mod tokenize;
    pub mod unit;
}

fn main() -> std::process::ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    let files = match FILES.iter().map(|(name, text)| parse(name, text)).collect() {
        Ok(files) => files,
        Err(error) => {
            println!("cargo::error={error}");
            return std::process::ExitCode::FAILURE;
        }
    };
    let (words, texts) = lexicon::image::write(&Lexicon::new(files));
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets it for build scripts");
    let path = Path::new(&folder).join("builtin.lexicon");
    std::fs::write(&path, words).expect("cargo has made the folder");
    std::fs::write(path.with_extension("lexicon.txt"), texts).expect("cargo has made the folder");
    std::process::ExitCode::SUCCESS
}
