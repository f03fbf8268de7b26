"""Measures despin beside other tools on one core, in turns, and prints one Markdown table; see compare.sh.

With --peer NAME FILE, does the work of a tool that is a Python library, and prints its seconds of the clock and of the processor.
Seconds of libraries leave out starting Python and loading dictionaries; those of programs, despin among them, are start to end.
"""

import argparse
import dataclasses
import importlib.metadata
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading
import time

from samples import ROOT, originals

# Runs of a start, which takes milliseconds.
STARTS = 31
# Seconds after which a run is ended and counted as that long.
PATIENCE = 120
MODELS = ["english.lm", "english.vlbl", "english.spun"]


@dataclasses.dataclass
class Way:
    """A tool at a piece of work."""

    name: str
    command: list
    n_bytes: int
    # Exit codes that are no failure.
    codes: tuple = (0, 1)
    # Floors: megabytes a second, or how many times as fast as this the way called `against` has to be.
    speed: float = None
    against: str = None
    times: float = None
    # Of a library; prints its own seconds.
    is_library: bool = False
    # A folder that it writes to, which is removed before each run.
    out: pathlib.Path = None
    runs: list = dataclasses.field(default_factory=list)

    def median(self, of):
        return statistics.median(run[of] for run in self.runs)


def library(name, source, **floors):
    command = [sys.executable, __file__, "--peer", name, source]
    return Way(f"{name} {importlib.metadata.version(name.split(' ')[0])}", command, source.stat().st_size, is_library=True, **floors)


