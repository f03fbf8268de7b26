"""Restores the articles of a folder of JSON Lines in a datatrove pipeline: python datatrove_step.py FOLDER RESTORED [WORKERS]

Reads every *.jsonl of FOLDER, and writes files of JSON Lines to RESTORED.
"""

import sys

from datatrove.data import DocumentsPipeline
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.batching import batched

import despin


class Restore(PipelineStep):
    """Restores documents; what was found goes to their metadata, under the key `despin`."""

    type = "✨ despin"
    name = "restore"

    def __init__(self, batch_size: int = 256, **options: object) -> None:
        super().__init__()
        self.batch_size = batch_size
        self.options = {"threads": 1, **options}

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        despinner = despin.Despinner(**self.options)
        for documents in batched(data, self.batch_size):
            with self.track_time(unit="batch"):
                results = despinner.restore_batch([document.text for document in documents])
            for document, result in zip(documents, results):
                self.stat_update(result.verdict)
                document.text = result.text
                document.metadata["despin"] = result.to_dict()
                yield document


def main(source: str, target: str, n_workers: str = "2") -> None:
    steps = [
        JsonlReader(source, glob_pattern="*.jsonl"),
        Restore(),
        JsonlWriter(target, output_filename="${rank}.jsonl", compression=None),
    ]
    LocalPipelineExecutor(
        steps, tasks=int(n_workers), workers=int(n_workers), logging_dir=f"{target}/logs", skip_completed=False
    ).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
