#!/usr/bin/env python3
"""Feeds hostile shapes of growing size to clean, detect and restore: complexity.py [DESPIN] [--sizes 1,4,16,64] [--only WORD]

Prints, for each command and shape, the processor time and the peak memory a byte at each size in megabytes, less what an empty text
takes, and how many times the time a byte at the largest size is that at the smallest which takes long enough to be measured. Ends with
1 where that is more than 3, or a run fails or takes more than half an hour. Sizes at which memory would pass 12 GB, by what the size before
took, are left out and told. --only takes those rows alone that have WORD in them.
"""
import argparse
import os
import resource
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
MOST_MEMORY = 12 << 30
MOST_SECONDS = 1800
MOST_GROWTH = 3.0
# What takes less, in seconds, says more of the machine than of the program.
SHORTEST = 0.04


def phrases(least):
    """Spun sides of at least so many words, of the first built-in dictionary, in order."""
    with open(os.path.join(ROOT, "dictionaries/en/autoblog.tsv"), encoding="utf-8") as file:
        spun = [line.split("\t")[0] for line in file if not line.startswith("#")]
    return list(dict.fromkeys(phrase for phrase in spun if len(phrase.split()) >= least))


def spun():
    return " ".join(phrases(1)[::5]).encode() + b" "


def overlapping():
    """Phrases of several words, each beginning with the last word of the one before where there is such a one."""
    by_first = {}
    for phrase in phrases(2):
        by_first.setdefault(phrase.split()[0], []).append(phrase.split())
    words, text = ["the"], []
    for _ in range(4000):
        follow = by_first.get(words[-1])
        words = follow.pop(0) if follow else by_first[sorted(by_first)[len(text) * 7 % len(by_first)]][0]
        text.extend(words[1:] if follow is not None and text else words)
        if follow == []:
            del by_first[words[0]]
    return " ".join(text).encode() + b" "


def layers(n):
    """Quotation marks read wrongly so many times."""
    text = "“It’s late,” he said. "
    for _ in range(n):
        text = text.encode().decode("cp1252", errors="replace").replace("\ufffd", "")
    return text.encode()


def repeated(piece):
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def nested(start, middle, end):
    def make(size):
        n = size // (len(start) + len(end))
        return start * n + middle + end * n

    return make


