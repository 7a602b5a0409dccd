"""An analyser that has seen a document before says what a fresh one says, and touches less."""

from __future__ import annotations

import pytest

from engine.analysis import Analyser, analyse
from engine.catalog import Inputs, Shapes
from engine.graph import (
    MAIN,
    AddNode,
    Block,
    Connect,
    Disconnect,
    Document,
    Edit,
    MoveNodes,
    Node,
    Promoted,
    RemoveNode,
    RenameNode,
    ReplaceNode,
    SetBlock,
    SetParams,
    SetRecipe,
)
from engine.nodes import standard_catalog
from tests.support.blocks import nested
from tests.support.tiny import Weigh, small_net, tiny_catalog, wire

NO_DATA = {"data": {"id": "none"}}
"""Without fields nothing is tried that would bring a network to them."""


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[Weigh]:
    """Each time that the shapes of a Weigh are computed."""
    calls: list[Weigh] = []
    real = Weigh.shapes

    def shapes(self: Weigh, inputs: Inputs) -> Shapes:
        calls.append(self)
        return real(self, inputs)

    monkeypatch.setattr(Weigh, "shapes", shapes)
    return calls


def chain(count: int) -> Document:
    nodes = [Node("x", "feed"), *(Node(f"w{n}", "weigh", {"units": n + 1}) for n in range(count))]
    return Document.of(
        nodes, [wire("x", "w0"), *(wire(f"w{n}", f"w{n + 1}") for n in range(count - 1))], recipe=NO_DATA
    )


def test_an_edit_costs_what_it_touches(evaluated: list[Weigh]) -> None:
    document, analyser = chain(50), Analyser(tiny_catalog())
    analyser.run(document)
    assert len(evaluated) == 50
    analyser.run(document)
    document.apply(MoveNodes({"w7": (50, 60)}))
    analyser.run(document)
    assert len(evaluated) == 50
    document.apply(SetParams("w20", {"units": 99}))
    analyser.run(document)
    assert evaluated[50:] == [Weigh(units=99), Weigh(units=22)]


def test_equal_layers_are_computed_once(evaluated: list[Weigh]) -> None:
    nodes = [Node("x", "feed"), *(Node(f"w{n}", "weigh", {"units": 4}) for n in range(30))]
    document = Document.of(
        nodes, [wire("x", "w0"), *(wire(f"w{n}", f"w{n + 1}") for n in range(29))], recipe=NO_DATA
    )
    analysis = Analyser(tiny_catalog()).run(document)
    assert len(evaluated) == 1
    assert analysis.parameters == 30 * 20


SERIES: list[Edit] = [
    SetParams("x", {"shape": [1, 2, 2]}),  # a clash, whose fix takes the id flat1
    AddNode(Node("flat1", "flat")),  # so that another id must be found
    MoveNodes({"x": (100, 100), "hidden": (300, 300)}),  # and another place
    Connect(wire("x", "flat1")),
    SetParams("x", {"shape": [4]}),
    Connect(wire("out", "hidden", 1)),  # crowded, and a cycle
    SetParams("out", {"units": -1}),
    SetParams("out", {}, ("units",)),
    Disconnect(wire("out", "hidden", 1)),
    ReplaceNode(Node("out", "halve")),  # another kind, other outputs
    ReplaceNode(Node("out", "halv")),
    ReplaceNode(Node("out", "weigh", {"units": 3})),
    RenameNode("hidden", "middle"),
    RemoveNode("y"),
    AddNode(Node("y", "answer", {"shape": [3]})),
    Connect(wire("y", "gap.target")),
    SetRecipe({"data": {"id": "iris"}}),
    SetRecipe({"data": {"id": "nothing"}}),
    RemoveNode("gap"),
]


def test_every_edit_and_its_inverse_give_what_a_fresh_analysis_gives() -> None:
    document, catalog = small_net(), tiny_catalog()
    analyser = Analyser(catalog)
    backs = []
    for edit in SERIES:
        backs.append(document.apply(edit)[0])
        assert analyser.run(document) == analyse(document, catalog), edit
    for back in reversed(backs):
        document.apply(back)
        assert analyser.run(document) == analyse(document, catalog), back
    assert document == small_net()


def test_true_is_not_taken_for_one() -> None:
    document, catalog = small_net(), tiny_catalog()
    analyser = Analyser(catalog)
    for units in (1, True, 1):
        document.apply(SetParams("hidden", {"units": units}))
        document.apply(SetRecipe({"epochs": units}))
        wrong = {each.param for each in analyser.run(document).diagnostics if each.param}
        assert wrong == ({"units", "epochs"} if units is True else set())


def test_one_analyser_may_serve_several_documents() -> None:
    catalog = tiny_catalog()
    analyser = Analyser(catalog)
    left, right = small_net(), chain(3)
    for document in (left, right, left.copy(), right):
        assert analyser.run(document) == analyse(document, catalog)
    copy = left.copy()
    copy.apply(RemoveNode("gap"))
    assert analyser.run(copy) == analyse(copy, catalog)


def test_an_edit_around_a_block_leaves_it_as_it_was() -> None:
    document, analyser = nested().document, Analyser(standard_catalog())
    before = analyser.run(document)
    document.apply(AddNode(Node("relu", "relu")))
    document.apply(Connect(wire("net", "relu")))
    after = analyser.run(document)
    assert after.nodes["relu"].state == "ok"
    assert after.nodes["net"] is before.nodes["net"]


def test_an_edit_inside_a_block_leaves_what_does_not_hold_it() -> None:
    document, analyser = nested().document, Analyser(standard_catalog())
    before = analyser.run(document)
    document.apply(SetParams("second", {"middle": 5}, graph="stage"))
    after = analyser.run(document)
    assert after.nodes["stage"] is before.nodes["stage"]
    assert after.nodes["net"].parameters != before.nodes["net"].parameters
    assert after.parameters == analyse(document).parameters


def test_a_parameter_may_be_a_list() -> None:
    document, analyser = Document.of([Node("x", "input", {"shape": "= sizes"})]), Analyser(standard_catalog())
    for sizes in ([3, 8, 8], [5]):
        document.apply(SetBlock(MAIN, Block(params=(Promoted("sizes", sizes),))))
        assert analyser.run(document).nodes["x"].outputs["out"].sizes[1:] == tuple(sizes)
