"""Restores the articles of files of JSON Lines with PySpark: python pyspark_map_in_arrow.py articles.jsonl FOLDER [WORKERS]

Parquet goes to FOLDER. On a cluster, spark-submit it; each executor needs the wheel and nothing else.
"""

import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.functions import col

import despin

SCHEMA = "id string, text string, probability double, verdict string, rate double, profile string, changed boolean, journal string"


def restore(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    # Made once a task; Spark runs a task a core, so each works on one thread.
    despinner = despin.Despinner(threads=1)
    for batch in batches:
        found = pa.RecordBatch.from_struct_array(despinner.restore_batch(batch["text"]).to_pyarrow())
        yield pa.RecordBatch.from_arrays([batch["id"], *found.columns], ["id", *found.schema.names])


def main(source: str, target: str, n_workers: str = "2") -> None:
    spark = (
        SparkSession.builder.master(f"local[{n_workers}]")
        .appName("despin")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 256)
        .getOrCreate()
    )
    articles = spark.read.json(source).select(col("id").cast("string"), "text").repartition(2 * int(n_workers))
    articles.mapInArrow(restore, SCHEMA).write.mode("overwrite").parquet(target)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
