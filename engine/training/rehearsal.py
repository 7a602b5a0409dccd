"""Steps that leave nothing behind, to measure with."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import torch

from engine.training.data import Batch
from engine.training.forward import Forward


@contextlib.contextmanager
def rehearsing(forward: Forward, batch: Batch) -> Iterator[Callable[[], None]]:
    """Gives a function that runs forward and backward on a batch; afterwards buffers, gradients and the
    random state are as they were."""
    modules = forward.compiled.modules()
    buffers = [(buffer, buffer.clone()) for module in modules for buffer in module.buffers()]

    def step() -> None:
        forward(batch)[0].backward()  # type: ignore[no-untyped-call]

    with torch.random.fork_rng(devices=[]):
        try:
            yield step
        finally:
            with torch.no_grad():
                for buffer, old in buffers:
                    buffer.copy_(old)
            for module in modules:
                module.zero_grad(set_to_none=True)