def mixed_marks(size):
    marks = "\u0301\u0327\u0316\u0345\u0334".encode()
    return b"e" + (marks * (size // len(marks) + 1))[: (size - 1) // 2 * 2]


def menu_and_names(size):
    """A menu of which the first half is known for one, and the second is not."""
    known = b"Share\n" * (size // 12)
    n = (size - len(known)) // 14
    return known + b"".join(b"Zebra%08d\n" % i for i in range(n))


def shapes():
    sentence = b"The ferry to the island was late on Monday, and nobody had said why. "
    return {
        "one word": repeated(b"a"),
        "one word with hyphens": repeated(b"well-"),
        "one host": repeated(b"a.b-c@"),
        "one number": repeated(b"1,0.5"),
        "short lines": repeated(b"a\n"),
        "buttons": repeated(b"Share\nRead more\n"),
        "menus and names": menu_and_names,
        "lists of stories": repeated(b"Related stories\nThe harbour is closed for good\nBridge opened\n\n"),
        "no line end": repeated(sentence),
        "short paragraphs": repeated(sentence + b"\n\n"),
        "no sentence end": repeated(b"and then the boat went on and "),
        "nested braces": nested(b"{", b"a", b"}"),
        "nested choices": nested(b"{a|", b"b", b"}"),
        "nested brackets": nested(b"[[a|", b"b", b"]]"),
        "open tags": lambda size: b"Text. " + repeated(b"<b><i ")(size - 6),
        "nested tags": lambda size: b"Text. " + nested(b"<b>", b"a", b"</b>")(size - 6),
        "page of nested tags": lambda size: b"<html>" + nested(b"<div>", b"a", b"</div>")(size - 6),
        "page of open tags": lambda size: b"<html><body>" + repeated(b"<p><b><i><a href=x>")(size - 12),
        "page of paragraphs": lambda size: b"<html><body>" + repeated(b"<p>" + sentence + b"</p>")(size - 12),
        "page of a table": lambda size: b"<html><body><table>" + repeated(b"<tr><td>a<td>b")(size - 19),
        "a tower of marks": lambda size: b"e" + repeated("\u0301".encode())(size - 1),
        "a tower of mixed marks": mixed_marks,
        "towers of marks": repeated(("e" + "\u0301\u0327" * 20 + " ").encode()),
        "entities in entities": lambda size: b"&" + repeated(b"amp;")(size - 1),
        "layers of mojibake": repeated(layers(4)),
        "zero-width marks": repeated("a\u200b \u200d".encode()),
        "bad bytes": repeated(b"caf\xc3\xa9 \xff\xfe\xc3 "),
        "overlapping phrases": repeated(overlapping()),
        "spun forms alone": repeated(spun()),
        "one spun form": repeated(b"mentioned "),
    }


def run(despin, command, path):
    """Processor seconds and peak bytes of a run; none where it failed."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY * 3 // 2, MOST_MEMORY * 3 // 2))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        null = os.open(os.devnull, os.O_RDWR)
        for stream in 0, 1, 2:
            os.dup2(null, stream)
        try:
            os.execv(despin, [despin, *command.split(), path])
        finally:
            # Where it cannot be started, the child must not go on as its parent.
            os._exit(127)
    _, status, usage = os.wait4(child, 0)
    is_done = os.WIFEXITED(status) and os.WEXITSTATUS(status) in (0, 1)
    return (usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024) if is_done else None


def best(despin, command, path, times):
    found = [run(despin, command, path) for _ in range(times)]
    return None if None in found else min(found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("despin", nargs="?", default=os.path.join(ROOT, "target/release/despin"))
    parser.add_argument("--sizes", default="1,4,16,64")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    despin = os.path.abspath(args.despin)
    sizes = [float(size) for size in args.sizes.split(",")]
    is_bad = False
    print("| command | shape | " + " | ".join(f"{size:g} MB" for size in sizes) + " | growth |")
    print("|---" * (3 + len(sizes)) + "|")
    with tempfile.TemporaryDirectory() as desk:
        path = os.path.join(desk, "a.txt")
        for command in "clean", "detect", "restore --force":
            open(path, "wb").close()
            # What loading the dictionaries takes is no part of a text's time.
            idle, idle_memory = best(despin, command, path, 3)
            for name, make in shapes().items():
                if args.only not in f"{command} {name}":
                    continue
                cells, rates, memory = [], [], 0
                for size in sizes:
                    n_bytes = int(size * (1 << 20))
                    if memory * n_bytes > MOST_MEMORY:
                        cells.append("memory")
                        continue
                    with open(path, "wb") as file:
                        file.write(make(n_bytes))
                    found = best(despin, command, path, 3 if size < 8 else 1)
                    if found is None:
                        cells.append("failed")
                        is_bad = True
                        break
                    seconds, peak = found
                    memory = max(peak - idle_memory, 0) / n_bytes
                    net = max(seconds - idle, 0)
                    if net >= SHORTEST:
                        rates.append(net / n_bytes)
                    cells.append(f"{net / n_bytes * 1e9:.0f} ns, {memory:.0f} B")
                growth = rates[-1] / rates[0] if rates else 0
                is_bad = is_bad or growth > MOST_GROWTH
                cells.extend([""] * (len(sizes) - len(cells)))
                print(f"| {command} | {name} | " + " | ".join(cells) + f" | {growth or 1:.1f} |", flush=True)
    sys.exit(is_bad)


if __name__ == "__main__":
    main()
