"""A run process that waits: torch is loaded, one line of JSON on standard input says what to train."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from engine.cli.output import GOOD
from engine.errors import NeuroloomError
from engine.runs import RunFolder
from engine.service.launcher import Job, Ready


def stand_by() -> int:
    """Say when torch is loaded, wait for a job and train; the exit code. Ends quietly when nobody is left."""
    with os.fdopen(os.dup(1), "wb") as answers:
        # What libraries print must not be taken for an answer.
        os.dup2(2, 1)
        ready = _load()
        answers.write(msgspec.json.encode(ready) + b"\n")
    if not ready.error:
        _rehearse()
    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    job = msgspec.json.decode(line, type=Job)
    run = RunFolder.open(Path(job.run))
    _detach(run)
    if ready.error:
        sys.stderr.write(ready.error + "\n")
        return 1
    return _train(run, job)


def _train(run: RunFolder, job: Job) -> int:
    from engine.training import reopen, train_run

    try:
        if job.resume:
            reopen(run, job.overrides)
        return 0 if train_run(run, resume=job.resume, attended=True).status in GOOD else 1
    except NeuroloomError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _load() -> Ready:
    """Import all that training needs."""
    try:
        import torch

        import engine.training  # noqa: F401 - loaded now, used when the job comes
        from engine.torchside.devices import devices, pick

        return Ready(str(torch.__version__), devices(), pick()[1])
    except Exception as error:  # noqa: BLE001 - whatever keeps torch from loading is told to the user
        return Ready(error=f"torch does not load: {type(error).__name__}: {error}")


def _rehearse() -> None:
    """Do once what the first step of a training would wait for: the first optimizer loads 800 modules."""
    import torch

    from engine.nodes import standard_catalog

    standard_catalog()
    layer = torch.nn.Conv2d(1, 1, 3)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.zeros(1, 1, 4, 4)).sum().backward()
    optimizer.step()


def _detach(run: RunFolder) -> None:
    """Hold nothing of whoever started this process: input from nowhere, output into the run's log."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(run.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for handle, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(handle, standard)
    os.close(nothing)
    os.close(log)
