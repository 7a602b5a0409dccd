"""Every block that comes with Neuroloom opens, explains itself, is sound, and computes the same when exported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.analysis import Analyser, analyse
from engine.analysis.blocks import BlockKind
from engine.graph import Block, Document, Graph, graph_of, kind_of, text
from engine.nodes import standard_catalog
from engine.spec import holds_formula, is_formula
from engine.spec.arithmetic import names_in
from tests.support.executed import assert_source_agrees
from tests.support.library import FILES, FOLDER, INPUTS, Shapes, library, placed

BLOCKS = [path.stem for path in FILES]
LONGEST_HELP = 90

PORTS = {
    "transformer_decoder": ["in", "memory"],
    "unet_up": ["in", "skip"],
    "unet_down": ["out", "skip"],
    "wavenet_block": ["out", "skip"],
}
"""Ports of one side from top to bottom: in a repetition the first output feeds the first input."""


SMALL: dict[str, tuple[Shapes, dict[str, int]]] = {
    "inception_v3_a": ({"in": (12, 9, 9)}, {"ch1x1": 4, "ch3x3": 6, "pool_proj": 2}),
    "inception_v3_b": ({"in": (12, 9, 9)}, {"ch3x3": 4}),
    "inception_v3_c": ({"in": (12, 9, 9)}, {"ch7x7": 4, "width": 6}),
    "inception_v3_d": ({"in": (12, 9, 9)}, {"width": 4}),
    "inception_v3_e": ({"in": (12, 8, 8)}, {"ch3x3": 4, "ch3x3red": 6}),
    "xception_block": ({"in": (8, 9, 9)}, {"width": 8}),
}
"""Shapes and parameters for those that are large as they stand."""


def kinds(document: Document) -> dict[str, type[BlockKind]]:
    """The kinds that a document's blocks are."""
    analyser = Analyser(standard_catalog())
    analyser.run(document)
    return {graph: analyser.catalog.blocks[kind_of(graph)] for graph in document.blocks()}


def used(drawn: Graph, block: Block) -> set[str]:
    """The parameters of a block that its nodes or other parameters use."""
    values = [value for node in drawn.nodes() for value in node.params.values()]
    values += [promoted.default for promoted in block.params]
    found: set[str] = set()
    for value in values:
        for part in value if isinstance(value, list) else [value]:
            found |= names_in(part) if is_formula(part) else set()
    return found


def test_every_block_has_inputs_to_be_tried_with() -> None:
    assert set(BLOCKS) == set(INPUTS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_as_it_would_be_saved(path: Path) -> None:
    assert text.dumps(library(path.stem)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", BLOCKS)
def test_it_opens_as_a_small_demonstration(name: str) -> None:
    document = library(name)
    assert [node.kind for node in document.graph().nodes() if node.kind != "input"] == [kind_of(name)]
    assert analyse(document).ok


@pytest.mark.parametrize("name", BLOCKS)
def test_it_brings_what_it_needs_and_nothing_else(name: str) -> None:
    document = library(name)
    assert document.title == document.block(name).title
    needed, waiting = set(), [name]
    while waiting:
        needed.add(waiting[-1])
        inside = {graph_of(node) for node in document.graph(waiting.pop()).nodes()}
        waiting += [graph for graph in inside if graph and graph not in needed]
    assert set(document.blocks()) == needed


@pytest.mark.parametrize("name", BLOCKS)
def test_as_it_stands_nothing_is_wrong_with_it(name: str) -> None:
    analysis = analyse(placed(name, INPUTS[name]))
    assert analysis.ok
    assert [each.message for each in analysis.diagnostics if each.within] == []
    assert {each.code for each in analysis.diagnostics} <= {"no-loss", "open-end"}


@pytest.mark.parametrize("name", BLOCKS)
def test_it_says_what_it_is_and_from_where(name: str) -> None:
    document = library(name)
    for graph in document.blocks():
        block = document.block(graph)
        help, blank, source, *_ = block.notes.split("\n")
        assert block.title
        assert help.endswith(".")
        assert len(help) <= LONGEST_HELP
        assert blank == ""
        assert re.search(r"\b(19|20)\d\d\b", source)
        assert document.notes.startswith(help) or graph != name


@pytest.mark.parametrize("name", BLOCKS)
def test_its_ports_and_parameters_are_explained_and_used(name: str) -> None:
    document = library(name)
    for graph, kind in kinds(document).items():
        block = document.block(graph)
        assert all(port.help.endswith(".") for port in (*kind.inputs, *kind.outputs))
        assert all(promoted.help.endswith(".") for promoted in block.params)
        assert {promoted.name for promoted in block.params} == used(document.graph(graph), block)
        for promoted in block.params:
            like, _, param = promoted.like.partition(".")
            assert param in standard_catalog()[like].params, promoted.like
            assert kind.params[promoted.name].type == standard_catalog()[like].params[param].type
            if not holds_formula(promoted.default):
                assert kind.params[promoted.name].default == promoted.default


@pytest.mark.parametrize("name", PORTS)
def test_ports_stand_in_order(name: str) -> None:
    kind = kinds(library(name))[name]
    assert PORTS[name] in ([port.name for port in kind.inputs], [port.name for port in kind.outputs])


def test_blocks_of_one_name_are_one_block() -> None:
    """So that a document that takes one from each of two files needs it once."""
    for name in BLOCKS:
        document = library(name)
        for graph in document.blocks():
            assert (FOLDER / f"{graph}.loom").exists()
            own = library(graph)
            assert document.block(graph) == own.block(graph)
            assert document.graph(graph).nodes() == own.graph(graph).nodes()
            assert set(document.graph(graph).edges()) == set(own.graph(graph).edges())


@pytest.mark.parametrize("name", BLOCKS)
def test_cards_do_not_overlap(name: str) -> None:
    """Cards are up to 210 wide and mostly 52 high."""
    document = library(name)
    for graph in document.blocks():
        nodes = document.graph(graph).nodes()
        for place, one in enumerate(nodes):
            for other in nodes[:place]:
                assert abs(one.x - other.x) >= 150 or abs(one.y - other.y) >= 60, (graph, one.id, other.id)


@pytest.mark.parametrize("name", BLOCKS)
def test_executed_source_computes_the_same(name: str) -> None:
    shapes, params = SMALL.get(name, (INPUTS[name], {}))
    assert_source_agrees(placed(name, shapes, **params))
