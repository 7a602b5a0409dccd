"""Automatic layout: from left to right, nothing on top of anything, wires beside cards, few crossings."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.canvas.boxes import Box, grown, inside, overlaps
from app.canvas.commands import arranging
from app.canvas.layout import crossings, layout, ranks, sugiyama
from app.canvas.layout.bands import breaks
from app.canvas.layout.ranks import Link
from app.canvas.scene import Scene
from engine.graph import Document, Edge, Node, file
from tests.app.canvas.drawings import broken, chain, edge
from tests.app.canvas.test_painting import stage_of

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.loom"))
BLOCKS = sorted((Path(__file__).parents[3] / "resources" / "blocks").glob("*.loom"))
SIZE = (150.0, 48.0)


def graph_of(links: list[tuple[int, int]], count: int) -> Document:
    """Nodes n0, n1, … with wires; each has a slot of its own at its target."""
    slots: dict[int, int] = {}
    edges = []
    for source, target in links:
        slots[target] = slots.get(target, -1) + 1
        edges.append(edge(f"n{source}", f"n{target}", slot=slots[target]))
    return Document.of([Node(f"n{i}", "add") for i in range(count)], edges)


def random_links(rng: random.Random, count: int) -> list[tuple[int, int]]:
    """Wires that run forward only."""
    found = {(rng.randrange(max(0, i - rng.choice((1, 2, 9))), i), i) for i in range(1, count) for _ in range(2)}
    return sorted(found)


def boxes(places: dict[str, tuple[float, float]]) -> list[Box]:
    """The cards at places."""
    return [(x, y, x + SIZE[0], y + SIZE[1]) for x, y in places.values()]


@pytest.mark.parametrize("seed", range(8))
def test_no_card_touches_another(seed: int) -> None:
    rng = random.Random(seed)
    count = rng.randint(2, 60)
    document = graph_of(random_links(rng, count), count)
    places = layout(document.graph(), dict.fromkeys(document.graph(), SIZE))
    assert set(places) == set(document.graph())
    for one, other in itertools.combinations(boxes(places), 2):
        assert not overlaps(grown(one, 8), other)


@pytest.mark.parametrize("seed", range(8))
def test_wires_run_to_the_right_but_where_a_line_is_broken(seed: int) -> None:
    rng = random.Random(seed)
    document = graph_of(random_links(rng, 25), 25)
    places = layout(document.graph(), dict.fromkeys(document.graph(), SIZE))
    for each in document.graph().edges():
        start, end = places[each.source], places[each.target]
        assert start[0] + SIZE[0] < end[0] or start[1] + SIZE[1] < end[1]


def test_a_chain_is_a_straight_line() -> None:
    document = graph_of([(0, 1), (1, 2), (2, 3)], 4)
    places = layout(document.graph(), {"n0": SIZE, "n1": (200, 90), "n2": SIZE, "n3": SIZE})
    middles = {places[id][1] + (45 if id == "n1" else 24) for id in places}
    assert len(middles) == 1


def test_cycles_loops_and_wrong_wires_do_no_harm() -> None:
    document = broken()
    places = layout(document.graph(), dict.fromkeys(document.graph(), SIZE))
    assert set(places) == set(document.graph())
    for one, other in itertools.combinations(boxes(places), 2):
        assert not overlaps(one, other)


def test_only_the_selection_moves_and_it_stays_where_it_was() -> None:
    document = chain()
    places = layout(document.graph(), dict.fromkeys(document.graph(), SIZE), ["conv", "relu"])
    assert set(places) == {"conv", "relu"}
    assert min(x for x, _ in places.values()) == 300
    assert layout(document.graph(), {}, []) == {}


def test_a_skip_runs_beside_what_it_skips() -> None:
    document = graph_of([(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)], 5)
    places = layout(document.graph(), dict.fromkeys(document.graph(), SIZE))
    start = places["n0"][1] + SIZE[1] / 2
    for id in ("n1", "n2", "n3"):
        assert not places[id][1] - 4 <= start <= places[id][1] + SIZE[1] + 4
    assert len({places[id][1] for id in ("n1", "n2", "n3")}) == 1


def laid_out(path: Path) -> Scene:
    """An example, laid out on a canvas."""
    stage = stage_of(file.load(path))
    arranging.auto_layout(stage)
    return stage.scene


def through_cards(scene: Scene) -> Iterator[tuple[Edge, str]]:
    """Wires that run under a card that is not theirs."""
    for wire in scene.wires.values():
        for view in scene.nodes.values():
            if view.id not in (wire.edge.source, wire.edge.target) and any(
                inside(grown(view.box, -1), *point) for point in _densely(wire.points)
            ):
                yield wire.edge, view.id


def _densely(points: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        for part in range(10):
            yield x0 + (x1 - x0) * part / 10, y0 + (y1 - y0) * part / 10


@pytest.mark.parametrize("path", [*EXAMPLES, *BLOCKS], ids=lambda path: path.stem)
def test_wires_back_to_states_pass_beside_cards_and_each_other(qapp: QApplication, path: Path) -> None:
    document = file.load(path)
    for name in document.blocks():
        if document.block(name).form != "recurrent":
            continue
        stage = stage_of(document)
        stage.session.open_graph(name)
        stage.scene.restart()
        back = [wire for wire in stage.scene.wires.values() if wire.delayed]
        assert back
        assert {edge for edge, _ in through_cards(stage.scene)}.isdisjoint(wire.edge for wire in back)
        levels = [wire.level for wire in back]
        assert len(set(levels)) == len(levels)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_wire_of_an_example_runs_under_a_card(qapp: QApplication, path: Path) -> None:
    scene = laid_out(path)
    assert list(through_cards(scene)) == []
    for one, other in itertools.combinations(scene.nodes.values(), 2):
        assert not overlaps(grown(one.box, 10), other.box)


def count_by_hand(layers: ranks.Layers, order: list[list[int]]) -> int:
    """Crossings, by comparing every two links of a gap."""
    place = {item: index for column in order for index, item in enumerate(column)}
    column_of = {item: index for index, column in enumerate(order) for item in column}
    total = 0
    for one, other in itertools.combinations(layers.links, 2):
        if column_of[one.source] == column_of[other.source]:
            left = place[one.source] - place[other.source]
            right = place[one.target] - place[other.target]
            total += left * right < 0
    return total


@pytest.mark.parametrize("seed", range(6))
def test_crossings_are_counted_and_get_fewer(seed: int) -> None:
    rng = random.Random(seed)
    links = ranks.acyclic(30, [Link(*pair) for pair in random_links(rng, 30)])
    layers = ranks.layered(30, links, ranks.rank(30, links))
    order = crossings.untangle(layers)
    assert crossings.count(layers, order) == count_by_hand(layers, order)
    assert crossings.count(layers, order) <= crossings.count(layers, layers.columns)
    for other in sugiyama.orders(layers, ways=4):
        assert [sorted(column) for column in other] == [sorted(column) for column in layers.columns]
        assert crossings.count(layers, other) == count_by_hand(layers, other)


def test_a_tangle_that_can_be_undone_is() -> None:
    links = [Link(0, 5), Link(1, 4), Link(2, 3)]
    layers = ranks.layered(6, links, [0, 0, 0, 1, 1, 1])
    assert crossings.count(layers, layers.columns) == 3
    assert crossings.count(layers, crossings.untangle(layers)) == 0


@pytest.mark.parametrize("seed", range(10))
def test_what_is_called_acyclic_is(seed: int) -> None:
    rng = random.Random(seed)
    wild = [Link(rng.randrange(12), rng.randrange(12)) for _ in range(30)]
    links = ranks.acyclic(12, wild)
    columns = ranks.rank(12, links)
    assert all(columns[link.source] < columns[link.target] for link in links)
    wanted = {frozenset(link[:2]) for link in wild if link.source != link.target}
    assert {frozenset(link[:2]) for link in links} == wanted


def test_long_rows_are_broken_where_one_wire_runs() -> None:
    assert breaks([100] * 12, [1] * 11, 50) == []
    assert breaks([100] * 40, [1] * 39, 900) == []
    starts = breaks([100] * 40, [1] * 39, 100)
    lines = [late - early for early, late in itertools.pairwise([0, *starts, 40])]
    assert len(lines) == 4
    assert max(lines) - min(lines) <= 2
    assert breaks([100] * 40, [2] * 39, 100) == []
    assert set(breaks([100] * 40, [2] * 19 + [1] + [2] * 19, 100)) <= {20}


def test_a_large_graph_takes_a_moment_only() -> None:
    count = 1500
    document = graph_of([(i, i + k) for i in range(count) for k in (1, 5) if i + k < count], count)
    places = layout(document.graph(), dict.fromkeys(document.graph(), SIZE))
    assert len(set(places.values())) == count
