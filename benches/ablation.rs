//! What each part is worth: `cargo bench --bench ablation` prints tables for docs/accuracy.md.
//!
//! Needs the project's test data, in `../shared` or where `DESPIN_SHARED` says. Every text is restored by a dictionary
//! whose weights it had no part in: each half of the pairs is cut into six folds by number, and each fold is measured
//! with weights fitted to all other pairs, from the beliefs that the built-in dictionary notes (`despin dict fit`).
//! Constants were chosen on the even half. `cargo bench --bench ablation -- caution` prints the rows with this word alone.

use std::path::{Path, PathBuf};

use despin::eval::restoration::Measure;
use despin::eval::set::{Genuine, Pair, WINDOW, evaluate};
use despin::eval::three_way::compare;
use despin::lexicon::builtin;
use despin::lexicon::dictionary::Lexicon;
use despin::lexicon::format::DictionaryFile;
use despin::lm::build::{self, Pruning, build};
use despin::lm::{BilinearModel, NgramModel, UniformModel};
use despin::mine::fit::{self, fit, with_priors};
use despin::pipeline::{Despinner, Options, SharedModel};
use despin::text::source::Source;

/// Folds of each half.
const N_FOLDS: u32 = 6;
const GROUPS: [&str; 3] = ["r100", "r050", "r030"];

fn main() {
    let shared = std::env::var_os("DESPIN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    if !shared.join("eval/dev").is_dir() {
        println!("ablation: no test data; set DESPIN_SHARED");
        return;
    }
    let data = Data::read(&shared);
    let files = builtin::files().expect("built in");
    let model = NgramModel::english().expect("built in");
    let context = BilinearModel::english().expect("built in");
    let folds = Folds::new(&data, &files);
    let with = |change: &dyn Fn(&mut Options)| {
        let mut options = Options::default();
        change(&mut options);
        options
    };
    let usual = Setting { lexicons: &folds, model: &model, context: Some(&context), options: Options::default() };
    println!(
        "| setting | half | removed 100 % | 50 % | 30 % | precision 100 % | 50 % | 30 % | calibration error | forced false edits |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    data.row("as shipped", &usual);

    let even_alone = Folds::one(fitted(&files, &data.pairs(|name| number(name).is_multiple_of(2))));
    data.half_row("fitted to the even half alone", 1, &Setting { lexicons: &even_alone, ..usual.clone() });
    let beliefs = Folds::one(fitted(&files, &[]));
    data.row("not fitted: beliefs alone", &Setting { lexicons: &beliefs, ..usual.clone() });
    for (name, keep) in [
        ("observed entries alone", &["observed"][..]),
        ("observed and inferred entries alone", &["observed", "inferred"]),
    ] {
        let mut fewer = files.clone();
        fewer[0].entries.retain(|entry| keep.contains(&entry.evidence.as_str()));
        let folds = Folds::new(&data, &fewer);
        data.row(name, &Setting { lexicons: &folds, ..usual.clone() });
    }
    let one = Folds::new(&data, &files[..1]);
    data.row("autoblog dictionary alone", &Setting { lexicons: &one, ..usual.clone() });
    let no_thesaurus = Folds::new(&data, &files[..files.len() - 1]);
    data.row("no thesaurus", &Setting { lexicons: &no_thesaurus, ..usual.clone() });

    let uniform = UniformModel::new(60_000);
    data.row("no models", &Setting { model: &uniform, context: None, ..usual.clone() });
    data.row("no language model", &Setting { model: &uniform, ..usual.clone() });
    data.row("no context model", &Setting { context: None, ..usual.clone() });
    let arpa = shared.join("corpus/news3g.arpa.zst");
    for (name, pruning) in [
        ("whole language model, not pruned", Pruning::None),
        ("bigrams for language model", Pruning::Thresholds(vec![0.0, 0.99])),
        ("words alone for language model", Pruning::Thresholds(vec![0.99])),
    ] {
        let bytes = build(&arpa, &build::Options { pruning, ..build::Options::default() }).expect("an ARPA model");
        let model = NgramModel::from_vec(bytes, name).expect("just built");
        data.row(name, &Setting { model: &model, ..usual.clone() });
    }
    for n_rounds in [0, 1, 3] {
        let options = with(&|o| o.channel.n_rounds = n_rounds);
        data.row(&format!("{n_rounds} rounds of expectation-maximisation"), &Setting { options, ..usual.clone() });
    }
    for beam in [4, 16, 48] {
        let options = with(&|o| o.channel.beam = beam);
        data.row(&format!("beam {beam}"), &Setting { options, ..usual.clone() });
    }
    for lm_scale in [0.4, 0.5, 0.65] {
        let options = with(&|o| o.channel.lm_scale = lm_scale);
        data.row(&format!("language model's exponent {lm_scale}"), &Setting { options, ..usual.clone() });
    }
    for context_scale in [0.1, 0.2, 0.3] {
        let options = with(&|o| o.channel.context_scale = context_scale);
        data.row(&format!("context model's exponent {context_scale}"), &Setting { options, ..usual.clone() });
    }
    for light_caution in [0.0, 0.2, 0.5] {
        let options = with(&|o| o.restore.light_caution = light_caution);
        data.row(&format!("caution in lightly spun texts {light_caution}"), &Setting { options, ..usual.clone() });
    }
    for apply_from in [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] {
        let options = with(&|o| {
            o.restore.apply_from = apply_from;
            o.restore.light_caution = 0.0;
        });
        data.row(&format!("applied from probability {apply_from}"), &Setting { options, ..usual.clone() });
    }
}

/// The pairs and the genuine texts of dev.
struct Data {
    pairs: Vec<Pair>,
    genuine: Vec<Genuine>,
    /// Part of the names of the rows that are wanted; all rows without it.
    only: Option<String>,
}

/// What texts are restored with.
#[derive(Clone)]
struct Setting<'a> {
    lexicons: &'a Folds,
    model: &'a SharedModel,
    context: Option<&'a BilinearModel>,
    options: Options,
}

