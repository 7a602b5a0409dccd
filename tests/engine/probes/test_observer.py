"""The budget of probes."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from engine.probes import Clock, Instrument, Observer, Probe, all_probes
from engine.probes.observer import CREDIT, LONGEST


def takes(period: float, share: float, cost: float, step: float, seconds: float) -> list[float]:
    """When a clock lets an instrument look, in a training with steps of some length."""
    clock, now, found = Clock(period, share), 100.0, []
    while now < 100.0 + seconds:
        if now >= clock.next:
            found.append(now)
            clock.took(now, cost)
            now += cost
        now += step
    return found


@pytest.mark.parametrize("cost", [0.0001, 0.001, 0.02])
@pytest.mark.parametrize("step", [0.0003, 0.007, 0.2])
def test_what_an_instrument_costs_stays_within_its_share(cost: float, step: float) -> None:
    found = takes(0.0, 0.006, cost, step, 30.0)
    assert cost * (len(found) - 1) <= 0.006 * 30.0 + CREDIT + cost
    affordable = min(0.006 * 30.0 / cost, 30.0 / step)
    assert len(found) >= 0.8 * min(affordable, 30.0 / LONGEST)


def test_a_cheap_instrument_looks_at_every_step() -> None:
    assert len(takes(0.0, 0.006, 0.00001, 0.007, 7.0)) >= 990


def test_a_period_is_kept() -> None:
    found = takes(0.1, 0.5, 0.0001, 0.001, 5.0)
    assert all(later - earlier >= 0.1 for earlier, later in itertools.pairwise(found))
    assert len(found) >= 45


def test_a_short_run_is_seen_often_all_the_same() -> None:
    assert len(takes(0.0, 0.006, 0.0001, 0.0005, 0.1)) >= 80


def test_a_dear_instrument_looks_now_and_then_all_the_same() -> None:
    assert len(takes(0.0, 0.001, 10.0, 1.0, 60.0)) >= 4


class Counting(Instrument):
    """Counts its looks."""

    def __init__(self, broken: str = "") -> None:
        self.befores = self.afters = 0
        self._broken = broken

    def before(self) -> None:
        self.befores += 1
        assert self._broken != "before"

    def after(self) -> None:
        self.afters += 1
        assert self._broken != "after"


class _Scene:
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def observer(**instruments: Any) -> tuple[Observer, _Scene]:
    """An observer of given instruments, each due at every step."""
    scene, probes = _Scene(), []
    for name, instrument in instruments.items():

        class Given(Probe):
            id, title, period, share, given = name, name, 0.0, 1.0, instrument

            def start(self, scene: Any) -> Any:
                if self.given == "refuses":
                    raise ValueError("no")
                return self.given

        probes.append(Given())
    return Observer(probes, scene), scene  # type: ignore[arg-type]


def test_all_due_look_before_and_after() -> None:
    one, two = Counting(), Counting()
    watching, _ = observer(one=one, two=two, none=None)
    for now in (1e9, 2e9):
        due = watching.due(now)
        assert len(due) == 2
        watching.after(due, watching.before(due))
    assert (one.befores, one.afters, two.befores, two.afters) == (2, 2, 2, 2)
    watching.now("two")
    assert (one.afters, two.afters) == (2, 3)
    assert {name: count for name, (count, _) in watching.spent().items()} == {"one": 2, "two": 3}


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_probe_that_breaks_is_left_out_and_the_others_go_on(where: str) -> None:
    good, bad = Counting(), Counting(where)
    watching, scene = observer(bad=bad, good=good, worse="refuses")
    for now in (1e9, 2e9, 3e9):
        due = watching.due(now)
        watching.after(due, watching.before(due))
    assert good.afters == 3
    assert bad.befores == 1
    assert sorted(note.split(" ")[2] for note in scene.notes) == ["bad", "worse"]


def test_shares_of_all_probes_keep_to_the_budget() -> None:
    assert sum(probe.share for probe in all_probes()) <= 0.0151
    assert all_probes().problems == []


def test_every_probe_is_a_file_of_its_own() -> None:
    folder = Path(__file__).parents[3] / "engine" / "probes"
    modules = [probe.__module__ for probe in all_probes()]
    assert len(modules) == len(set(modules)) == 4
    assert all((folder / f"{module.rpartition('.')[2]}.py").exists() for module in modules)


def test_a_chance_delay_does_not_silence_an_instrument() -> None:
    clock, now = Clock(0.0, 0.015), 100.0
    waits = []
    for take in range(30):
        clock.took(now, 0.060 if take == 20 else 0.0005)
        waits.append(clock.next - now)
        now = max(clock.next, now + 0.01)
    assert max(waits[20:]) < 0.3
    assert waits[-1] < 0.05


def test_an_instrument_that_grows_dear_is_soon_charged_in_full() -> None:
    clock, now = Clock(0.0, 0.015), 100.0
    for take in range(60):
        clock.took(now, 0.0005 if take < 20 else 0.010)
        last, now = now, max(clock.next, now + 0.01)
    assert 0.010 / (clock.next - last) <= 0.0151
