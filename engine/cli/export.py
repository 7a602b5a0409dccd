"""`neuroloom export`: a document or a run in another form."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.documents import open_document, open_run
from engine.cli.output import AsJson, command, emit, say
from engine.errors import UnknownIdError
from engine.formats import Subject, all_formats
from engine.graph import file as files


def _known(id: str) -> str:
    try:
        all_formats()[id]
    except UnknownIdError as error:
        raise typer.BadParameter(f"{error} There are: {', '.join(all_formats().ids())}.") from None
    return id


@command
def export(
    what: Annotated[str, typer.Argument(metavar="FILE|RUN", help="A .loom file, or a run: its folder or name.")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            callback=_known,
            help="python: readable PyTorch source. safetensors: the trained weights of a run.",
        ),
    ] = "python",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The file to write; else it is printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a document as PyTorch source, or a run's weights, under the same state-dict keys."""
    subject, form = _subject(what), all_formats()[to]()
    if out is not None:
        form.write(subject, out)
        say(f"Written: {out}")
        content = b""
    else:
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / f"export{form.suffix}"
            form.write(subject, written)
            content = files.read(written)
    if as_json:
        text = content.decode() if out is None and not form.needs_weights else None
        emit({"ok": True, "to": to, "out": str(out) if out else None, "text": text})
    elif out is None:
        sys.stdout.buffer.write(content)


def _subject(what: str) -> Subject:
    path = Path(what)
    if path.is_dir():
        return Subject.of_run(open_run(what))
    if path.exists() or path.suffix == files.SUFFIX:
        return Subject(open_document(path))
    return Subject.of_run(open_run(what))
