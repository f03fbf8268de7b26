"""What bulk-throughput.sh and bulk-memory.sh measure: speed, memory, sameness and resuming over many records.

Texts are made of the project's word corpus, which is not part of the package; nothing of it is kept.
"""

import argparse
import hashlib
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time

from samples import sentences

# Peak memory that despin may take, whatever it is given.
MOST_MB = 300


def spinner(dictionaries):
    """A function that replaces what a dictionary knows, as a spinner does: always, and each word by one other."""
    table = {}
    with open(os.path.join(dictionaries, "autoblog.tsv"), encoding="utf-8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if len(columns) > 2 and not line.startswith("#"):
                table.setdefault(columns[1].lower(), columns[0])
    longest = 3

    def spin(text):
        words, out, at = text.split(" "), [], 0
        while at < len(words):
            for n in range(longest, 0, -1):
                phrase = " ".join(words[at : at + n])
                bare = phrase.rstrip(".")
                if bare.lower() in table:
                    out.append(table[bare.lower()] + phrase[len(bare) :])
                    at += n
                    break
            else:
                out.append(words[at])
                at += 1
        return " ".join(out)

    return spin


def corpus(args, path):
    """Writes args.size megabytes of records to path, packed; gives how many records and how many bytes."""
    spin = spinner(args.dictionaries)
    source, chance = sentences(args.shared), random.Random(7)
    n_bytes = n_records = 0
    with open(path, "wb") as out, subprocess.Popen(["zstd", "-q"], stdin=subprocess.PIPE, stdout=out) as zstd:
        while n_bytes < args.size * 1_000_000:
            paragraphs = [" ".join(next(source) for _ in range(4)) for _ in range(chance.randint(2, 8))]
            text = "\n\n".join(paragraphs)
            if chance.random() * 100 < args.spun:
                text = spin(text)
            record = {"id": n_records, "url": f"https://example.com/{n_records}", "text": text + "\n"}
            line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
            zstd.stdin.write(line)
            n_bytes, n_records = n_bytes + len(line), n_records + 1
        zstd.stdin.close()
    return n_records, n_bytes


def peak_mb(pid):
    """The peak memory of a process that runs, in megabytes; none where it is over."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            found = re.search(r"VmHWM:\s*(\d+) kB", status.read())
            return int(found.group(1)) / 1000 if found else None
    except OSError:
        return None


def run(command):
    """Runs command to its end; gives seconds, seconds of all cores, peak megabytes and the summary."""
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"bulk: {' '.join(command)} ended with {child.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return time.monotonic() - begun, cpu, usage.ru_maxrss / 1000, json.loads(out)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def throughput(args):
    work = args.work
    source = os.path.join(work, "in.jsonl.zst")
    n_records, n_bytes = corpus(args, source)
    print(f"{n_records} records, {n_bytes / 1e6:.0f} MB, {os.path.getsize(source) / 1e6:.0f} MB packed, {args.spun} % spun")
    digests, seconds = [], 0
    for jobs in [1, 2]:
        out = os.path.join(work, f"out-{jobs}.jsonl.zst")
        command = [args.despin, args.command, source, "-o", out, "-j", str(jobs), "--summary", "json"]
        seconds, cpu, peak, summary = run(command)
        digests.append(digest(out))
        print(
            f"{args.command} -j{jobs}: {seconds:.1f} s ({cpu:.1f} s of processors), {n_bytes / 1e6 / seconds:.2f} MB/s,"
            f" {n_records / seconds:.0f} documents/s, {n_records / cpu:.0f} a processor's second, peak {peak:.0f} MB; {summary['spun']} spun, {summary['suspect']} suspect, {summary['changed']} changed,"
            f" {summary['rejects']} rejected"
        )
        fail_if(peak > MOST_MB, f"more than {MOST_MB} MB of memory")
        fail_if(summary["documents"] != n_records, "not every record was worked on")
    fail_if(digests[0] != digests[1], "-j1 and -j2 differ")
    print("-j1 and -j2: the same bytes")

    out = os.path.join(work, "resumed.jsonl.zst")
    command = [args.despin, args.command, source, "-o", out, "-j", "2", "--resume", "--summary", "json"]
    chance = random.Random(args.seed)
    moments = sorted(chance.uniform(0, seconds * 0.95) for _ in range(5))
    before = 0
    for moment in moments:
        with subprocess.Popen(command) as child:
            time.sleep(moment - before)
            child.send_signal(signal.SIGKILL)
            child.wait()
            fail_if(child.returncode != -signal.SIGKILL, "the run was over before it was killed")
        before = moment
    run(command)
    fail_if(digest(out) != digests[0], "the resumed run differs")
    print(f"killed after {', '.join(f'{moment:.1f}' for moment in moments)} s (--seed {args.seed}) and resumed: the same bytes")


def memory(args):
    """Feeds a stream of args.size megabytes that is made as it is read, with one record of 200 MB in its midst."""
    source = sentences(args.shared)
    text = " ".join(next(source) for _ in range(16))
    page = "<p>" + " ".join(next(source) for _ in range(500)) + "</p>"
    lines = [json.dumps({"id": n, "text": f"{text} {n}.\n", "raw": page}).encode() + b"\n" for n in range(20)]
    block = b"".join(lines)
    rejects = os.path.join(args.work, "rejects.jsonl")
    command = [args.despin, args.command, "--input-format", "jsonl", "-o", os.path.join(args.work, "out.jsonl.zst")]
    command += ["-j", "2", "--rejects", rejects, "--summary", "json"]
    begun, fed, peaks = time.monotonic(), 0, []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        half = args.size * 500_000
        is_fed = False
        while fed < args.size * 1_000_000:
            if fed >= half and not is_fed:
                peaks.append(peak_mb(child.pid))
                child.stdin.write(b'{"text":"')
                for _ in range(200):
                    child.stdin.write(b"a " * 500_000)
                child.stdin.write(b'"}\n')
                is_fed = True
            child.stdin.write(block)
            fed += len(block)
        child.stdin.close()
        summary = json.loads(child.stdout.read())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    seconds = time.monotonic() - begun
    print(
        f"{args.command}: {summary['documents']} records, {summary['bytes'] / 1e6:.0f} MB in {seconds:.0f} s; peak {peaks[0]:.0f} MB"
        f" at half of it, {peak:.0f} MB at its end, with one record of 200 MB"
    )
    with open(rejects, encoding="utf-8") as found:
        told = [json.loads(line) for line in found]
    fail_if(len(told) != 1 or told[0]["len_bytes"] != 200_000_012, f"the large record was not rejected: {told}")
    fail_if(peak > MOST_MB, f"more than {MOST_MB} MB of memory")


def fail_if(is_wrong, fault):
    if is_wrong:
        sys.exit(f"bulk: {fault}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["throughput", "memory"])
    parser.add_argument("--size", type=int, required=True, help="megabytes")
    parser.add_argument("--spun", type=int, default=10, help="texts that are spun, in percent")
    parser.add_argument("--command", default="restore")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    for name in ["despin", "shared", "work", "dictionaries"]:
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    {"throughput": throughput, "memory": memory}[args.what](args)


main()
