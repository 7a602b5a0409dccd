"""What a run says of itself: one small record, replaced at every commit."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from engine.messages.protocol import RunInfo

Status: TypeAlias = Literal["starting", "running", "paused", "finished", "stopped", "failed", "dead"]

ALIVE: Final = ("starting", "running", "paused")
"""Statuses that only a living process may have."""


class RunState(msgspec.Struct, frozen=True):
    """How far a run is and how it went. Times in seconds; `created` since the Unix epoch.

    `last` and `best` hold values of series by name (`val/loss`); `generation` grows when recorded steps are
    taken back, so that a viewer knows to read everything again.
    """

    name: str
    created: float
    status: Status = "starting"
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    seconds: float = 0.0
    device: str = ""
    message: str = ""
    reason: str = ""
    last: dict[str, float] = {}
    best: dict[str, float] = {}
    best_epoch: int = 0
    best_step: int = 0
    generation: int = 0
    watched: str = ""

    def info(self, run: str, status: Status, message: str) -> RunInfo:
        """The same for the editor, with the status that is true now."""
        return RunInfo(
            run=run,
            name=self.name,
            status=status,
            created=self.created,
            epoch=self.epoch,
            epochs=self.epochs,
            step=self.step,
            device=self.device,
            message=message,
            last=self.last,
            best=self.best,
            watched=self.watched,
        )


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(RunState).decode
