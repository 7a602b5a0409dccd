"""Kinds as they travel from the palette to the canvas."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData

MIME: Final = "application/x-neuroloom-kind"


def pack(kind: str) -> QMimeData:
    """A kind's id as what is dragged."""
    data = QMimeData()
    data.setData(MIME, kind.encode())
    return data


def unpack(data: QMimeData) -> str:
    """The kind's id that is dragged, empty where it is something else."""
    return bytes(data.data(MIME).data()).decode(errors="replace") if data.hasFormat(MIME) else ""
