"""What the window remembers without being asked: its place, its docks, the files opened last."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

RECENT: Final = 12


class Remembered(msgspec.Struct, frozen=True, omit_defaults=True):
    """State of the window; `geometry` and `docks` are Qt's own bytes, `files` the paths opened, newest first.

    `views` holds what was seen of a file: the scale, and the point of the scene in the middle.
    """

    geometry: bytes = b""
    docks: dict[str, bytes] = {}
    arrangement: str = ""
    files: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    views: dict[str, tuple[float, float, float]] = {}

    def with_file(self, path: Path) -> Remembered:
        """The same with a file opened now."""
        others = (file for file in self.files if file != str(path))
        return msgspec.structs.replace(self, files=(str(path), *others)[:RECENT])

    def without_file(self, path: Path) -> Remembered:
        """The same without a file that is gone."""
        return msgspec.structs.replace(self, files=tuple(file for file in self.files if file != str(path)))

    def with_action(self, id: str) -> Remembered:
        """The same with an action run now from the command palette."""
        others = (action for action in self.actions if action != id)
        return msgspec.structs.replace(self, actions=(id, *others)[:RECENT])

    def with_view(self, path: Path, scale: float, x: float, y: float) -> Remembered:
        """The same with what is seen of a file now; of files not opened lately nothing is kept."""
        kept = {file: view for file, view in self.views.items() if file in self.files}
        return msgspec.structs.replace(self, views={**kept, str(path): (scale, x, y)})

    def view(self, path: Path | None) -> tuple[float, float, float] | None:
        """What was seen of a file."""
        return self.views.get(str(path)) if path is not None else None
