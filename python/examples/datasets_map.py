"""Restores the articles of a file of JSON Lines with Hugging Face datasets, in several processes.

python datasets_map.py articles.jsonl restored.parquet [PROCESSES]
"""

import sys

import datasets
import pyarrow as pa

import despin


def restore(batch: pa.Table, despinner: despin.Despinner) -> pa.Table:
    found = pa.RecordBatch.from_struct_array(despinner.restore_batch(batch["text"]).to_pyarrow())
    kept = batch.drop_columns(["text"])
    return pa.table({name: kept[name] for name in kept.column_names} | {name: found[name] for name in found.schema.names})


def main(source: str, target: str, n_processes: str = "2") -> None:
    articles = datasets.Dataset.from_json(source, cache_dir=f"{target}.cache").with_format("arrow")
    restored = articles.map(
        restore,
        batched=True,
        batch_size=256,
        num_proc=int(n_processes),
        # It is pickled for each process, which works on one thread, since there are as many processes as cores.
        fn_kwargs={"despinner": despin.Despinner(threads=1)},
    )
    restored.to_parquet(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
