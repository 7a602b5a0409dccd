"""`neuroloom export`: a document in another form."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.documents import analysed, open_document
from engine.cli.output import AsJson, command, emit, say
from engine.graph import file as files


class Form(enum.StrEnum):
    """The forms that a document can be exported to."""

    PYTHON = "python"


@command
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .loom file, or the folder of a run.")],
    to: Annotated[Form, typer.Option("--to", help="python: readable PyTorch source.")] = Form.PYTHON,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The file to write; else it is printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a document as PyTorch source with the same state-dict keys."""
    from engine.source import python_source

    document = open_document(file)
    text = python_source(document, analysis=analysed(document))
    if out is not None:
        files.write(out, text.encode())
        say(f"Written: {out}")
    if as_json:
        emit({"ok": True, "to": to.value, "out": str(out) if out else None, "text": None if out else text})
    elif out is None:
        sys.stdout.write(text)
