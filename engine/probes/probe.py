"""What a probe is: a declaration, and the instrument it becomes in a run."""

from __future__ import annotations

import functools
from typing import ClassVar

from engine.probes.scene import Scene
from engine.spec import Declaration, Registry


class Instrument:
    """A probe at work. Both methods run on the training thread and are timed."""

    def before(self) -> None:
        """Just before the optimizer's step: the gradients are there, the weights are still the old ones."""

    def after(self) -> None:
        """Just after the optimizer's step: record frames through the scene."""


class Probe(Declaration):
    """Something to record while training.

    `period`: seconds between two takes at least, 0 for every step. `share`: of wall time that it may cost;
    where a take costs more, takes become rarer.
    """

    period: ClassVar[float] = 0.1
    share: ClassVar[float] = 0.001

    def start(self, scene: Scene) -> Instrument | None:
        """The instrument for a run, or None where there is nothing to see."""
        raise NotImplementedError


@functools.cache
def all_probes() -> Registry[Probe]:
    """Every probe, by id."""
    from engine import probes as folder

    return Registry(Probe, "probe").discover(folder)
