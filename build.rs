//! Puts the built-in dictionaries together, and works out what the built-in models see of them, so that starting despin does not.
//!
//! Its own modules do it; they are compiled into this script. Those and the dictionaries are dependencies of
//! the script itself, so it need not name them: where one changes, cargo makes the script anew and runs it.

// The script uses a part of each module, and the modules are linted where they belong.
#![allow(dead_code, clippy::all)]

use std::path::Path;

use crate::channel::prepared::Prepared;
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::files::FILES;
use crate::lexicon::format::parse;
use crate::lm::{BilinearModel, NgramModel};

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

#[path = "src/lm"]
mod lm {
    pub mod bilinear;
    mod bytes;
    pub mod checksum;
    pub mod format;
    mod model;
    pub mod ngram;
    pub mod quantize;
    pub use bilinear::{BilinearModel, ContextId};
    pub use model::{LanguageModel, MAX_ORDER, State, WordId};
    pub use ngram::{Context, NgramModel};
}

#[path = "src/channel"]
mod channel {
    pub mod prepared;
    pub mod ratio;
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
    let lexicon = Lexicon::new(files);
    let prepared = match (NgramModel::english(), BilinearModel::english()) {
        (Ok(model), Ok(context)) => Prepared::new(&lexicon, &model, &context).expect("models of files have checksums"),
        (Err(error), _) | (_, Err(error)) => {
            println!("cargo::error={error}");
            return std::process::ExitCode::FAILURE;
        }
    };
    let (words, texts) = lexicon::image::write(&lexicon);
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets it for build scripts");
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(Path::new(&folder).join(name), bytes).expect("cargo has made the folder")
    };
    write("builtin.lexicon", &words);
    write("builtin.lexicon.txt", texts.as_bytes());
    write("builtin.prepared", &prepared.write());
    std::process::ExitCode::SUCCESS
}
