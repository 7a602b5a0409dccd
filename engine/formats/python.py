"""Readable PyTorch source."""

from __future__ import annotations

from pathlib import Path

from engine.formats.format import Format, Subject
from engine.graph import file as files
from engine.source import python_source
from engine.spec import param


class Python(Format):
    """PyTorch source with the same numbers and the same state-dict keys."""

    id, title, suffix = "python", "Python", ".py"

    training: bool = param(True, "Add a function that trains by the recipe.")

    def write(self, subject: Subject, out: Path) -> None:
        """The source as UTF-8 text."""
        source = python_source(subject.document, training=self.training)
        files.write(out, source.encode())
