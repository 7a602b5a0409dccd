"""Blocks and recurrent groups: shapes where they are placed, costs, and what is wrong inside."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from engine.analysis import Analyser, Analysis, analyse, plan
from engine.analysis.wires import fits
from engine.catalog import Shape
from engine.errors import BuildError
from engine.graph import (
    AddGraph,
    AddNode,
    Block,
    Connect,
    Disconnect,
    Document,
    Edge,
    Node,
    Promoted,
    RemoveGraph,
    RenameGraph,
    SetBlock,
    SetParams,
)
from engine.nodes import standard_catalog
from tests.support.blocks import gru, lstm, nested, residual
from tests.support.drawing import Drawing

CONV = 16 * 8 * 9 + 8 + 8 * 16 * 9 + 16
"""Weights of two 3×3 convolutions, 16 → 8 → 16."""


def codes(document: Document) -> dict[str, str]:
    """The codes of all errors, each with the node that it is pinned to."""
    return {
        each.code: "/".join((*each.within, each.node))
        for each in analyse(document).diagnostics
        if each.severity == "error"
    }


def inside(analysis: Analysis, *way: str) -> Analysis:
    for id in way:
        found = analysis.nodes[id].inside
        assert found is not None
        analysis = found.passes[0].analysis
    return analysis


def test_a_block_gives_what_is_drawn_inside() -> None:
    analysis = analyse(residual().document)
    assert analysis.ok
    assert analysis.nodes["stage"].outputs["out"].sizes == ("N", 16, 8, 8)
    assert analysis.parameters == CONV
    assert inside(analysis, "stage").nodes["conv1"].outputs["out"].sizes == ("N", 8, 8, 8)


def test_repetitions_have_weights_of_their_own_or_share_them() -> None:
    separate, shared = (
        analyse(residual(repeat=4).document),
        analyse(residual(repeat=4, share_weights=True).document),
    )
    assert separate.parameters == 4 * CONV
    assert shared.parameters == CONV
    assert separate.flops == shared.flops == 4 * analyse(residual().document).flops


def test_nested_blocks_add_up() -> None:
    analysis = analyse(nested().document)
    second = 16 * 3 * 9 + 3 + 3 * 16 * 9 + 16
    assert analysis.nodes["net"].parameters == 3 * (CONV + 2 * 16 + second)
    assert inside(analysis, "net", "second").nodes["conv1"].parameters == 16 * 3 * 9 + 3


def test_parameters_are_arithmetic_over_one_another() -> None:
    drawing = residual(width=16, middle=5)
    assert inside(analyse(drawing.document), "stage").nodes["conv1"].outputs["out"].sizes[1] == 5
    drawing.document.apply(SetParams("stage", {}, ("middle",)))
    assert inside(analyse(drawing.document), "stage").nodes["conv1"].outputs["out"].sizes[1] == 8


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ((Promoted("a", "= b"), Promoted("b", "= a + 1")), "is worked out from itself (a → b → a)"),
        ((Promoted("a", "= c * 2"),), 'uses "c", no parameter of the block around it'),
        ((Promoted("a", "= 1 / 0"),), "Nothing can be divided by zero"),
        ((Promoted("a", "= __import__(1)"),), 'uses "__import__"'),
        ((Promoted("a", "= 1 if 2 else 3"),), "no arithmetic that can be worked out"),
    ],
)
def test_formulas_that_cannot_be_worked_out_are_told(params: tuple[Promoted, ...], sentence: str) -> None:
    drawing = residual()
    drawing.document.apply(
        SetBlock("residual", Block(params=(*params, Promoted("width", 16), Promoted("middle", 8))))
    )
    found = [each.message for each in analyse(drawing.document).diagnostics if each.code == "param"]
    assert sentence in found[0]


def test_a_formula_of_a_node_names_what_the_block_has() -> None:
    drawing = residual()
    drawing.document.apply(SetParams("conv1", {"out_channels": "= widht"}, graph="residual"))
    found = analyse(drawing.document).of("stage")
    assert [(each.node, each.param, each.graph) for each in found] == [("conv1", "out_channels", "residual")]
    assert 'Did you mean "width"' in found[0].message


def test_a_promoted_parameter_has_the_bounds_of_the_one_it_is_like() -> None:
    found = analyse(residual(width=0).document).of("stage")
    assert [each.param for each in found] == ["width"]
    assert "at least 1" in found[0].message


def test_what_is_wrong_inside_is_told_once_with_the_way_to_it() -> None:
    drawing = residual(width=32)
    drawing.add("other", "block:residual", "x", width=32)
    analysis = analyse(drawing.document)
    found = [each for each in analysis.diagnostics if each.severity == "error"]
    assert [(each.code, each.node, each.within, each.graph) for each in found] == [
        ("shape", "add1", ("stage",), "residual")
    ]
    assert analysis.nodes["stage"].state == analysis.nodes["other"].state == "error"


def test_unknown_shapes_do_not_keep_a_block_from_being_looked_at() -> None:
    drawing = residual()
    drawing.document.apply(Disconnect(Edge("x", "out", "stage", "in")))
    analyser = Analyser(standard_catalog())
    assert codes(drawing.document) == {"missing-input": "stage"}
    for shown in (analyser.within(drawing.document, ["stage"]), analyser.alone(drawing.document, "residual")):
        assert shown is not None
        assert {report.state for report in shown.nodes.values()} == {"blocked"}
    assert analyser.within(drawing.document, ["x"]) is None
    assert analyser.alone(drawing.document, "nothing") is None


def test_an_edit_inside_is_followed_everywhere() -> None:
    drawing = nested()
    analyser = Analyser(standard_catalog())
    before = analyser.run(drawing.document)
    back, _ = drawing.document.apply(SetParams("conv1", {"kernel_size": 5, "padding": 2}, graph="residual"))
    after = analyser.run(drawing.document)
    assert after.parameters == analyse(drawing.document).parameters != before.parameters
    drawing.document.apply(back)
    assert analyser.run(drawing.document).parameters == before.parameters


def test_renaming_a_graph_takes_its_nodes_along_and_comes_back() -> None:
    drawing = nested()
    start = drawing.document.copy()
    back, _ = drawing.document.apply(RenameGraph("residual", "bottleneck"))
    assert drawing.document.graph()["stage"].kind == "block:bottleneck"
    assert drawing.document.graph("stage")["first"].kind == "block:bottleneck"
    assert analyse(drawing.document).ok
    drawing.document.apply(back)
    assert drawing.document == start


def test_a_node_that_waits_for_a_name_goes_on_waiting_when_the_name_is_taken_back() -> None:
    drawing = nested()
    drawing.document.apply(AddNode(Node("waits", "block:bottleneck"), "residual"))
    start = drawing.document.copy()
    back, _ = drawing.document.apply(RenameGraph("residual", "bottleneck"))
    drawing.document.apply(back)
    assert drawing.document == start


@pytest.mark.parametrize("name", ["title", "shapes", "input_ports", "known", "drawn", "repeat"])
def test_a_parameter_cannot_be_called_as_what_every_block_has(name: str) -> None:
    drawing = residual()
    drawing.document.apply(SetBlock("residual", Block(params=(Promoted(name, 3),))))
    analyser = Analyser(standard_catalog())
    found = [each.message for each in analyser.run(drawing.document).of("stage")]
    assert found == [
        f'A parameter of a block cannot be called "{name}": every block has that already. Give it another name.'
    ]
    assert analyser.alone(drawing.document, "residual") is None


@pytest.mark.parametrize("default", [{"a": 1}, None, [[1]], ["a", 1], "text"])
def test_a_default_may_be_any_value(default: Any) -> None:
    drawing = residual()
    drawing.document.apply(SetBlock("residual", Block(params=(Promoted("width", default), Promoted("middle", 4)))))
    analyser = Analyser(standard_catalog())
    assert not analyser.run(drawing.document).ok
    analyser.alone(drawing.document, "residual")


def test_a_graph_that_is_gone_is_missed_and_comes_back() -> None:
    drawing = nested()
    start = drawing.document.copy()
    back, _ = drawing.document.apply(RemoveGraph("residual"))
    found = [each for each in analyse(drawing.document).diagnostics if each.code == "unknown-kind"]
    assert 'There is no block "residual"' in found[0].message
    drawing.document.apply(back)
    assert drawing.document == start
    assert analyse(drawing.document).ok


def test_a_block_that_holds_itself_is_refused_in_words() -> None:
    drawing = nested()
    drawing.document.apply(AddNode(Node("again", "block:stage"), "residual"))
    found = codes(drawing.document)
    assert found.get("unsound-block") in ("stage", "net")


def test_what_is_out_of_place_is_told() -> None:
    drawing = residual()
    drawing.document.apply(AddNode(Node("port", "block_input")))
    drawing.document.apply(AddNode(Node("loss", "cross_entropy"), "residual"))
    found = [(each.code, each.node, each.within) for each in analyse(drawing.document).diagnostics]
    assert ("misplaced", "port", ()) in found
    assert ("misplaced", "loss", ("stage",)) in found


def test_a_block_needs_an_output_and_ports_names_of_their_own() -> None:
    drawing = Drawing()
    drawing.document.apply(AddGraph("empty"))
    drawing.document.apply(AddNode(Node("one", "block_input"), "empty"))
    drawing.document.apply(AddNode(Node("two", "block_input", y=9), "empty"))
    drawing.add("x", "input")
    drawing.add("stage", "block:empty", "x")
    found = codes(drawing.document)
    assert found["port-name"] == "stage/two"
    assert "no-output" in found


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"repeat": 2, "width": 16, "share_weights": True}, None),
        ({"repeat": 0}, "at least 1"),
        ({"repeat": 10**6}, "at most 1000"),
        ({"repeat": "many"}, "whole number"),
    ],
)
def test_repeat_has_bounds(change: dict[str, Any], sentence: str | None) -> None:
    found = [each.message for each in analyse(residual(**change).document).diagnostics if each.severity == "error"]
    assert (sentence in found[0]) if sentence else not found


def test_shared_repetitions_need_equal_shapes() -> None:
    drawing = Drawing()
    inner = drawing.block("wide")
    inner.add("entry", "block_input")
    inner.add("fc", "dense", "entry", out_features=8)
    inner.add("exit", "block_output", "fc")
    drawing.add("x", "input", shape=[3])
    drawing.add("stage", "block:wide", "x", repeat=3)
    assert analyse(drawing.document).parameters == (3 * 8 + 8) + 2 * (8 * 8 + 8)
    drawing.document.apply(SetParams("stage", {"share_weights": True}))
    found = analyse(drawing.document).of("stage")
    assert [each.code for each in found] == ["repeat"]
    assert "those of fc would differ" in found[0].message


def test_a_recurrent_group_runs_over_time() -> None:
    analysis = analyse(lstm().document)
    assert analysis.ok
    rnn = analysis.nodes["rnn"]
    assert rnn.outputs["out"].sizes == ("N", 6, 7)
    assert rnn.outputs["out"].axes == "NTF"
    assert rnn.outputs["last"].sizes == ("N", 7)
    assert rnn.parameters == 4 * (5 * 7 + 7 * 7 + 2 * 7)
    assert inside(analysis, "rnn").nodes["entry"].outputs["out"].sizes == ("N", 5)
    assert analyse(gru().document).nodes["rnn"].parameters == 3 * (5 * 7 + 7 * 7 + 2 * 7)


def test_a_state_gets_back_what_it_gives() -> None:
    drawing = lstm(hidden=7)
    drawing.document.apply(SetParams("h", {"shape": [3]}, graph="cell"))
    found = [each for each in analyse(drawing.document).diagnostics if each.code == "state"]
    assert [(each.node, each.within) for each in found] == [("h", ("rnn",))]
    drawing.document.apply(found[0].fixes[0].edit)
    assert analyse(drawing.document).ok


def test_a_state_needs_a_wire_and_a_recurrent_group() -> None:
    drawing = lstm()
    drawing.document.apply(Disconnect(Edge("c_next", "out", "c", "next"), "cell"))
    assert codes(drawing.document) == {"state": "rnn/c"}
    drawing = lstm()
    drawing.document.apply(SetBlock("cell", Block(params=(Promoted("hidden", 7),))))
    assert codes(drawing.document)["state"] in ("rnn/h", "rnn/c")


def test_a_first_value_may_come_from_outside() -> None:
    drawing = lstm(initial="input")
    assert codes(drawing.document) == {"missing-input": "rnn"}
    drawing.add("start", "input", shape=[7])
    drawing.document.apply(Connect(Edge("start", "out", "rnn", "h0")))
    assert analyse(drawing.document).ok


def test_a_cycle_without_a_state_is_none_of_time() -> None:
    drawing = lstm()
    drawing.document.apply(Disconnect(Edge("h_next", "out", "h", "next"), "cell"))
    drawing.document.apply(Connect(Edge("h_next", "out", "squash", "in", 1), "cell"))
    assert "cycle" in codes(drawing.document)


def test_sequences_must_be_equally_long() -> None:
    drawing = Drawing()
    inner = drawing.block("pair", form="recurrent")
    inner.add("one", "block_input", name="a")
    inner.add("two", "block_input", name="b")
    inner.add("both", "concat", "one", "two")
    inner.add("exit", "block_output", "both")
    drawing.add("x", "input", shape=[6, 3])
    drawing.add("y", "input", shape=[5, 3])
    drawing.add("rnn", "block:pair", to={"a": "x", "b": "y"})
    found = analyse(drawing.document).of("rnn")
    assert "Received: 6, and 5 at b" in found[0].message
    drawing.document.apply(SetParams("two", {"feed": "whole"}, graph="pair"))
    assert "rank" not in str(codes(drawing.document))


def test_a_document_with_an_error_inside_has_no_plan() -> None:
    drawing = residual(width=32)
    with pytest.raises(BuildError, match="Add combines number with number"):
        plan(drawing.document, analyse(drawing.document), standard_catalog())


def chain(levels: int, **params: Any) -> Document:
    """Blocks within blocks: each places the next one twice, with other parameters."""
    drawing = Drawing()
    for level in range(levels):
        inner = drawing.block(f"b{level}", params=(Promoted("n", 1),))
        inner.add("entry", "block_input")
        if level:
            inner.add("one", f"block:b{level - 1}", "entry", n="= n * 2", **params)
            inner.add("two", f"block:b{level - 1}", "one", n="= n * 2 + 1", **params)
            inner.add("exit", "block_output", "two")
        else:
            inner.add("scale", "dense", "entry", out_features=4)
            inner.add("exit", "block_output", "scale")
    drawing.add("x", "input", shape=[4])
    drawing.add("net", f"block:b{levels - 1}", "x", **params)
    return drawing.document


def test_depth_is_bounded() -> None:
    assert analyse(chain(5)).parameters == 16 * 20
    assert "nest at most 32 deep. Received: 40" in analyse(chain(40)).of("net")[0].message


def test_places_that_all_differ_are_bounded() -> None:
    message = analyse(chain(30)).of("net")[0].message
    assert "differ from place to place" in message


def test_what_is_looked_at_is_bounded_by_nodes_too() -> None:
    drawing = Drawing()
    inner = drawing.block("long", params=(Promoted("n", 1),))
    end = inner.chain(inner.add("entry", "block_input"), *((f"relu{n}", "relu", {}) for n in range(200)))
    inner.add("exit", "block_output", end)
    drawing.add("x", "input", shape=[4])
    drawing.chain("x", *((f"long{n}", "block:long", {"n": n}) for n in range(600)))
    found = analyse(drawing.document).diagnostics
    assert any("in too many ways to look at each" in each.message for each in found)


def test_kinds_of_blocks_that_have_changed_are_forgotten() -> None:
    document, analyser = residual().document, Analyser(standard_catalog())
    seen = []
    for turn in range(6):
        document.apply(SetParams("conv1", {"bias": bool(turn % 2)}, graph="residual"))
        analyser.run(document)
        kind = analyser.catalog["block:residual"]
        assert fits(kind, Shape.batch(16, 8, 8))
        seen.append(weakref.ref(kind))
    del kind
    gc.collect()
    assert sum(each() is not None for each in seen) <= 2


def test_size_is_bounded() -> None:
    message = analyse(chain(4, repeat=100)).of("net")[0].message
    assert "at most 200,000" in message
