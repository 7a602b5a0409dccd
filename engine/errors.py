"""Every error that Neuroloom raises on purpose.

NeuroloomError
├── UnknownIdError        an id that no declaration carries
├── ParamError            a parameter's value breaks its rule
├── ShapeError            shapes that do not fit (raised by kinds, shown as diagnostics)
├── DocumentError
│   ├── EditError         an edit that the document refuses
│   ├── CycleError        a wire that would close a cycle
│   └── FileError         a file that cannot be read or written
├── DataError             data that cannot be used, with file, row and column
├── BuildError            a graph that cannot be compiled
├── RunError              a run folder that cannot be used
└── ProtocolError         bytes on the wire that are no message
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


def nearest(word: str, known: Iterable[str]) -> str:
    """The sentence ` Did you mean "…"?`, or nothing where no known word is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f' Did you mean "{close[0]}"?' if close else ""


def received(value: Any, limit: int = 80) -> str:
    """A value as errors show it: its repr, cut to `limit` characters."""
    try:
        text = repr(value)
    except ValueError:  # whole numbers of more than 4,300 digits
        text = "a number too long to show"
    return text if len(text) <= limit else text[: limit - 1] + "…"


class NeuroloomError(Exception):
    """Base of all; its text is a sentence for the user."""


class UnknownIdError(NeuroloomError):
    """An id that no declaration carries; names the nearest, which is looked for once the error is shown."""

    def __init__(self, family: str, id: str, known: Iterable[str]) -> None:
        self.family, self.id, self.known = family, id, tuple(known)
        super().__init__(family, id, self.known)

    def __str__(self) -> str:
        return f'There is no {self.family} "{self.id}".{nearest(self.id, self.known)}'


class ParamError(NeuroloomError):
    """A parameter's value breaks its rule."""

    def __init__(self, param: str, rule: str, value: Any, hint: str = "") -> None:
        self.param, self.rule, self.value = param, rule, value
        super().__init__(f"{param} {rule}. Received: {received(value)}.{hint}")


class ShapeError(NeuroloomError):
    """Shapes that do not fit a kind.

    `port` is the input at fault; `suggestion` names how the user can mend it; `fits` holds values of the kind's
    parameters, each of which alone would let it take what came in.
    """

    def __init__(
        self, message: str, *, port: str = "", suggestion: str = "", fits: dict[str, Any] | None = None
    ) -> None:
        self.port, self.suggestion, self.fits = port, suggestion, fits or {}
        super().__init__(message)


class DocumentError(NeuroloomError):
    """Something about a document."""


class EditError(DocumentError):
    """An edit that the document refuses; the document is as it was."""


class CycleError(EditError):
    """A wire that would close a cycle; `path` runs from the wire's target back to its source."""

    def __init__(self, path: list[str]) -> None:
        self.path = path
        loop = " → ".join([*path, path[0]])
        super().__init__(f"This wire would close a cycle: {loop}. Loops need a recurrent group.")


class FileError(DocumentError):
    """A file that cannot be read or written; `line` and `column` count from 1 where they are known."""

    def __init__(self, message: str, *, path: str = "", line: int = 0, column: int = 0) -> None:
        self.path, self.line, self.column = path, line, column
        place = f"{path}" + (f", line {line}, column {column}" if line else "")
        super().__init__(f"{place}: {message}" if place else message)


class DataError(NeuroloomError):
    """Data that cannot be used; `row` counts from 1, the header is row 1."""

    def __init__(self, message: str, *, file: str = "", row: int = 0, column: str = "") -> None:
        self.file, self.row, self.column = file, row, column
        place = ", ".join(
            part for part in (file, f"row {row}" if row else "", f'column "{column}"' if column else "") if part
        )
        super().__init__(f"{place}: {message}" if place else message)


class BuildError(NeuroloomError):
    """A graph that cannot be compiled; `node` is the node at fault."""

    def __init__(self, message: str, *, node: str = "") -> None:
        self.node = node
        super().__init__(f"{node}: {message}" if node else message)


class RunError(NeuroloomError):
    """A run folder that cannot be used."""


class ProtocolError(NeuroloomError):
    """Bytes on the wire that are no message."""
