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
    let (words, texts) = write(lexicon().expect("despin was built with it"));
    let (words, texts): (&'static [u8], &'static str) = (words.leak(), texts.leak());
    bencher.bench_local(|| read(words, texts));
}

#[divan::bench]
fn from_files() -> Result<Lexicon> {
    Ok(Lexicon::new(files()?))
}
