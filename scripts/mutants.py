#!/usr/bin/env python3
"""Mutation testing: mutants.py [FOLDER_OR_FILE...] [--every N] [--longest SECONDS] [--budget SECONDS] [--workers N] [--again]

Puts every mutant of the files below src/text, src/journal.rs, src/lexicon and src/restore (or of those named) into a copy of the tree, each
behind a switch (scripts/mutants/), builds the tests once, sees which tests come by which mutant, and runs those with each mutant turned on,
quickest first. Prints a table by file and every mutant that no test notices; that list stands in target/mutants/survivors.txt, too.

--every N takes every Nth mutant only. Tests of more than --longest seconds (15) are left out, and doc tests as well, and no mutant is given
more than --budget seconds (20) of tests, so that the figures are on the low side. What does not compile is no mutant. --again takes what was built
and seen by the run before. Ends with 1 where fewer than 85 of 100 are caught.
"""
import argparse
import bisect
import collections
import concurrent.futures
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
WORK = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "mutants")
TREE = os.path.join(WORK, "tree")
LEAST = 0.85
# A mutant that takes so many times as long does not end, and is noticed by that.
PATIENCE = 10

SWITCH = """//! Which mutant is turned on, and which ones were passed.
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

static ACTIVE: LazyLock<u32> = LazyLock::new(|| std::env::var("DESPIN_MUTANT").ok().and_then(|n| n.parse().ok()).unwrap_or(0));
static TRACE: LazyLock<Option<File>> = LazyLock::new(|| {
    let path = std::env::var_os("DESPIN_MUTANT_TRACE")?;
    OpenOptions::new().append(true).create(true).open(path).ok()
});
static SEEN: [AtomicBool; 1 << 16] = [const { AtomicBool::new(false) }; 1 << 16];

pub fn on(n: u32) -> bool {
    if let Some(file) = &*TRACE && !SEEN[n as usize].swap(true, Ordering::Relaxed) {
        let _ = (&*file).write_all(format!("{n}\\n").as_bytes());
    }
    *ACTIVE == n
}
"""


def say(text):
    print(text, file=sys.stderr, flush=True)


