"""What probes may look at."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager

from torch import Tensor, nn

from engine.build import Compiled
from engine.messages.control import Watch
from engine.messages.frames import Frame
from engine.probes.readback import Readback


@dataclasses.dataclass
class Scene:
    """A training as probes see it. The trainer keeps the counters; probes read them and `record` frames.

    `sample(i)` gives (inputs, targets) of the i-th of `samples` held-out samples, each tensor a batch of
    one on the device. `computing()` is the context a forward pass runs in (mixed precision);
    `note` adds a line to the run's log.
    `epoch` counts from 1; `batch` is the place within it; `seen` the samples trained on since the start.
    """

    compiled: Compiled
    readback: Readback
    record: Callable[[Frame], None]
    sample: Callable[[int], tuple[tuple[Tensor, ...], tuple[Tensor, ...]]]
    samples: int
    classes: tuple[str, ...] = ()
    note: Callable[[str], None] = lambda _text: None
    device: str = "cpu"
    computing: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext
    watch: Watch = dataclasses.field(default_factory=Watch)
    status: str = "running"
    message: str = ""
    step: int = 0
    steps: int = 0
    epoch: int = 1
    epochs: int = 1
    batch: int = 0
    batches: int = 1
    seen: int = 0

    def parameters(self) -> dict[str, list[nn.Parameter]]:
        """The parameters of each node that has any, in order of depth."""
        found: dict[str, list[nn.Parameter]] = {}
        known: set[str] = set()
        for (node, _), name in self.compiled.attributes.items():
            if name in known:
                continue
            known.add(name)
            parameters = [p for p in self.compiled.layer(name).parameters() if p.requires_grad]
            if parameters:
                found.setdefault(node, []).extend(parameters)
        return found

    def index(self) -> int:
        """The place of the watched sample among those held out."""
        return min(max(self.watch.sample, 0), self.samples - 1)
