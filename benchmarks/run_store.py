"""P11: reading a million recorded steps for a curve."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

from engine.graph import Document
from engine.runs import Point, RunFolder, RunReader, Tail, environment
from engine.runs.store import Store

STEPS = 1_000_000
PER_COMMIT = {"fast": 100, "slow": 1}
"""Steps of one commit: 2,000 steps a second, and fewer than 20."""


def record(folder: Path, per_commit: int) -> RunFolder:
    """A run of a million steps, committed as a trainer of that speed would."""
    run = RunFolder.create(folder, Document(title="million"))
    store = Store(run)
    state = store.state()
    for first in range(1, STEPS + 1, per_commit):
        steps = range(first, first + per_commit)
        store.commit({"train/loss": [Point(step, step / 1e4, 1 / step) for step in steps]}, [], state)
    store.close()
    return run


def measure(run: RunFolder, rounds: int = 7) -> dict[str, float]:
    """Median milliseconds to the first picture of the curve, to all its points, and of an idle poll."""
    pictures, whole = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        with RunReader(run) as reader:
            assert len(reader.series(["train/loss"])["train/loss"].steps) <= 2_010
            pictures.append(time.perf_counter() - start)
            start = time.perf_counter()
            assert len(reader.series(["train/loss"], limit=None)["train/loss"].steps) == STEPS
            whole.append(time.perf_counter() - start)
    with Tail(run) as tail:
        tail.poll()
        start = time.perf_counter()
        for _ in range(1_000):
            tail.poll()
        idle = (time.perf_counter() - start) / 1_000
    return {
        "picture": round(1e3 * statistics.median(pictures), 1),
        "all": round(1e3 * statistics.median(whole), 1),
        "idle_poll": round(1e3 * idle, 4),
    }


def main() -> None:
    """Print one line."""
    with tempfile.TemporaryDirectory() as folder:
        cases = {name: measure(record(Path(folder), count)) for name, count in PER_COMMIT.items()}
    facts = environment.describe()
    line = {
        "id": "P11",
        "figure": max(case["picture"] for case in cases.values()) / 1e3,
        "unit": "s to the picture of 1,000,000 steps, worst case",
        "against": "first: 1 s; goal: 0.05 s",
        "cases": cases,
        "machine": f"{facts['machine']}, {facts['cores']} cores",
        "versions": {"python": facts["python"], **facts["packages"]},
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
