"""Pictures of the real window with a real training: `python -m tests.support.gallery` → `.build/screenshots`.

Both themes at one and two device pixels a unit, each in a process of its own, on the display there is or none.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

from PySide6.QtTest import QTest

from app.state import RunData

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / ".build" / "screenshots"
EXAMPLE: Final = "lenet_digits"
SIZE: Final = (1600, 1000)
PATIENCE_S: Final = 120


def main() -> int:
    """Take all pictures; returns how many programs failed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = 0
    for theme in ("light", "dark"):
        for scale in ("1", "2"):
            done = subprocess.run(
                [sys.executable, "-m", "tests.support.gallery", theme, scale],
                cwd=ROOT,
                check=False,
                env={
                    **os.environ,
                    **({} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}),
                    "QT_SCALE_FACTOR": scale,
                    "NEUROLOOM_HOME": tempfile.mkdtemp(prefix="neuroloom-gallery-"),
                },
            )
            failed += done.returncode != 0
    return failed


def take(theme: str, scale: str) -> None:
    """The pictures of one theme at one scale."""
    from app.settings import Settings, examples, home
    from app.state import EditorState
    from app.theme import Choice
    from app.theme import theme as colours
    from app.window import MainWindow
    from app.window.start import make_application

    app = make_application()
    colours.apply(app, cast(Choice, theme))
    editor = EditorState(journals=home() / "journals")
    window = MainWindow(editor, Settings())
    window.resize(*SIZE)
    window.show()

    def picture(name: str) -> None:
        QTest.qWait(700)
        window.grab().save(str(FOLDER / f"{name}-{theme}-{scale}x.png"))

    picture("welcome")
    window.open_example(next(path for path in examples() if path.stem == EXAMPLE))
    editor.engine.start()
    _until(lambda: editor.engine.state == "ready")
    session = editor.current
    assert session is not None, "just opened"
    session.select(["conv1"])
    picture("design")
    editor.runs.start(session)
    _until(
        lambda: editor.runs.data is not None and len(editor.runs.data.series.get("val/accuracy", ((), ()))[0]) > 5
    )
    picture("training")
    for name in ("train", "analyse"):
        window.arrange(name)  # type: ignore[arg-type]  # both are arrangements
        picture(name)
    window.arrange("design")
    window.open_palette()
    picture("palette")
    window.palette_bar.dismiss()
    canvas = window.canvas
    assert canvas is not None, "a document is open"
    canvas.open_search()
    picture("search")
    editor.runs.control(editor.runs.of(session), "stop")
    _until(lambda: not editor.runs.live())
    editor.notify("error", "conv2: 16 channels come in, and 6 are expected.", "Show it", lambda: None)
    editor.notify("success", "lenet.py was written.")
    picture("told")
    editor.shut_down()


def _epochs(data: RunData | None) -> int:
    return len(data.epochs.get("val/accuracy", ())) if data is not None else 0


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("What the picture should show did not come.")
        QTest.qWait(50)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        take(sys.argv[1], sys.argv[2])
    else:
        sys.exit(main())
