//! Writes a target's seeds into a folder, a file each, and its words as a dictionary of libFuzzer.
//!
//!     seeds TARGET FOLDER DICTIONARY

use std::fs;
use std::path::Path;

use despin_fuzz::seeds::{regressions, seeds, words};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [target, folder, dictionary] = &args[..] else { panic!("seeds TARGET FOLDER DICTIONARY") };
    for (nth, input) in seeds(target).iter().chain(&regressions(target)).enumerate() {
        fs::write(Path::new(folder).join(format!("seed-{nth}")), input).unwrap();
    }
    let quoted = |word: &Vec<u8>| {
        let hex: String = word.iter().map(|byte| format!("\\x{byte:02x}")).collect();
        if word.is_empty() { String::new() } else { format!("\"{hex}\"\n") }
    };
    fs::write(dictionary, words(target).iter().map(quoted).collect::<String>()).unwrap();
}