def files(asked):
    listed = subprocess.run(["git", "ls-files", *asked], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return [path for path in listed if path.endswith(".rs") and os.path.basename(path) != "tests.rs"]


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def copy_tree():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for path in filter(None, listed):
        to = os.path.join(TREE, path)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        # Times stay, so that only what was changed is built again.
        if not os.path.exists(to) or os.stat(to).st_mtime_ns != os.stat(os.path.join(ROOT, path)).st_mtime_ns:
            shutil.copy2(os.path.join(ROOT, path), to)


def put_in(asked, dropped):
    copy_tree()
    write(os.path.join(WORK, "dropped"), "".join(f"{n}\n" for n in sorted(dropped)))
    maker = os.path.join(WORK, "maker/release/mutants")
    made = subprocess.run([maker, TREE, os.path.join(WORK, "dropped"), *asked], check=True, capture_output=True, text=True).stdout
    write(os.path.join(TREE, "src/mutant.rs"), SWITCH)
    library = read(os.path.join(ROOT, "src/lib.rs"))
    write(os.path.join(TREE, "src/lib.rs"), library + "\n#[doc(hidden)]\npub mod mutant;\n")
    script = read(os.path.join(ROOT, "build.rs"))
    write(os.path.join(TREE, "build.rs"), script + '\n#[path = "src/mutant.rs"]\nmod mutant;\n')
    return {int(line.split("\t")[0]): line.split("\t")[1:] for line in made.splitlines()}


def cargo(*args):
    flags = "-Awarnings -Aarithmetic_overflow -Aunconditional_panic"
    environment = dict(os.environ, CARGO_TARGET_DIR=os.path.join(WORK, "build"), RUSTFLAGS=flags, CARGO_PROFILE_RELEASE_LTO="off",
                       CARGO_PROFILE_RELEASE_CODEGEN_UNITS="16", CARGO_INCREMENTAL="1")
    done = subprocess.run(["cargo", *args, "--message-format=json"], cwd=TREE, env=environment, capture_output=True, text=True)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def switch_above(path, line):
    """The number of the switch that stands next above a line of the tree."""
    text = read(os.path.join(TREE, path)).split("\n")
    for at in range(min(line, len(text)) - 1, -1, -1):
        if "crate::mutant::on(" in text[at]:
            return int(text[at].split("crate::mutant::on(")[-1].split(")")[0])
    return None


def errors(messages):
    told = (message["message"] for message in messages if message["reason"] == "compiler-message")
    return [message for message in told if message["level"] == "error"]


def stop(messages, why):
    say("\n".join(error["rendered"] for error in errors(messages)))
    sys.exit(f"mutants: {why}")


def unfit(messages):
    """The mutants that keep the tree from being compiled."""
    spans = (span for error in errors(messages) for span in error["spans"] if span["is_primary"])
    return {switch_above(span["file_name"], span["line_start"]) for span in spans} - {None}


def build(asked):
    """All mutants that compile, by number, and the test programs."""
    dropped = set()
    for _ in range(60):
        mutants = put_in(asked, dropped)
        code, messages = cargo("check", "--lib")
        if code == 0:
            break
        more = unfit(messages) - dropped
        if not more:
            stop(messages, "the tree does not compile, and no mutant is the cause")
        dropped |= more
        say(f"mutants: {len(dropped)} do not compile")
    say("mutants: building the tests")
    code, messages = cargo("test", "--release", "--locked", "--no-run", "--lib", "--tests")
    if code != 0:
        stop(messages, "the tests do not compile")
    programs = [m["executable"] for m in messages if m["reason"] == "compiler-artifact" and m["executable"] and m["profile"]["test"]]
    return mutants, len(dropped), programs


def run(program, names, environment, seconds):
    """Whether the tests pass, and how long they took."""
    began = time.monotonic()
    environment = dict(os.environ, RUST_TEST_THREADS="1", **environment)
    with tempfile.TemporaryDirectory() as desk:
        environment["TMPDIR"] = desk
        child = subprocess.Popen([program, "--exact", *names], cwd=TREE, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            code = child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
            child.wait()
            return None, time.monotonic() - began
    return code == 0, time.monotonic() - began


def trace(programs, longest, pool):
    """For each mutant the tests that come by it: seconds, program, name; and how many tests there are."""
    by_mutant = collections.defaultdict(list)
    lock = threading.Lock()

    def one(program, name):
        with tempfile.NamedTemporaryFile() as file:
            passed, seconds = run(program, [name], {"DESPIN_MUTANT_TRACE": file.name}, longest * 2)
            if passed is None or seconds > longest:
                say(f"mutants: {name} takes too long and is left out")
                return 0
            if not passed:
                say(f"mutants: {name} does not pass as it is and is left out")
                return 0
            with lock:
                for number in set(file.read().split()):
                    by_mutant[int(number)].append((seconds, program, name))
        return 1

    asked = []
    for program in programs:
        listed = subprocess.run([program, "--list", "--format", "terse"], cwd=TREE, capture_output=True, text=True, check=True).stdout
        asked += [(program, line.removesuffix(": test")) for line in listed.splitlines() if line.endswith(": test")]
    n_tests = sum(pool.map(lambda at: one(*at), asked))
    return by_mutant, n_tests


def judge(number, tests, budget):
    """caught, late or missed."""
    tests = sorted(tests)
    # Not all of those that come by a function that everything calls.
    spent = list(itertools.accumulate(test[0] for test in tests))
    tests = tests[: bisect.bisect(spent, budget) + 1]
    at, size = 0, 1
    while at < len(tests):
        by_program = collections.defaultdict(list)
        for test in tests[at : at + size]:
            by_program[test[1]].append(test)
        for program, group in by_program.items():
            usual = sum(test[0] for test in group)
            passed, _ = run(program, [test[2] for test in group], {"DESPIN_MUTANT": str(number)}, 3 + PATIENCE * usual)
            if not passed:
                return "late" if passed is None else "caught"
        at += size
        size *= 3
    return "missed"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("asked", nargs="*", default=["src/text", "src/journal.rs", "src/lexicon", "src/restore"])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--longest", type=float, default=15)
    parser.add_argument("--budget", type=float, default=20)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    args = parser.parse_args()
    os.environ.setdefault("DESPIN_SHARED", os.path.join(ROOT, "../shared"))
    os.makedirs(TREE, exist_ok=True)
    kept = os.path.join(WORK, "state.json")
    if args.again:
        state = json.loads(read(kept))
    else:
        state = prepare(args, kept)
    mutants = {int(number): what for number, what in state["mutants"].items()}
    by_mutant = {int(number): tests for number, tests in state["by_mutant"].items()}
    chosen = sorted(mutants)[:: args.every]
    say(f"mutants: {len(mutants)} mutants, {state['unfit']} do not compile; {len(chosen)} tried with {state['tests']} tests")
    done = {}
    with concurrent.futures.ThreadPoolExecutor(args.workers) as pool:
        ends = pool.map(lambda n: judge(n, by_mutant.get(n, []), args.budget), chosen)
        for number, end in zip(chosen, ends):
            done[number] = end
            if len(done) % 100 == 0:
                say(f"mutants: {len(done)} done, {sum(end == 'missed' for end in done.values())} not noticed")
    report(mutants, by_mutant, done)


def prepare(args, kept):
    """Builds and traces; what comes of it, which is written to the file `kept`, too."""
    maker = dict(os.environ, CARGO_TARGET_DIR=os.path.join(WORK, "maker"))
    subprocess.run(["cargo", "build", "--release", "--quiet", "--manifest-path", os.path.join(ROOT, "scripts/mutants/Cargo.toml")], env=maker, check=True)
    mutants, n_unfit, programs = build(files(args.asked))
    with concurrent.futures.ThreadPoolExecutor(args.workers) as pool:
        by_mutant, n_tests = trace(programs, args.longest, pool)
    state = {"mutants": mutants, "unfit": n_unfit, "tests": n_tests, "by_mutant": by_mutant}
    write(kept, json.dumps(state))
    return json.loads(json.dumps(state))


def report(mutants, by_mutant, done):
    table = collections.defaultdict(collections.Counter)
    for number, end in done.items():
        path = mutants[number][0].rsplit(":", 1)[0]
        for row in path, "all":
            table[row][end] += 1
            table[row]["unreached"] += end == "missed" and not by_mutant.get(number)
    print("| file | mutants | caught | by its time | not noticed | of these no test comes by | share caught |\n" + "|---" * 7 + "|")
    for path, row in sorted(table.items(), key=lambda item: (item[0] == "all", item[0])):
        n = row["caught"] + row["late"] + row["missed"]
        print(f"| {path} | {n} | {row['caught']} | {row['late']} | {row['missed']} | {row['unreached']} | {(n - row['missed']) / n:.2f} |")
    left = [f"{'reached' if by_mutant.get(n) else 'unreached'}\t" + "\t".join(mutants[n]) for n in done if done[n] == "missed"]
    write(os.path.join(WORK, "survivors.txt"), "".join(line + "\n" for line in left))
    share = 1 - len(left) / max(len(done), 1)
    print(f"\n{share:.3f} of {len(done)} mutants are noticed; the others: {os.path.join(WORK, 'survivors.txt')}")
    sys.exit(share < LEAST)


if __name__ == "__main__":
    main()
