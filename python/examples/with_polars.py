"""Restores the articles of a file of JSON Lines with Polars: python with_polars.py articles.jsonl restored.parquet"""

import sys

import polars as pl

import despin


def main(source: str, target: str) -> None:
    despinner = despin.Despinner()
    articles = pl.read_ndjson(source)
    # Series are lent to despin and back; no string of Python's is made on the way.
    restored = pl.Series(despinner.restore_batch(articles["text"])).struct.unnest()
    articles = articles.with_columns(restored)
    if target.endswith(".parquet"):
        articles.write_parquet(target)
    else:
        articles.write_ndjson(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
