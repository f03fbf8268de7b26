#!/usr/bin/env python3
"""Kills `despin restore -w` at random moments: kill_test.py [DESPIN] [TIMES]

Each time the file must be the old one or the new one, whole, and where it is the new one its journal must take it back.
Exits with 1 where it is not so.
"""
import collections
import glob
import os
import random
import subprocess
import sys
import tempfile
import time

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
despin = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else os.path.join(root, "target/release/despin")
times = int(sys.argv[2]) if len(sys.argv) > 2 else 500
random.seed(11)

with open(os.path.join(root, "fixtures/restore/harbour_article/input.txt"), "rb") as file:
    old = file.read()
found = collections.Counter()
with tempfile.TemporaryDirectory() as desk:
    path = os.path.join(desk, "a.txt")

    def run(*args):
        return subprocess.run([despin, *args], capture_output=True, cwd=desk)

    def begin():
        for name in os.listdir(desk):
            os.remove(os.path.join(desk, name))
        with open(path, "wb") as file:
            file.write(old)

    begin()
    start = time.monotonic()
    run("restore", "-w", "a.txt")
    whole = time.monotonic() - start
    with open(path, "rb") as file:
        new = file.read()
    if new == old:
        sys.exit("nothing was restored")
    for _ in range(times):
        begin()
        process = subprocess.Popen([despin, "restore", "-w", "a.txt"], cwd=desk, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Half of them near the end, where files are written.
        time.sleep(random.uniform(0, 1.1) * whole if random.random() < 0.5 else random.uniform(0.7, 1.1) * whole)
        process.kill()
        process.wait()
        with open(path, "rb") as file:
            now = file.read()
        journals = glob.glob(os.path.join(desk, "*.despin.json"))
        if now == old:
            found["old, with a journal" if journals else "old"] += 1
            # A journal that was written for nothing is in nobody's way: the next run makes its own.
            again = run("restore", "-w", "a.txt")
            with open(path, "rb") as file:
                if again.returncode != 0 or file.read() != new:
                    found["WRONG: the next run fails"] += 1
        elif now == new:
            found["new"] += 1
        else:
            found["WRONG: neither the old file nor the new one"] += 1
            continue
        undone = run("undo", "a.txt")
        with open(path, "rb") as file:
            if undone.returncode != 0 or file.read() != old:
                found["WRONG: its journal does not take it back"] += 1
        left = [name for name in os.listdir(desk) if name != "a.txt" and ".despin." not in name]
        found["a temporary file left"] += bool(left)
for what, n in sorted(found.items()):
    print(f"{n:5} {what}")
sys.exit(any(what.startswith("WRONG") for what in found))
