"""Bringing values from the device to the host without making the device wait."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np
import torch
from torch import Tensor

Then = Callable[[np.ndarray], None]

DELAY: Final = 0.05
"""Seconds that values wait on a device without events before one read takes them all."""


class Readback:
    """On the CPU: values are there at once."""

    def send(self, values: Tensor, then: Then) -> None:
        """Bring values over and call `then` with them, at once or at a later `poll`, in the order sent."""
        then(values.detach().numpy())

    def poll(self) -> None:
        """Hand out what has arrived; never waits."""

    def drain(self) -> None:
        """Wait for all that was sent and hand it out."""


class PinnedReadback(Readback):
    """On CUDA: asynchronous copies into pinned memory, handed out once their event has passed."""

    def __init__(self, device: torch.device | None = None) -> None:
        self._device = device
        self._waiting: deque[tuple[torch.cuda.Event, Tensor, Then]] = deque()

    def send(self, values: Tensor, then: Then) -> None:
        values = values.detach()
        arrived = torch.empty(values.shape, dtype=values.dtype, pin_memory=True)
        arrived.copy_(values, non_blocking=True)
        event = torch.cuda.Event()  # type: ignore[no-untyped-call]
        event.record(torch.cuda.current_stream(self._device))
        self._waiting.append((event, arrived, then))

    def poll(self) -> None:
        while self._waiting and self._waiting[0][0].query():  # type: ignore[no-untyped-call]
            _, arrived, then = self._waiting.popleft()
            then(arrived.numpy())

    def drain(self) -> None:
        torch.cuda.current_stream(self._device).synchronize()
        self.poll()


class DelayedReadback(Readback):
    """On devices without usable events: values wait there and are read together, some times a second."""

    def __init__(self, delay: float = DELAY) -> None:
        self._delay, self._next = delay, 0.0
        self._waiting: deque[tuple[Tensor, Then]] = deque()

    def send(self, values: Tensor, then: Then) -> None:
        self._waiting.append((values.detach(), then))

    def poll(self) -> None:
        now = time.perf_counter()
        if now >= self._next:
            self._next = now + self._delay
            self.drain()

    def drain(self) -> None:
        if not self._waiting:
            return
        waiting = list(self._waiting)
        self._waiting.clear()
        together = torch.cat([values.reshape(-1).float() for values, _ in waiting]).cpu()
        parts = torch.split(together, [values.numel() for values, _ in waiting])
        for part, (values, then) in zip(parts, waiting, strict=True):
            then(part.reshape(values.shape).numpy())


def readback_for(device: torch.device) -> Readback:
    """The way back from a device."""
    if device.type == "cuda":
        return PinnedReadback(device)
    return Readback() if device.type == "cpu" else DelayedReadback()
