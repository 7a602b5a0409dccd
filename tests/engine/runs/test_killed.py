"""A writer that is killed at any moment leaves a readable run."""

from __future__ import annotations

import random
import signal
import subprocess
import sys

import pytest

from engine.runs import RunFolder, RunReader, RunWriter

WRITER = """
import sys
from pathlib import Path
from engine.messages.frames import LayerNorms
from engine.runs import RunFolder, RunWriter
writer = RunWriter(RunFolder.open(Path(sys.argv[1])))
first = writer.state.step + 1
step = first
while True:
    writer.point(step, step / 1000, {"train/loss": float(step)})
    writer.frame(LayerNorms(step=step, nodes=["a"], gradients=[1.0], ratios=[0.5]))
    writer.tell(status="running", step=step)
    if step % 50 == 0:
        writer.flush()
        print(step, flush=True)
    step += 1
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_kill_9_leaves_every_promise_kept(run: RunFolder) -> None:
    chance = random.Random(3)
    for _ in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(run.path)], stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert process.stdout is not None
        promised = 0
        for _ in range(chance.randint(1, 12)):
            promised = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split()
        promised = max([promised, *map(int, rest)])
        with RunReader(run) as reader:
            assert reader.info().status == "dead"
            curve = reader.series(limit=None)["train/loss"]
            assert curve.steps.tolist() == list(range(1, len(curve.steps) + 1))
            assert curve.values.tolist() == curve.steps.tolist()
            assert len(curve.steps) >= promised
            assert len(reader.frames("LayerNorms")) == len(curve.steps) == reader.state().step
            assert reader.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") == 0
    RunWriter(run).close()
