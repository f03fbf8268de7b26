//! How long the built-in lexicon takes: read from its compiled form, and put together from its files, as it is where a
//! user's dictionaries are laid over them.

use despin::Result;
use despin::lexicon::builtin::{files, lexicon};
use despin::lexicon::dictionary::Lexicon;
use despin::lexicon::image::{read, write};

fn main() {
    divan::main();
}

#[divan::bench]
fn from_compiled_form(bencher: divan::Bencher) {
    let bytes: &'static [u8] = write(lexicon().expect("despin was built with it")).leak();
    bencher.bench_local(|| read(bytes));
}

#[divan::bench]
fn from_files() -> Result<Lexicon> {
    Ok(Lexicon::new(files()?))
}
