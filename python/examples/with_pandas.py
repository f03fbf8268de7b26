"""Restores the articles of a file of JSON Lines with pandas: python with_pandas.py articles.jsonl restored.parquet"""

import json
import sys

import pandas as pd
import pyarrow as pa

import despin


def main(source: str, target: str) -> None:
    despinner = despin.Despinner()
    articles = pd.read_json(source, lines=True, dtype={"text": "string"})
    found = despinner.restore_batch(articles["text"])
    restored = pa.RecordBatch.from_struct_array(found.to_pyarrow()).to_pandas()
    # The restored text takes the place of the first one; the journal leads back to it.
    articles[restored.columns] = restored
    if target.endswith(".parquet"):
        articles.to_parquet(target, index=False)
    else:
        # Not by pandas, which cuts numbers off after 15 places.
        with open(target, "w", encoding="utf-8") as out:
            for row in pa.Table.from_pandas(articles, preserve_index=False).to_pylist():
                out.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