impl Setting<'_> {
    fn despinner<'b>(&'b self, lexicon: &'b Lexicon) -> Despinner<'b> {
        let despinner = Despinner::new(lexicon, self.model).with(self.options.clone());
        match self.context {
            Some(context) => despinner.with_context(context),
            None => despinner,
        }
    }
}

/// For each half and fold, a lexicon that its texts had no part in.
struct Folds(Vec<Lexicon>);

impl Folds {
    fn new(data: &Data, files: &[DictionaryFile]) -> Folds {
        let all = (0..2 * N_FOLDS).map(|place| fitted(files, &data.pairs(|name| fold(name) != place)));
        Folds(all.collect())
    }

    fn one(lexicon: Lexicon) -> Folds {
        Folds(vec![lexicon])
    }

    fn of(&self, name: &str) -> &Lexicon {
        &self.0[fold(name) as usize % self.0.len()]
    }
}

/// The number of a text's fold: those of the even half first.
fn fold(name: &str) -> u32 {
    number(name) % 2 * N_FOLDS + number(name) / 2 % N_FOLDS
}

fn fitted(files: &[DictionaryFile], pairs: &[fit::Pair]) -> Lexicon {
    let mut all = files.to_vec();
    all[0] = match pairs {
        [] => with_priors(&files[0]),
        _ => fit(&files[0], &files[1..], pairs).file,
    };
    Lexicon::new(all)
}

impl Data {
    fn read(shared: &Path) -> Data {
        let dev = shared.join("eval/dev");
        let read = |path: PathBuf| std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let names = |dir: PathBuf| -> Vec<String> {
            let entries = std::fs::read_dir(dir).expect("test data").map(|e| e.expect("readable").file_name());
            let mut names: Vec<String> = entries.map(|n| n.to_string_lossy().into_owned()).collect();
            names.sort();
            names
        };
        let pair = |name: &str| Pair {
            name: name.to_string(),
            spun: read(dev.join(format!("pairs/{name}.spun.txt"))),
            original: read(dev.join(format!("pairs/{name}.original.txt"))),
        };
        let genuine =
            |name: String| Genuine { bytes: read(dev.join("genuine").join(&name)), register: String::new(), name };
        Data {
            pairs: names(dev.join("pairs")).iter().filter_map(|n| n.strip_suffix(".spun.txt")).map(pair).collect(),
            genuine: names(dev.join("genuine")).into_iter().map(genuine).collect(),
            only: std::env::args().skip(1).find(|arg| !arg.starts_with("--")),
        }
    }

    fn pairs(&self, is_in: impl Fn(&str) -> bool) -> Vec<fit::Pair> {
        let text = |bytes: &[u8]| Source::decode(bytes).text;
        let pair = |pair: &Pair| fit::Pair { original: text(&pair.original), spun: text(&pair.spun) };
        self.pairs.iter().filter(|pair| is_in(&pair.name)).map(pair).collect()
    }

    fn row(&self, name: &str, setting: &Setting) {
        self.half_row(name, 0, setting);
        self.half_row(name, 1, setting);
    }

    fn half_row(&self, name: &str, half: u32, setting: &Setting) {
        if self.only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            return;
        }
        let mut groups = [const { None }; 3].map(|_: Option<()>| Measure::default());
        for pair in self.pairs.iter().filter(|pair| number(&pair.name) % 2 == half) {
            let report = setting.despinner(setting.lexicons.of(&pair.name)).run(&pair.spun);
            let original = Source::decode(&pair.original).text;
            let group = GROUPS.iter().position(|g| pair.name.starts_with(g)).expect("one of the three");
            groups[group].add(&compare(&report, &original, None).measure);
        }
        let genuine: Vec<Genuine> = self.genuine.iter().filter(|g| number(&g.name) % 2 == half).cloned().collect();
        let found = evaluate(&setting.despinner(&setting.lexicons.0[0]), &[], &genuine, WINDOW);
        let by = |value: fn(&Measure) -> f64| groups.each_ref().map(|g| format!("{:.3}", value(g))).join(" | ");
        let n_edits: usize = groups.iter().map(|g| g.edits).sum();
        let error = groups.iter().map(|g| g.calibration_error() * g.edits as f64).sum::<f64>() / n_edits.max(1) as f64;
        println!(
            "| {name} | {} | {} | {} | {error:.3} | {:.1} |",
            if half == 0 { "even" } else { "odd" },
            by(Measure::removed),
            by(Measure::precision),
            found.genuine.as_ref().map_or(0.0, |g| g.forced_false_edits_per_10k_words),
        );
    }
}

fn number(name: &str) -> u32 {
    let digits: String = name.rsplit('_').next().unwrap_or(name).chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}
