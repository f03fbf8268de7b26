"""Cleans scraped articles, detects text that a synonym spinner has rewritten, restores it, and undoes every change.

>>> import despin
>>> despin.detect("The boats left at noon.").verdict
'genuine'
>>> result = despin.clean("The boats  left at noon.")
>>> result.text, despin.undo(result)
('The boats left at noon.', 'The boats  left at noon.')

The functions here use the built-in dictionaries and models. For other options, and for many texts, make a
:class:`Despinner` once and use it again. docs/python.md of the repository has the whole of it.
"""

import functools as _functools

from despin._despin import Batch, Despinner, Result, Verdict, __version__, diff
from despin._error import DespinError

__all__ = [
    "Batch",
    "DespinError",
    "Despinner",
    "Result",
    "Verdict",
    "__version__",
    "clean",
    "detect",
    "diff",
    "restore",
    "undo",
]


@_functools.cache
def _usual():
    return Despinner()


def detect(text):
    """Tells whether ``text`` was spun: what ``despin detect`` says of it, as a :class:`Verdict`."""
    return _usual().detect(text)


def clean(text):
    """Repairs what scraping left in ``text``: what ``despin clean`` makes of it, as a :class:`Result`."""
    return _usual().clean(text)


def restore(text):
    """Restores the likely original of ``text``, if it was spun: ``despin restore``, as a :class:`Result`."""
    return _usual().restore(text)


def undo(text, journal=None):
    """Takes a :class:`Result` back to the text that it was made of; or a text, by its journal.

    Gives a str for a str and bytes for bytes. Raises :class:`DespinError` where the journal is not of this text.
    """
    return Despinner.undo(text, journal)
