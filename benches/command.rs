//! Start to end of the command on an article of 5 KB, model and dictionaries included: `cargo bench --bench command`.
//!
//! Prints the least, the median and the ninetieth percentile of wall time over many runs, and the peak memory of one.
//! Machines are noisy; the least is what the program costs, the median what a user sees.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

mod article;

const RUNS: usize = 60;

fn main() {
    let path = std::env::temp_dir().join(format!("despin-bench-{}.txt", std::process::id()));
    std::fs::write(&path, article::spun()).expect("a temporary file");
    println!("article of {} bytes, {RUNS} runs each", article::spun().len());
    for args in [&["--version"][..], &["clean"], &["detect"], &["restore"], &["restore", "--format", "json"]] {
        let mut times: Vec<Duration> = (0..RUNS).map(|_| once(args, &path).0).collect();
        times.sort();
        let ms = |i: usize| times[i].as_secs_f64() * 1e3;
        let name = args.join(" ");
        let memory = once(args, &path).1.map_or("unknown".to_string(), |kib| format!("{:.1} MB", kib as f64 / 1024.0));
        println!(
            "despin {name:<22} least {:6.1} ms   median {:6.1} ms   90 % {:6.1} ms   peak memory {memory}",
            ms(0),
            ms(RUNS / 2),
            ms(RUNS * 9 / 10)
        );
    }
    let _ = std::fs::remove_file(path);
}

/// Wall time of one run, and its peak resident memory in KiB where the system tells.
fn once(args: &[&str], path: &std::path::Path) -> (Duration, Option<u64>) {
    let begin = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_despin"));
    command.args(args);
    if args[0] != "--version" {
        command.arg(path);
    }
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program runs");
    let mut memory = None;
    let mut out = child.stdout.take().expect("piped");
    // The output is read at once; the status file still stands while the program waits to be collected.
    let mut bytes = Vec::new();
    let status = format!("/proc/{}/status", child.id());
    std::io::copy(&mut out, &mut bytes).expect("readable");
    let taken = begin.elapsed();
    if let Ok(status) = std::fs::read_to_string(status) {
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        memory = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kib| kib.parse().ok());
    }
    child.wait().expect("the program ends");
    std::io::sink().write_all(&bytes).expect("a sink takes all");
    (taken, memory)
}
