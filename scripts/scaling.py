#!/usr/bin/env python3
"""Runs detect over news of growing size, as one text and as many small ones: scaling.py [DESPIN] [--most MB] [--commands detect,...]

Prints, for one text of 1 KB to MB megabytes (1000 by default), for records of 1 KB each, as many as that takes at most, and for one worker and two, the seconds
of the clock, the processor's nanoseconds a byte without what a start takes, and the peak memory. Ends with 1 where a byte of the largest takes more than
three times as long as one of the smallest that can be measured, or where records take more than 300 MB.

It wants zstd and the project's test data in ../shared or where DESPIN_SHARED says; without it the text is that of our own fixtures, repeated.
"""
import argparse
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from samples import ROOT, english, sentences

MOST_GROWTH = 3.0
MOST_MEMORY_MB = 300
# What takes less, in seconds, says more of the machine than of the program.
SHORTEST = 0.05
RECORD = 1000


def news():
    shared = os.environ.get("DESPIN_SHARED", str(ROOT.parent / "shared"))
    if (pathlib.Path(shared) / "corpus").is_dir():
        return sentences(shared)
    return itertools.cycle(english(1_000_000).split("\n\n"))


def pieces(source, n_bytes):
    """Paragraphs of some sentences, together of so many bytes."""
    while n_bytes > 0:
        text = " ".join(itertools.islice(source, 4))[: n_bytes - 2] + "\n\n"
        n_bytes -= len(text.encode())
        yield text


def run(command):
    """Seconds of the clock and of the processor, and peak megabytes."""
    begun = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    # It was waited for above.
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"scaling: {' '.join(map(str, command))} ended with {child.returncode}")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


class Table:
    """Rows of one kind of input, smallest first."""

    def __init__(self, despin, command, path):
        path.write_bytes(b"")
        self.command = [despin, *command]
        self.path = path
        self.idle = min(self.measure() for _ in range(5))[1]
        self.rates = []

    def measure(self):
        return run([*self.command, self.path])

    def row(self, name, size, times):
        clock, processor, memory = min((self.measure() for _ in range(times)), key=lambda found: found[1])
        net = max(processor - self.idle, 0)
        rate = "" if net < SHORTEST else f"{net / size * 1e9:.0f}"
        if rate:
            self.rates.append(net / size)
        print(f"| {name} | {clock:.3f} | {rate} | {memory:.0f} |", flush=True)
        return memory

    def growth(self):
        return self.rates[-1] / self.rates[0] if self.rates else 1.0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("despin", nargs="?", default=str(ROOT / "target/release/despin"))
    parser.add_argument("--most", type=int, default=1000)
    parser.add_argument("--commands", default="detect")
    args = parser.parse_args()
    despin = os.path.abspath(args.despin)
    sizes = [size for size in (10**power for power in range(3, 13)) if size <= args.most * 1_000_000]
    is_bad = False
    print("| | seconds | ns a byte | MB |\n|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as desk:
        desk = pathlib.Path(desk)
        for command in args.commands.split(","):
            table = Table(despin, [command, "--isolated"], desk / "one.txt")
            for size in sizes:
                with table.path.open("w", encoding="utf-8") as file:
                    file.writelines(pieces(news(), size))
                table.row(f"`{command}`, one text of {size / 1e6:g} MB", size, 3 if size <= 10_000_000 else 1)
            is_bad |= table.growth() > MOST_GROWTH
            table.path.unlink()

            table = Table(despin, [command, "--isolated", "-j1", "--field", "text", *(["-o", desk / "out.jsonl"] if command != "detect" else [])], desk / "many.jsonl")
            for n in (size // RECORD for size in sizes):
                source = news()
                with table.path.open("w", encoding="utf-8") as file:
                    file.writelines(json.dumps({"id": i, "text": "".join(pieces(source, RECORD))}) + "\n" for i in range(n))
                is_bad |= table.row(f"`{command}`, {n:,} records of 1 KB", n * RECORD, 3 if n <= 10_000 else 1) > MOST_MEMORY_MB
            is_bad |= table.growth() > MOST_GROWTH
            one = run([*table.command, table.path])[0]
            table.command = ["-j2" if part == "-j1" else part for part in table.command]
            two = run([*table.command, table.path])[0]
            print(f"| the same, two workers: {one / two:.2f} times as fast | {two:.3f} | | |", flush=True)
    sys.exit(is_bad)


if __name__ == "__main__":
    main()