def peer(name, path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    if name.startswith("flashtext"):
        import flashtext

        processor = flashtext.KeywordProcessor()
        for spun, original in originals(sys.maxsize).items():
            processor.add_keyword(spun, original)
        work = processor.extract_keywords if "extract" in name else processor.replace_keywords
    else:
        work = importlib.import_module(name).fix_text
    clock, processor_seconds = time.perf_counter(), time.process_time()
    work(text)
    # In one write, since the first piece alone is read.
    sys.stdout.write(f"{time.perf_counter() - clock} {time.process_time() - processor_seconds}\n")


def run(way):
    """Runs it once; adds seconds of the clock, of the processor, to the first output, and peak megabytes."""
    if way.out and way.out.is_dir():
        shutil.rmtree(way.out)
    begun, first = time.monotonic(), 0.0
    with subprocess.Popen(list(map(str, way.command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        patience = threading.Timer(PATIENCE, child.kill)
        patience.start()
        head = os.read(child.stdout.fileno(), 1 << 16)
        first = time.monotonic() - begun
        while os.read(child.stdout.fileno(), 1 << 20):
            pass
        _, status, usage = os.wait4(child.pid, 0)
        clock = time.monotonic() - begun
        patience.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in way.codes and clock < PATIENCE:
        sys.exit(f"compare: {way.command} ended with {child.returncode}")
    processor = usage.ru_utime + usage.ru_stime
    if way.is_library:
        clock, processor = map(float, head.split())
    found = {"clock": clock, "processor": processor, "first": first, "peak": usage.ru_maxrss * 1024 / 1e6}
    way.runs.append(found)


def in_turns(ways, n_rounds):
    for n in range(n_rounds):
        for way in ways:
            run(way)
        print(f"compare: {ways[0].name} and {len(ways) - 1} more: round {n + 1} of {n_rounds}", file=sys.stderr)


def row(name, size, way, floor, figure, is_met):
    speed = " | ".join(f"{way.n_bytes / 1e6 / way.median(of):.2f}" for of in ["clock", "processor"])
    verdict = {None: "", True: "met", False: "short"}[is_met]
    print(f"| {name} | {size} | {speed} | {way.median('peak'):.0f} | {floor} | {figure} | {verdict} |", flush=True)


def rows(work, ways):
    by_name = {way.name: way for way in ways}
    for way in ways:
        speed = way.n_bytes / 1e6 / way.median("clock")
        floor, figure, is_met = "", "", None
        if way.against:
            # Of the same round each, so that a slow moment slows both.
            base = by_name[way.against]
            pairs = zip(way.runs, base.runs)
            times = statistics.median(one["clock"] / way.n_bytes * base.n_bytes / two["clock"] for one, two in pairs)
            at_least = "at least " if way.median("clock") >= PATIENCE else ""
            figure = f"{at_least}{times:.2f} × as fast"
            if way.times:
                floor, is_met = f"{way.against} {way.times:g} × as fast", times >= way.times
        elif way.speed:
            floor, figure, is_met = f"{way.speed:g} MB/s", f"{speed:.2f} MB/s", speed >= way.speed
        row(f"{work}: {way.name}", f"{way.n_bytes / 1e6:.1f} MB", way, floor, figure, is_met)


def starts(despin, work):
    ways = {}
    for kind in ["genuine", "spun"]:
        path = work / f"article-{kind}.txt"
        for command in ["detect", "restore"]:
            ways[f"start to first output: `{command}`, {kind}"] = Way("", [despin, command, "--isolated", path], path.stat().st_size)
    in_turns(list(ways.values()), STARTS)
    for name, way in ways.items():
        seconds, peak = way.median("first") * 1e3, way.median("peak")
        size = f"{way.n_bytes / 1e3:.1f} KB"
        row(name, size, way, "25 ms", f"{seconds:.1f} ms", seconds <= 25)
        row(name, size, way, "60 MB", f"{peak:.0f} MB", peak <= 60)


def sizes(despin):
    models = sum((ROOT / "dictionaries/en" / name).stat().st_size for name in MODELS)
    for name, size in [("size of the program", os.path.getsize(despin)), ("of these, models", models)]:
        print(f"| {name} | | | | | | {size / 1e6:.1f} MB | |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--wdiff", required=True)
    for name in ["despin", "similar", "work"]:
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    args = parser.parse_args()
    work, bin_folder = args.work, pathlib.Path(sys.executable).parent
    bytes_of = lambda *names: sum((work / name).stat().st_size for name in names)

    def despin(name, command, source, n_bytes, out=None, **floors):
        target = [] if out is None else ["--out" if (work / source).is_dir() else "-o", work / out]
        command = [args.despin, *command, "--isolated", "-j", "1", work / source, *target]
        return Way(name, command, n_bytes, out=out and work / out, **floors)

    print("| | input | MB/s | MB a processor's second | peak MB | floor | figure | |")
    print("|---|--:|--:|--:|--:|---|---|---|")
    n = bytes_of("genuine.txt")
    version = lambda tool: f"{tool} {importlib.metadata.version(tool)}"
    folder = [work / "genuine"]
    typos = [bin_folder / "typos", "--isolated", "--no-ignore", "--hidden", "-j", "1", "--format", "brief", *folder]
    of_records, of_files = "`detect`, JSON Lines", "`detect`, files"
    # What is near in time is compared: a restore runs right after the detect of the same input.
    genuine = [
        despin(of_records, ["detect"], "genuine.jsonl", n, speed=60),
        despin("`restore`, JSON Lines", ["restore"], "genuine.jsonl", n, "restored.jsonl"),
        despin(of_files, ["detect"], "genuine", n, speed=60),
        despin("`restore`, files", ["restore"], "genuine", n, "restored"),
        Way(f"{version('typos')}, files", typos, n, codes=(0, 2), against=of_files, times=4),
        Way(f"{version('codespell')}, files", [bin_folder / "codespell", *folder], n, codes=(0, 65), against=of_files),
        library("flashtext extract", work / "genuine-1.txt", against=of_records),
        library("flashtext extract", work / "genuine-5.txt", against=of_records),
    ]
    in_turns(genuine, args.rounds)
    rows("genuine", genuine)
    within(genuine[:2])
    within(genuine[2:4])

    spun = [despin(f"`restore`, {size} MB", ["restore"], f"spun-{size}.jsonl", bytes_of(f"spun-{size}.txt"), f"r{size}.jsonl", speed=5) for size in [1, 10]]
    spun.append(library("flashtext replace", work / "spun-1.txt", against=spun[0].name, times=20))
    in_turns(spun, args.rounds)
    rows("spun, JSON Lines", spun)

    for kind, speed, times in [("clean", 40, 10), ("damaged", None, 5)]:
        source = work / f"{kind}.txt"
        ours = Way("`clean`", [args.despin, "clean", "--isolated", source], source.stat().st_size, speed=speed)
        ways = [ours, library("ftfy", source, against=ours.name, times=times), library("plsfix", source, against=ours.name)]
        in_turns(ways, args.rounds)
        rows(f"{kind} text, one file", ways)

    pair = [work / "a.txt", work / "b.txt"]
    n = bytes_of("a.txt")
    ours = "`diff`"
    git = ["git", "diff", "--no-index", "--word-diff=plain", *pair]
    diffs = [
        Way(ours, [args.despin, "diff", *pair], n),
        Way("wdiff", [args.wdiff, *pair], n, against=ours, times=5),
        Way("`git diff --word-diff`", git, n, against=ours),
        Way("similar, words", [args.similar, *pair], n, against=ours, times=0.67),
    ]
    in_turns(diffs, args.rounds)
    rows("diff", diffs)
    starts(args.despin, work)
    sizes(args.despin)


def within(pair):
    """The floor of restoring what is genuine: not much slower than to detect it."""
    detect, restore = pair
    more = statistics.median(two["clock"] / one["clock"] for one, two in zip(detect.runs, restore.runs)) - 1
    row(f"genuine: {restore.name}, over detect", f"{restore.n_bytes / 1e6:.1f} MB", restore, "+20 %", f"{more * 100:+.0f} %", more <= 0.2)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        peer(*sys.argv[2:])
    else:
        main()
