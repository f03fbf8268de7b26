#!/usr/bin/env python3
"""Writes two long texts that differ as a spun text and its original do: make_diff_pair.py A B [BYTES]."""
import glob
import os
import random
import sys

random.seed(7)
root = os.path.join(os.path.dirname(__file__), "..")
paragraphs = []
for path in sorted(glob.glob(os.path.join(root, "fixtures/genuine/*/input.txt"))):
    with open(path, encoding="utf-8", errors="replace") as file:
        paragraphs += [line.split() for line in file if line.strip()]
words = sorted({word for paragraph in paragraphs for word in paragraph})


def reworded(paragraph, share):
    return [random.choice(words) if random.random() < share else word for word in paragraph]


n_bytes = int(sys.argv[3]) if len(sys.argv) > 3 else 5_000_000
before, size = [], 0
while size < n_bytes:
    before.append(reworded(random.choice(paragraphs), 0.1))
    size += sum(len(word) + 1 for word in before[-1])
after = [reworded(paragraph, 0.08) for paragraph in before if random.random() > 0.01]
for path, text in zip(sys.argv[1:3], (before, after)):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(" ".join(paragraph) + "\n" for paragraph in text)
