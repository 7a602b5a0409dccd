"""Checkpoints: weights, optimizer, random state and place, without pickle, so that going on is exact."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.build import Compiled
from engine.errors import RunError
from engine.training.scaling import Scale

WEIGHTS: Final = "weights.safetensors"
OPTIMIZER: Final = "optimizer.safetensors"
STATE: Final = "state.json"
FORMAT: Final = 1
KEPT: Final = 2
"""Checkpoints to resume from that are kept unless the recipe says otherwise, the newest."""


class Best(msgspec.Struct, frozen=True):
    """The epoch with the best watched value on held-out samples (on training samples where none are held out).

    `loss` is that value: the loss, unless the recipe watches another.
    """

    epoch: int
    step: int
    loss: float
    values: dict[str, float | None] = {}


class Patience(msgspec.Struct, frozen=True):
    """The value from which better ones are told, lower being better, and the epochs without one."""

    best: float | None = None
    bad: int = 0


class Place(msgspec.Struct, frozen=True):
    """Where in its course a training is. `epoch` counts those done, `batch` the batches done of the next.

    `sums`, `count` and `totals` are those of the epoch in hand; `seconds` the time trained; `noted` the
    learning rates recorded last and `memories` what their schedules remember, one for each objective.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    seen: int = 0
    sums: list[float] = []
    count: int = 0
    seconds: float = 0.0
    best: Best | None = None
    totals: list[list[float]] = []
    noted: list[float | None] = []
    patience: Patience = Patience()
    memories: list[tuple[float, ...]] = []


class State(msgspec.Struct, frozen=True):
    """What `state.json` holds."""

    place: Place
    groups: list[dict[str, Any]]
    values: dict[str, Any]
    scaling: dict[str, Scale]
    threads: int
    device: str
    torch: str
    format: int = FORMAT
    target_scaling: dict[str, Scale] = {}


class Checkpoint(msgspec.Struct, frozen=True):
    """A training at one moment: tensors on the CPU that nobody else changes."""

    weights: dict[str, Tensor]
    tensors: dict[str, Tensor]
    state: State


def weights_of(compiled: Compiled) -> dict[str, Tensor]:
    """A copy of all weights and buffers, on the CPU."""
    found: dict[str, Tensor] = {}
    for module in compiled.modules():
        found.update(module.state_dict())
    return {name: copied(tensor) for name, tensor in found.items()}


def load_weights(compiled: Compiled, weights: Mapping[str, Tensor]) -> None:
    """Give a compiled document its weights.

    Raises:
        RunError: they are those of another network.
    """
    for module in compiled.modules():
        wanted = module.state_dict()
        missing = [name for name in wanted if name not in weights]
        if missing:
            raise RunError(f'The checkpoint has no weights "{missing[0]}": it belongs to another network.')
        for name, tensor in wanted.items():
            if tensor.shape != weights[name].shape:
                raise RunError(
                    f'The weights "{name}" are {tuple(weights[name].shape)} in the checkpoint and '
                    f"{tuple(tensor.shape)} in the network."
                )
        module.load_state_dict({name: weights[name] for name in wanted})


def copied(tensor: Tensor) -> Tensor:
    """A copy on the CPU."""
    return tensor.detach().to("cpu", copy=True).contiguous()


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint as `folder/<step>`, all of it or nothing.

    Raises:
        OSError: the disk refuses; what was there is as it was.
    """
    state = msgspec.json.encode(checkpoint.state)
    _write(
        folder, checkpoint.state.place.step, {WEIGHTS: checkpoint.weights, OPTIMIZER: checkpoint.tensors}, state
    )


def save_best(folder: Path, best: Best, weights: dict[str, Tensor]) -> None:
    """Write the best weights as `folder/<step>`, unless a whole checkpoint of that step is there.

    Raises:
        OSError: the disk refuses.
    """
    if not (folder / str(best.step) / WEIGHTS).exists():
        _write(folder, best.step, {WEIGHTS: weights}, msgspec.json.encode(best))


def tidy(folder: Path, best_step: int, kept: int = KEPT) -> None:
    """Remove what a killed save left, and all checkpoints but the newest ones and the best weights."""
    for leftover in folder.glob(".*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for step in steps(folder)[:-kept]:
        if step != best_step:
            shutil.rmtree(folder / str(step), ignore_errors=True)
        else:
            (folder / str(step) / OPTIMIZER).unlink(missing_ok=True)
    for step in _numbers(folder):
        if step != best_step and step not in steps(folder):
            shutil.rmtree(folder / str(step), ignore_errors=True)


def forget_after(folder: Path, step: int) -> None:
    """Remove the checkpoints of later steps, before going on from this one."""
    for later in _numbers(folder):
        if later > step:
            shutil.rmtree(folder / str(later), ignore_errors=True)


def steps(folder: Path) -> list[int]:
    """The steps that can be gone on from, rising."""
    return [step for step in _numbers(folder) if (folder / str(step) / OPTIMIZER).exists()]


def load_newest(folder: Path) -> Checkpoint | None:
    """The newest checkpoint that can be read; None where there is none.

    Raises:
        RunError: there are some, but none can be read.
    """
    trouble = ""
    for step in reversed(steps(folder)):
        try:
            return load(folder / str(step))
        except RunError as error:
            trouble = trouble or str(error)
    if trouble:
        raise RunError(trouble)
    return None


def load(path: Path) -> Checkpoint:
    """One checkpoint.

    Raises:
        RunError: it cannot be read.
    """
    try:
        state = msgspec.json.decode((path / STATE).read_bytes(), type=State)
        if state.format > FORMAT:
            raise RunError(f"{path}: the checkpoint was written by a newer Neuroloom.")
        return Checkpoint(load_file(path / WEIGHTS), load_file(path / OPTIMIZER), state)
    except (OSError, SafetensorError, msgspec.MsgspecError) as error:
        raise RunError(f"{path}: the checkpoint cannot be read: {error}.") from None


def _write(folder: Path, step: int, tensors: Mapping[str, dict[str, Tensor]], state: bytes) -> None:
    folder.mkdir(exist_ok=True)
    aside = folder / f".{step}-{os.getpid()}"
    try:
        aside.mkdir()
        for name, content in tensors.items():
            _save_tensors(content, aside / name)
        (aside / STATE).write_bytes(state)
        for name in (*tensors, STATE):
            _flush(aside / name)
        final = folder / str(step)
        if final.exists():
            final.rename(folder / f".old-{step}")
        aside.rename(final)
        shutil.rmtree(folder / f".old-{step}", ignore_errors=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    with contextlib.suppress(OSError):
        _flush(folder)


def _save_tensors(tensors: dict[str, Tensor], path: Path) -> None:
    try:
        save_file(tensors, path)
    except SafetensorError as error:
        raise OSError(f"{path.name}: {error}") from None
    expected = sum(tensor.nbytes for tensor in tensors.values())
    if path.stat().st_size < expected:
        raise OSError(28, "No space left on device")


def _flush(path: Path) -> None:
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _numbers(folder: Path) -> list[int]:
    try:
        return sorted(int(path.name) for path in folder.iterdir() if re.fullmatch(r"\d{1,18}", path.name))
    except OSError:
        return []
