import builtins
from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any, Literal, Protocol, TypedDict, final, overload

from despin._error import DespinError as DespinError

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

__version__: str

_Label = Literal["spun", "suspect", "genuine"]
_Path = str | PathLike[str]
_Form = Literal["unified", "inline", "side-by-side", "html"]

class _ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

_Column = _ArrowArray | _ArrowStream

class _Evidence(TypedDict):
    span: dict[str, int]
    signal: str
    log_odds: float
    reason: str

@final
class Verdict:
    """What is thought of a text. It marks a risk, and proves nobody's intent."""

    @property
    def verdict(self) -> _Label: ...
    @property
    def probability(self) -> float: ...
    @property
    def rate(self) -> float: ...
    @property
    def profile(self) -> str | None: ...
    @property
    def evidence(self) -> list[_Evidence]: ...
    def to_dict(self) -> builtins.dict[str, Any]: ...

@final
class Result:
    """A text that was cleaned or restored, and the way back."""

    @property
    def text(self) -> str: ...
    @property
    def bytes(self) -> builtins.bytes: ...
    @property
    def changed(self) -> bool: ...
    @property
    def verdict(self) -> _Label | None: ...
    @property
    def probability(self) -> float | None: ...
    @property
    def rate(self) -> float | None: ...
    @property
    def profile(self) -> str | None: ...
    @property
    def journal(self) -> str | None: ...
    @property
    def page(self) -> dict[str, str | None] | None: ...
    def to_dict(self) -> builtins.dict[str, Any]: ...

@final
class Batch:
    """A column of Arrow: give it to ``pyarrow.array`` or ``polars.Series``; nothing is copied."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...
    def __arrow_c_schema__(self) -> object: ...
    def __len__(self) -> int: ...
    def __getitem__(self, name: str, /) -> Batch: ...
    @property
    def names(self) -> list[str]: ...
    def field(self, name: str) -> Batch: ...
    def to_pyarrow(self) -> Any: ...
    def to_list(self) -> list[Any]: ...

@final
class Despinner:
    """Cleans, judges and restores texts. Threads may share it, and it can be pickled."""

    def __new__(
        cls,
        *,
        clean: bool = True,
        boilerplate: Literal["keep", "drop"] | None = None,
        skip: Sequence[str] = ...,
        only: Sequence[str] = ...,
        keep: Sequence[str] = ...,
        drop: Sequence[str] = ...,
        ascii_quotes: bool = False,
        html: bool | None = None,
        encoding: str | None = None,
        force: bool = False,
        thorough: bool = False,
        apply_from: float | None = None,
        dict: Sequence[_Path] = ...,
        only_dict: Sequence[_Path] = ...,
        reject_list: Sequence[_Path] = ...,
        lm: _Path | None = None,
        context: _Path | None = None,
        protect: Sequence[str] = ...,
        journal: Literal["lean", "full", "none"] = "lean",
        threads: int | None = None,
    ) -> Despinner: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def options(self) -> dict[str, Any]: ...
    def detect(self, text: str | bytes) -> Verdict: ...
    def clean(self, text: str | bytes) -> Result: ...
    def restore(self, text: str | bytes) -> Result: ...
    @overload
    def explain(self, text: str | bytes, *, format: Literal["json"] = "json", name: str = "-") -> dict[str, Any]: ...
    @overload
    def explain(self, text: str | bytes, *, format: _Form, name: str = "-") -> str: ...
    @overload
    def detect_batch(self, texts: _Column) -> Batch: ...
    @overload
    def detect_batch(self, texts: Iterable[str | bytes | None]) -> list[Verdict | None]: ...
    @overload
    def clean_batch(self, texts: _Column) -> Batch: ...
    @overload
    def clean_batch(self, texts: Iterable[str | bytes | None]) -> list[Result | None]: ...
    @overload
    def restore_batch(self, texts: _Column) -> Batch: ...
    @overload
    def restore_batch(self, texts: Iterable[str | bytes | None]) -> list[Result | None]: ...
    @overload
    @staticmethod
    def undo(text: Result, journal: None = None) -> str | bytes: ...
    @overload
    @staticmethod
    def undo(text: str, journal: str | dict[str, Any]) -> str: ...
    @overload
    @staticmethod
    def undo(text: bytes, journal: str | dict[str, Any]) -> bytes: ...
    @overload
    @staticmethod
    def undo_batch(texts: _Column, journals: _Column | None = None) -> Batch: ...
    @overload
    @staticmethod
    def undo_batch(
        texts: Iterable[Result | str | bytes | None], journals: Iterable[str | dict[str, Any] | None] | None = None
    ) -> list[str | bytes | None]: ...

def detect(text: str | bytes) -> Verdict: ...
def clean(text: str | bytes) -> Result: ...
def restore(text: str | bytes) -> Result: ...
@overload
def undo(text: Result, journal: None = None) -> str | bytes: ...
@overload
def undo(text: str, journal: str | dict[str, Any]) -> str: ...
@overload
def undo(text: bytes, journal: str | dict[str, Any]) -> bytes: ...
@overload
def diff(
    before: str | bytes,
    after: str | bytes,
    *,
    format: Literal["json"] = "json",
    before_name: str = "before",
    after_name: str = "after",
) -> dict[str, Any]: ...
@overload
def diff(
    before: str | bytes,
    after: str | bytes,
    *,
    format: _Form,
    before_name: str = "before",
    after_name: str = "after",
) -> str: ...
