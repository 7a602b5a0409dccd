"""The budget: which instruments take a look at which step."""

from __future__ import annotations

import math
import time
import traceback
from collections.abc import Iterable
from typing import Final

from engine.probes.probe import Instrument, Probe
from engine.probes.scene import Scene

LONGEST: Final = 5.0
"""Seconds after which an instrument takes a look whatever it costs."""

CREDIT: Final = 0.01
"""Seconds that an instrument may spend ahead: a run that lasts a moment only is seen well too."""

UNUSUAL: Final = 4.0
RISE: Final = 1.25
"""A take counts at most so many times its usual cost, which follows lower costs at once and higher ones slowly."""


class Clock:
    """When an instrument is due: as often as its period and its share of the time allow."""

    def __init__(self, period: float, share: float) -> None:
        self._period, self._share = period, share
        self._credit, self._last, self._usual = CREDIT, 0.0, math.inf
        self.next = 0.0
        self.takes = 0
        self.seconds = 0.0

    def took(self, start: float, cost: float) -> None:
        """Note a take that began at `start` and cost so many seconds."""
        self.takes += 1
        self.seconds += cost
        # The first take loads and compiles: it says nothing of the next.
        charged = self._charge(cost) if self.takes > 1 else 0.0
        self._credit = min(self._credit + self._share * (start - self._last), CREDIT) - charged
        self._last = start
        self.next = start + max(self._period, min(-self._credit / self._share, LONGEST))

    def _charge(self, cost: float) -> float:
        """What a take counts: the chance delay of a busy machine is not its own, and must not silence it long."""
        charged = min(cost, UNUSUAL * self._usual)
        self._usual = cost if cost < self._usual else self._usual * RISE
        return charged


class Observer:
    """All instruments of a run, each with its clock."""

    def __init__(self, probes: Iterable[Probe], scene: Scene) -> None:
        self._scene = scene
        started = [(probe, self._started(probe)) for probe in probes]
        self._by_id = {
            probe.id: (Clock(probe.period, probe.share), instrument)
            for probe, instrument in started
            if instrument is not None
        }
        self._all = list(self._by_id.values())
        self.next = 0.0

    def due(self, now: float) -> list[tuple[Clock, Instrument]]:
        """Those that are due; ask only when `now >= observer.next`."""
        return [pair for pair in self._all if now >= pair[0].next]

    def before(self, due: list[tuple[Clock, Instrument]]) -> float:
        """Let them look before the optimizer's step; returns the seconds it took."""
        start = time.perf_counter()
        for pair in list(due):
            try:
                pair[1].before()
            except Exception:  # noqa: BLE001 - a view that breaks must not end a training
                self._drop(pair)
                due.remove(pair)
        return time.perf_counter() - start

    def after(self, due: list[tuple[Clock, Instrument]], spent: float = 0.0) -> None:
        """Let them look after the optimizer's step; `spent` is what `before` returned."""
        for pair in due:
            clock, instrument = pair
            start = time.perf_counter()
            try:
                instrument.after()
            except Exception:  # noqa: BLE001 - a view that breaks must not end a training
                self._drop(pair)
            clock.took(start, time.perf_counter() - start + spent / len(due))
        self.next = min((clock.next for clock, _ in self._all), default=math.inf)

    def _started(self, probe: Probe) -> Instrument | None:
        try:
            return probe.start(self._scene)
        except Exception:  # noqa: BLE001 - a view that breaks must not end a training
            self._note(probe.id)
            return None

    def _note(self, name: str) -> None:
        self._scene.note(f"The probe {name} broke and is left out.\n{traceback.format_exc()}")

    def _drop(self, pair: tuple[Clock, Instrument]) -> None:
        """An instrument that breaks is looked through no more; the training goes on."""
        name = next((id for id, found in self._by_id.items() if found is pair), "")
        self._note(name)
        if name:
            self._all.remove(self._by_id.pop(name))

    def now(self, *ids: str) -> None:
        """Let the named ones look now, outside any step; all that can do so when none is named."""
        self.after([self._by_id[id] for id in ids or self._by_id if id in self._by_id])

    def spent(self) -> dict[str, tuple[int, float]]:
        """How often each looked, and the seconds it took."""
        return {id: (clock.takes, clock.seconds) for id, (clock, _) in self._by_id.items()}
