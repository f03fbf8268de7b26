//! Start to end of the command on an article of 5 KB, model and dictionaries included: `cargo bench --bench command`.
//!
//! Prints the least, the median and the ninetieth percentile of wall time over many runs, and the peak memory of one.
//! Machines are noisy; the least is what the program costs, the median what a user sees.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

mod article;

const RUNS: usize = 60;

fn main() {
    let path = std::env::temp_dir().join(format!("despin-bench-{}.txt", std::process::id()));
    let restore_json = &["restore", "--format", "json"][..];
    let commands = [&["--version"][..], &["clean"], &["detect"], &["restore"], restore_json];
    for (kind, text, commands) in
        [("spun", article::spun(), &commands[..]), ("genuine", article::genuine(), &[&["detect"][..], &["restore"]])]
    {
        std::fs::write(&path, &text).expect("a temporary file");
        println!("{kind} article of {} bytes, {RUNS} runs each", text.len());
        commands.iter().for_each(|args| measure(args, &path));
    }
    let _ = std::fs::remove_file(path);
}

/// Prints a line of figures.
fn measure(args: &[&str], path: &Path) {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| once(args, path)).collect();
    times.sort();
    let ms = |i: usize| times[i].as_secs_f64() * 1e3;
    let name = args.join(" ");
    let memory = peak_memory(args, path).map_or("unknown".to_string(), |kib| format!("{:.0} MiB", kib as f64 / 1024.0));
    println!(
        "despin {name:<22} least {:6.1} ms   median {:6.1} ms   90 % {:6.1} ms   peak memory {memory}",
        ms(0),
        ms(RUNS / 2),
        ms(RUNS * 9 / 10)
    );
}

/// Wall time of one run.
fn once(args: &[&str], path: &Path) -> Duration {
    let begin = Instant::now();
    let output = command(args, path).output().expect("the program runs");
    assert!(output.status.code().is_some_and(|code| code < 2), "{args:?} failed");
    begin.elapsed()
}

/// Peak resident memory of one run, in KiB, as `/proc` tells while it runs; none elsewhere.
fn peak_memory(args: &[&str], path: &Path) -> Option<u64> {
    let mut child = command(args, path).stdout(Stdio::null()).spawn().expect("the program runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().expect("the program can be asked").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kib| kib.parse().ok());
        peak = peak.max(kib);
    }
    peak
}

fn command(args: &[&str], path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_despin"));
    command.args(args);
    if args[0] != "--version" {
        command.arg(path);
    }
    command
}
