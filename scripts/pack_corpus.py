#!/usr/bin/env python3
"""Packs the inputs of a search into one file: pack_corpus.py FOLDER FILE.gz MOST

Each input is its length, four bytes with the lowest first, and its bytes; all of it in gzip without name and time, so that the same inputs
give the same file. Where there are more than MOST, every so manieth is taken in order of length.
"""
import gzip
import os
import sys


def main():
    folder, path, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
    inputs = []
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            inputs.append(file.read())
    inputs = sorted(set(inputs), key=lambda bytes_: (len(bytes_), bytes_))
    if len(inputs) > most:
        inputs = [inputs[i * len(inputs) // most] for i in range(most)]
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        for bytes_ in inputs:
            packed.write(len(bytes_).to_bytes(4, "little") + bytes_)
    print(f"{path}: {len(inputs)} inputs, {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
