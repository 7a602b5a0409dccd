"""Starting and ending the editor as a program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import main
from app.settings import examples, home
from app.window import MainWindow
from app.window.start import Reporter
from tests.support.windows import notices

ROOT = Path(__file__).parents[3]

# The editor with a fake engine; `act` is run in its window once that is on screen.
PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
import app.state.engine_client as engine_client
engine_client.EngineClient.__init__.__defaults__ = (
    [sys.executable, str(Path("tests/support/fake_engine.py").resolve()), "good"], None)
from app.window import start, window
def act(w): {act}
def tell(w):
    lines.append("painted " + w.editor.engine.state)
    w.editor.engine.state_changed.connect(lambda state: (lines.append(state), state == "ready" and act(w)))
lines = []
real = start._begin
def begin(w, *, train):
    tell(w)
    real(w, train=train)
start._begin = begin
status = start.run([Path(name) for name in sys.argv[1:]], train={train})
print(*lines, "status", status, "heavy", sorted({{"torch", "sklearn", "pyqtgraph"}} & set(sys.modules)), sep="\\n")
"""


def run(act: str, *files: Path, train: bool = False) -> list[str]:
    """What the program printed, by line."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(act=act, train=train), *map(str, files)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_window_is_on_screen_before_the_engine_starts_and_nothing_heavy_is_imported() -> None:
    assert run("w.close()") == [
        "painted stopped", "starting", "connected", "ready", "stopped", "status", "0", "heavy", "[]",
    ]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_it_in_good_order(name: str) -> None:
    lines = run(f"__import__('os').kill(__import__('os').getpid(), __import__('signal').{name})")
    assert lines[lines.index("status") + 1] == "0"
    assert lines[lines.index("status") - 1] == "stopped", "the engine has ended"


def test_files_are_opened_and_what_is_not_there_is_told() -> None:
    show = "(print([s.title for s in w.editor.sessions], [t.notice.level for t in w.toasts.shown]), w.close())"
    assert run(show, examples()[0], Path("nowhere.loom"))[0] == f"['{examples()[0].stem}'] ['error']"


def test_training_starts_once_the_engine_is_there() -> None:
    # The fake engine refuses to train: its sentence shows that it was asked.
    tell = "w.editor.noticed.connect(lambda notice: (print(notice.message), w.close()))"
    assert run(tell, examples()[0], train=True)[0] == "This engine trains nothing."


def test_version_is_told_without_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"Neuroloom {main.version()}\n"


@pytest.mark.parametrize(
    ("python", "qt", "refused"),
    [((3, 11), "6.11.2", False), ((3, 11), "6.12.0", True), ((3, 11), "7.0", True), ((3, 12), "6.12.1", False)],
)
def test_a_pyside_that_kills_the_process_is_refused(python: tuple[int, int], qt: str, refused: bool) -> None:
    assert bool(main.qt_trouble(python, qt)) is refused


def test_the_refusal_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(main.importlib.metadata, "version", lambda _: "6.12.0")
    monkeypatch.setattr(main.sys, "version_info", (3, 11, 9))
    assert main.main([]) == 2
    assert capsys.readouterr().err == (
        "PySide6 6.12.0 ends any program on Python 3.11. "
        'Install an older one with: pip install "PySide6-Essentials<6.12", or take Python 3.12 or newer.\n'
    )


def test_an_error_that_nobody_expected_is_told_and_logged(
    window: MainWindow, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError as error:
        Reporter(window.editor).report(type(error), error, error.__traceback__)
    assert notices(window) == [
        "Something went wrong that should not: ZeroDivisionError: division by zero. Your work is kept."
    ]
    assert "test_start.py" in caplog.text
    caplog.clear()


def test_errors_reach_the_log_file() -> None:
    close = "w.editor.noticed.connect(lambda notice: w.close())"
    run(f"({close}, QTimer.singleShot(0, lambda: 1 / 0))")
    assert "ZeroDivisionError" in (home() / "logs" / "editor.log").read_text()
