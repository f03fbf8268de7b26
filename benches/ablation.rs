//! What each part is worth: `cargo bench --bench ablation` prints tables for docs/accuracy.md.
//!
//! Needs the project's test data, in `../shared` or where `DESPIN_SHARED` says. Constants are chosen on the even half; the odd
//! half shows what they are worth on texts that nothing was fitted to.

use std::path::{Path, PathBuf};

use despin::eval::set::{Genuine, Pair, WINDOW, evaluate};
use despin::lexicon::builtin;
use despin::lexicon::dictionary::Lexicon;
use despin::lm::{NgramModel, UniformModel};
use despin::pipeline::{Despinner, Options};

fn main() {
    let shared = std::env::var_os("DESPIN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    if !shared.join("eval/dev").is_dir() {
        println!("ablation: no test data; set DESPIN_SHARED");
        return;
    }
    let lexicon = builtin::lexicon().expect("built in");
    let model = NgramModel::english().expect("built in");
    let uniform = UniformModel::new(60_000);
    let one_file = Lexicon::new(builtin::files().expect("built in").into_iter().take(1).collect());
    println!(
        "| setting | half | removed 100 % | 50 % | 30 % | precision 100 % | 50 % | 30 % | calibration error | forced false edits |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let with = |change: &dyn Fn(&mut Options)| {
        let mut options = Options::default();
        change(&mut options);
        options
    };
    let row = |name: &str, despinner: Despinner| {
        for half in [0, 1] {
            print_row(name, half, &shared, &despinner);
        }
    };
    row("as shipped", Despinner::new(lexicon, &model));
    row("autoblog dictionary alone", Despinner::new(&one_file, &model));
    row("no language model", Despinner::new(lexicon, &uniform));
    for n_rounds in [0, 1, 3] {
        let name = format!("{n_rounds} rounds of expectation-maximisation");
        row(&name, Despinner::new(lexicon, &model).with(with(&|o| o.channel.n_rounds = n_rounds)));
    }
    for beam in [4, 12, 48] {
        row(&format!("beam {beam}"), Despinner::new(lexicon, &model).with(with(&|o| o.channel.beam = beam)));
    }
    for lm_scale in [0.5, 0.8, 1.0] {
        let name = format!("language model's exponent {lm_scale}");
        row(&name, Despinner::new(lexicon, &model).with(with(&|o| o.channel.lm_scale = lm_scale)));
    }
    for apply_from in [0.3, 0.4, 0.6, 0.7, 0.8, 0.9] {
        let name = format!("applied from probability {apply_from}");
        row(&name, Despinner::new(lexicon, &model).with(with(&|o| o.restore.apply_from = apply_from)));
    }
}

fn print_row(name: &str, half: u32, shared: &Path, despinner: &Despinner) {
    let dev = shared.join("eval/dev");
    let is_ours = |name: &str| number(name) % 2 == half;
    let read = |path: PathBuf| std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let names = |dir: &Path| -> Vec<String> {
        let entries = std::fs::read_dir(dir).expect("test data").map(|e| e.expect("readable").file_name());
        let mut names: Vec<String> = entries.map(|n| n.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    let pairs: Vec<Pair> = names(&dev.join("pairs"))
        .iter()
        .filter_map(|name| name.strip_suffix(".spun.txt"))
        .filter(|name| is_ours(name))
        .map(|name| Pair {
            name: name.to_string(),
            spun: read(dev.join(format!("pairs/{name}.spun.txt"))),
            original: read(dev.join(format!("pairs/{name}.original.txt"))),
        })
        .collect();
    let genuine: Vec<Genuine> = names(&dev.join("genuine"))
        .into_iter()
        .filter(|name| is_ours(name))
        .map(|name| Genuine { bytes: read(dev.join("genuine").join(&name)), register: String::new(), name })
        .collect();
    let found = evaluate(despinner, &pairs, &genuine, WINDOW);
    let by = |value: fn(&despin::eval::set::Restoration) -> f64| {
        ["r100", "r050", "r030"].map(|g| format!("{:.3}", value(&found.pairs[g]))).join(" | ")
    };
    let error = found.pairs.values().map(|g| g.calibration_error * g.edits as f64).sum::<f64>()
        / found.pairs.values().map(|g| g.edits as f64).sum::<f64>().max(1.0);
    println!(
        "| {name} | {} | {} | {} | {error:.3} | {:.1} |",
        if half == 0 { "even" } else { "odd" },
        by(|g| g.removed),
        by(|g| g.span_precision),
        found.genuine.as_ref().map_or(0.0, |g| g.forced_false_edits_per_10k_words),
    );
}

fn number(name: &str) -> u32 {
    let digits: String = name.rsplit('_').next().unwrap_or(name).chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}
