"""What commands say: one JSON object on standard output when asked for, all else on standard error."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec, TypeAlias

import msgspec
import typer

from engine.errors import NeuroloomError

if TYPE_CHECKING:
    from rich.console import Console

P = ParamSpec("P")

WIDE = 240
GOOD = ("finished", "stopped")
"""Statuses of a run that ended well."""

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON object, and nothing else there.")]


class Refused(NeuroloomError):  # noqa: N818 - what the user sees is the sentence
    """Something is wrong with the input, and has been said already; `answer` goes to JSON."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        super().__init__(str(answer.get("error", "")))


@functools.cache
def screen() -> Console:
    """Where people read: standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=False)


def page() -> Console:
    """Where the answer to a command without `--json` goes: standard output."""
    from rich.console import Console

    console = Console(highlight=False)
    # A pipe or a file has no width that lines would have to fit.
    return console if console.is_terminal else Console(highlight=False, width=WIDE)


def emit(answer: Any) -> None:
    """Print the one JSON object."""
    body = msgspec.json.format(msgspec.json.encode(_finite(msgspec.to_builtins(answer))), indent=2)
    sys.stdout.buffer.write(body + b"\n")
    sys.stdout.buffer.flush()


def say(sentence: str, *, style: str = "") -> None:
    """A sentence for the user. Names of files and nodes are shown as they are, never as markup."""
    screen().print(sentence, style=style or None, markup=False, soft_wrap=True)


def fail(sentence: str, *, as_json: bool = False) -> NoReturn:
    """End with exit code 1: something is wrong with the input."""
    if as_json:
        emit({"ok": False, "error": sentence})
    say(sentence, style="red")
    raise typer.Exit(1)


def command(function: Callable[P, None]) -> Callable[P, None]:
    """A command whose errors are sentences and exit code 1, and one JSON object where `as_json` was asked for."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json"))
        try:
            function(*args, **kwargs)
        except Refused as refused:
            if as_json:
                emit(refused.answer)
            raise typer.Exit(1) from None
        except NeuroloomError as error:
            fail(str(error), as_json=as_json)
        except BrokenPipeError:
            raise typer.Exit(1) from None

    return run


def _finite(value: Any) -> Any:
    """The value with numbers that JSON lacks as null: a loss may be NaN."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value
