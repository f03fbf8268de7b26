"""Restores the articles of files of JSON Lines with Ray Data: python ray_map_batches.py articles.jsonl FOLDER [WORKERS [BATCH]]

Parquet goes to FOLDER.
"""

import sys

import pyarrow as pa
import ray

import despin


class Restore:
    """An actor, which makes its Despinner once."""

    def __init__(self) -> None:
        self.despinner = despin.Despinner(threads=1)

    def __call__(self, batch: pa.Table) -> pa.Table:
        found = pa.RecordBatch.from_struct_array(self.despinner.restore_batch(batch["text"]).to_pyarrow())
        kept = {name: batch[name] for name in batch.column_names if name != "text"}
        return pa.table(kept | {name: found[name] for name in found.schema.names})


def main(source: str, target: str, n_workers: str = "2", batch_size: str = "256") -> None:
    ray.init(num_cpus=int(n_workers) + 1, include_dashboard=False, log_to_driver=False)
    articles = ray.data.read_json(source).repartition(4 * int(n_workers))
    actors = ray.data.ActorPoolStrategy(size=int(n_workers))
    articles.map_batches(Restore, batch_format="pyarrow", batch_size=int(batch_size), compute=actors).write_parquet(target)
    ray.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
