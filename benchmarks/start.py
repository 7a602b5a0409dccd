"""P7: start to visible window and to engine ready. P8: the editor's frames beside torch and a training."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from engine.graph import file
from engine.runs import environment
from tests.support.large import residual

ROUNDS = 7
NODES = 30
SECONDS = 5.0
EXAMPLE = "lenet_digits.loom"
ROOT = Path(__file__).parents[1]
BYTE_CODE = Path(tempfile.gettempdir()) / "neuroloom-byte-code"
"""Where compiled modules stay, so that all rounds but the first are warm."""

# What any window costs: PySide6, docks with a list each, menus, the first paint.
BARE = """
import time
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDockWidget, QListWidget, QMainWindow, QPlainTextEdit
class Window(QMainWindow):
    painted = False
    def paintEvent(self, event):
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            QTimer.singleShot(0, tell)
def tell():
    print("painted", time.process_time(), flush=True)
    app.quit()
app = QApplication([])
app.setStyle("Fusion")
window = Window()
window.resize(1480, 920)
window.setCentralWidget(QPlainTextEdit())
areas = (Qt.LeftDockWidgetArea, Qt.RightDockWidgetArea, Qt.BottomDockWidgetArea) * 3
for number, area in enumerate(areas):
    dock = QDockWidget(f"Dock {number}")
    dock.setWidget(QListWidget())
    window.addDockWidget(area, dock)
for name in ("File", "Edit", "Graph", "Train", "View"):
    menu = window.menuBar().addMenu(name)
    for number in range(10):
        menu.addAction(f"{name} {number}")
window.show()
app.exec()
"""

# The editor; told on standard output when it is painted, when all panels are filled and when the engine is ready.
EDITOR = """
import gc, sys, time
gc.disable()  # as app.main does, until the first paint
from pathlib import Path
from PySide6.QtCore import QTimer
from app.window import start
def tell(what):
    print(what, time.process_time(), flush=True)
real = start._begin
def begin(window, *, train):
    tell("painted")
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, lambda: tell("filled")))
    window.editor.engine.state_changed.connect(
        lambda state: state == "ready" and (tell("ready"), window._close_now()))
    real(window, train=train)
start._begin = begin
start.run([Path(name) for name in sys.argv[1:]])
"""

# Gaps between frames of a window that repaints its canvas 60 times a second, by what goes on beside it.
FRAMES = """
import json, sys, threading, time
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from app.settings import Settings
from app.state import EditorState
from app.theme import theme
from app.window import MainWindow
from app.window.start import make_application
app = make_application()
theme.apply(app, "dark")
editor = EditorState()
window = MainWindow(editor, Settings())
window.resize(1600, 1000)
window.open_example(Path(sys.argv[1]))
window.show()
seconds, thread = float(sys.argv[2]), sys.argv[3] == "thread"
QTest.qWait(1500)
def gaps(until):
    times = []
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=16)
    def tick():
        times.append(time.perf_counter())
        window.canvas.repaint()
    timer.timeout.connect(tick)
    timer.start()
    end = time.perf_counter() + 60
    while not until() and time.perf_counter() < end:
        QTest.qWait(20)
    timer.stop()
    found = sorted(1e3 * (b - a) for a, b in zip(times, times[1:]))
    return {"p99": found[int(0.99 * len(found))], "max": found[-1]}
def lasting(seconds):
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() > end
found = {"idle": gaps(lasting(seconds))}
if thread:
    done = []
    threading.Thread(target=lambda: (__import__("torch"), done.append(1))).start()
    found["torch imported in a thread"] = gaps(lambda: done)
else:
    editor.engine.start()
    found["engine imports torch"] = gaps(lambda: editor.engine.state == "ready")
    editor.runs.start(editor.current)
    while editor.runs.data is None or not editor.runs.data.series:
        QTest.qWait(50)
    QTest.qWait(1000)
    found["a network trains"] = gaps(lasting(seconds))
    editor.runs.control(editor.runs.data.run, "stop")
    while editor.runs.live():
        QTest.qWait(50)
    editor.shut_down()
print(json.dumps(found), flush=True)
"""


def child(program: str, *arguments: str) -> subprocess.Popen[str]:
    """A Python process with settings and runs of its own."""
    home = tempfile.mkdtemp(prefix="neuroloom-start-")
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={
            **os.environ,
            **({} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}),
            "NEUROLOOM_HOME": home,
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(BYTE_CODE),
            "PYTHONDONTWRITEBYTECODE": "",
        },
    )


def milestones(program: str, *arguments: str) -> dict[str, float]:
    """Seconds from the start of a process to what it tells, by the clock and (`… cpu`) of its processor time."""
    began = time.perf_counter()
    process = child(program, *arguments)
    assert process.stdout is not None
    found: dict[str, float] = {}
    for line in process.stdout:
        what, used = line.split()
        found[what], found[f"{what} cpu"] = time.perf_counter() - began, float(used)
    process.wait()
    process.stdout.close()
    return found


def starts(document: Path) -> dict[str, dict[str, float]]:
    """Medians of the milestones of each program, taken in turn."""
    programs = {
        "bare window": (BARE,),
        "welcome page": (EDITOR,),
        f"{NODES} nodes": (EDITOR, str(document)),
    }
    rounds = [{name: milestones(*call) for name, call in programs.items()} for _ in range(ROUNDS + 1)]
    return {
        name: {what: statistics.median(turn[name][what] for turn in rounds[1:]) for what in rounds[0][name]}
        for name in programs
    }


def frames(how: str) -> dict[str, dict[str, float]]:
    """Gaps in milliseconds by what goes on beside the editor."""
    example = ROOT / "examples" / EXAMPLE
    said, _ = child(FRAMES, str(example), str(SECONDS), how).communicate(timeout=240)
    found: dict[str, dict[str, float]] = json.loads(said)
    return found


def main() -> None:
    """Print one line a measure."""
    facts = environment.describe()
    rest: dict[str, Any] = {
        "machine": f"{facts['machine']}, {facts['cores']} cores",
        "versions": {"python": facts["python"], **facts["packages"]},
    }
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "document.loom"
        file.save(residual(NODES), document)
        cases = starts(document)
    bare = cases["bare window"]["painted"]
    ratios = {name: case["painted"] / bare for name, case in cases.items() if name != "bare window"}
    line = {
        "id": "P7",
        "figure": max(ratios.values()),
        "unit": "times the bare window, start to first paint (worst of welcome page and document); cases in s",
        "against": "a PySide6 main window with docks; first: 4.0; goal: 2.0",
        "cases": {**cases, "times": ratios},
        **rest,
    }
    print(json.dumps(line), flush=True)
    gaps = {**frames("thread"), **frames("process")}
    beside = [gaps[name] for name in ("engine imports torch", "a network trains")]
    line = {
        "id": "P8",
        "figure": max(gap["p99"] for gap in beside) / gaps["idle"]["p99"],
        "unit": "times the idle editor's frame gap p99; cases in ms",
        "against": "idle; first: 2, max 100 ms; goal: 1.3, max 50 ms",
        "cases": gaps,
        **rest,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
