"""What analysis says of single nodes: kinds, parameters, wires, shapes, cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.analysis import Analysis, Diagnostic, analyse
from engine.catalog import Inputs, NodeKind, Shape
from engine.graph import Connect, Disconnect, Document, Edge, Node, SetParams, file
from tests.support.tiny import small_net, tiny_catalog, wire


def found(document: Document) -> Analysis:
    return analyse(document, tiny_catalog())


def only(analysis: Analysis, code: str) -> Diagnostic:
    """The one error beside the data's, which is not looked at here; it has this code."""
    errors = [each for each in analysis.diagnostics if each.severity == "error"]
    (error,) = [each for each in errors if each.code != "data-shape"]
    assert error.code == code
    return error


def mended(document: Document, diagnostic: Diagnostic, fix: int = 0) -> Analysis:
    copy = document.copy()
    copy.apply(diagnostic.fixes[fix].edit)
    return found(copy)


def states(analysis: Analysis) -> dict[str, str]:
    return {id: report.state for id, report in analysis.nodes.items()}


def test_shapes_weights_and_cost_of_a_sound_net() -> None:
    analysis = found(small_net(data={"id": "iris"}))
    assert set(states(analysis).values()) == {"ok"}
    assert analysis.shape(wire("hidden", "out")) == Shape.batch(8)
    assert analysis.shape(wire("gap", "nowhere")) == Shape(())
    assert analysis.shape(wire("nowhere", "out")) is None
    hidden = analysis.nodes["hidden"]
    assert hidden.weights == {"weight": (8, 4), "bias": (8,)}
    assert (hidden.parameters, hidden.flops, hidden.memory) == (40, 64, 32)
    assert analysis.parameters == (4 * 8 + 8) + (8 * 3 + 3)
    assert analysis.flops == 2 * 4 * 8 + 2 * 8 * 3 + 1
    assert analysis.memory == 4 * (4 + 8 + 3 + 3 + 1)
    assert analysis.order == ("x", "hidden", "out", "y", "gap")
    assert analysis.nodes["x"].inputs == Inputs({})


def test_an_unknown_kind_names_the_nearest_and_followers_are_blocked() -> None:
    drawn = Document.of([Node("x", "feed"), Node("a", "wiegh", {"units": 5}), Node("b", "weigh")])
    drawn.apply(Connect(wire("x", "a")))
    drawn.apply(Connect(wire("a", "b")))
    analysis = found(drawn)
    error = only(analysis, "unknown-kind")
    assert error.node == "a"
    assert 'There is no node kind "wiegh". Did you mean "weigh"?' in error.message
    assert states(analysis) == {"x": "ok", "a": "error", "b": "blocked"}
    assert set(states(mended(drawn, error)).values()) == {"ok"}


def test_an_unknown_kind_without_a_near_one_has_no_fix() -> None:
    error = only(found(Document.of([Node("a", "quantum")])), "unknown-kind")
    assert error.fixes == ()
    assert "Did you mean" not in error.message


def test_each_bad_parameter_is_an_error_of_its_own_and_can_be_reset() -> None:
    document = small_net()
    document.apply(SetParams("hidden", {"units": 0, "bias": "yes", "colour": "red"}))
    analysis = found(document)
    errors = {each.param: each for each in analysis.of("hidden")}
    assert set(errors) == {"units", "bias", "colour"}
    assert errors["units"].message == "units must be at least 1. Received: 0."
    assert "bias must be true or false. Received: 'yes'." in errors["bias"].message
    assert "colour is no parameter of Weigh" in errors["colour"].message
    assert states(analysis) == {"x": "ok", "hidden": "error", "out": "blocked", "y": "ok", "gap": "blocked"}
    for error in errors.values():
        document.apply(error.fixes[0].edit)
    assert document.graph()["hidden"].params == {}
    assert found(document).of("hidden") == []


def test_a_shape_clash_tells_rule_shape_and_wire_and_an_adapter_mends_it() -> None:
    document = small_net()
    document.apply(SetParams("x", {"shape": [1, 2, 2]}))
    analysis = found(document)
    clash = next(each for each in analysis.diagnostics if each.code == "shape")
    assert (clash.node, clash.port) == ("hidden", "in")
    assert clash.message == (
        "Weigh needs 2 axes. It comes through x.out → hidden.in "
        "(N batch × 1 channels × 2 height × 2 width). Insert a Flat."
    )
    assert states(analysis) == {"x": "ok", "hidden": "error", "out": "blocked", "y": "ok", "gap": "blocked"}
    assert [fix.title for fix in clash.fixes] == ["Insert Flat into x.out → hidden.in"]
    after = mended(document, clash)
    assert after.nodes["flat1"].outputs == {"out": Shape.batch(4)}
    assert set(states(after).values()) == {"ok"}


def test_no_adapter_is_offered_where_it_would_not_fit_or_before_a_loss() -> None:
    document = small_net()
    document.apply(SetParams("y", {"shape": [3, 1]}))
    clash = next(each for each in found(document).diagnostics if each.code == "shape")
    assert (clash.node, clash.port, clash.fixes) == ("gap", "target", ())
    odd = Document.of([Node("x", "feed", {"shape": [3]}), Node("h", "halve")], [wire("x", "h")])
    error = only(found(odd), "shape")
    assert error.message.startswith(
        "Halve needs an even last axis. Received: N batch × 3 features. It comes through"
    )
    assert error.fixes == ()


def test_an_adapter_goes_into_the_wire_at_fault_of_many() -> None:
    nodes = [Node("x", "feed"), Node("p", "feed", {"shape": [1, 2, 2]}), Node("j", "join")]
    edges = [wire("x", "j", 0), wire("p", "j", 5), wire("x", "j", 9)]
    document = Document.of(nodes, edges)
    clash = only(found(document), "shape")
    assert [fix.title for fix in clash.fixes] == ["Insert Flat into p.out → j.in"]
    assert mended(document, clash).nodes["j"].outputs == {"out": Shape.batch(12)}


def test_a_missing_input_is_named() -> None:
    document = small_net()
    document.apply(Disconnect(wire("y", "gap.target")))
    error = only(found(document), "missing-input")
    assert (error.node, error.port) == ("gap", "target")
    assert error.message == 'The input "target" needs a wire. Received: none.'


def test_an_input_of_many_needs_two_and_an_optional_one_none() -> None:
    document = Document.of([Node("x", "feed"), Node("j", "join")], [wire("x", "j")])
    error = only(found(document), "missing-input")
    assert error.message == 'The input "in" needs at least two wires. Received: one.'
    document.apply(Connect(wire("x", "j", 3)))
    assert found(document).nodes["j"].outputs == {"out": Shape.batch(8)}
    document.apply(Connect(wire("x", "j.extra")))
    assert found(document).nodes["j"].outputs == {"out": Shape.batch(12)}


def test_wires_at_ports_that_are_not_there() -> None:
    document = small_net()
    document.apply(Connect(wire("x", "out.inn")))
    document.apply(Connect(Edge("hidden", "result", "gap", "in", 1)))
    analysis = found(document)
    errors = {each.node: each for each in analysis.diagnostics if each.code == "unknown-port"}
    assert (
        'Weigh has no input "inn", where the wire x.out → out.inn ends. Did you mean "in"?'
        in errors["out"].message
    )
    assert 'hidden has no output "result"' in errors["gap"].message
    for error in errors.values():
        document.apply(error.fixes[0].edit)
    assert set(states(found(document)).values()) == {"ok"}


def test_several_wires_at_an_input_that_takes_one() -> None:
    document = small_net()
    document.apply(Connect(wire("hidden", "out", 4)))
    analysis = found(document)
    error = only(analysis, "crowded-port")
    assert error.message.startswith('The input "in" takes one wire. Received 2: hidden.out → out.in')
    assert error.fixes[0].edit == Disconnect(wire("hidden", "out", 4))
    assert set(states(mended(document, error)).values()) == {"ok"}


def test_a_cycle_is_pinned_once_and_what_hangs_on_it_is_blocked() -> None:
    nodes = [Node("x", "feed"), Node("a", "join"), Node("b", "weigh"), Node("c", "weigh")]
    edges = [wire("x", "a"), wire("b", "a", 1), wire("a", "b"), wire("b", "c")]
    document = Document.of(nodes, edges)
    analysis = found(document)
    error = only(analysis, "cycle")
    assert error.message.startswith("A cycle: a, b wait for one another.")
    assert (error.node, error.port) == ("a", "in")
    assert states(analysis) == {"x": "ok", "a": "error", "b": "error", "c": "blocked"}
    assert analysis.order == ("x",)
    assert isinstance(analysis.nodes["c"].kind, NodeKind)
    assert error.fixes[0].edit == Disconnect(wire("b", "a", 1))


def test_a_node_in_a_cycle_still_tells_its_own_fault() -> None:
    document = Document.of([Node("a", "weigh", {"units": 0})], [wire("a", "a")])
    told = {each.code: each.message for each in found(document).of("a")}
    assert told.keys() == {"cycle", "param"}
    assert told["cycle"].startswith("A cycle: a waits for itself.")


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"shapes": lambda self, inputs: 1 / 0}, "ZeroDivisionError"),
        ({"shapes": lambda self, inputs: {"result": Shape(())}}, "its outputs are"),
        ({"shapes": lambda self, inputs: None}, "AttributeError"),
        ({"weights": lambda self, inputs: {"w": ("a", "b")}}, "TypeError"),
        ({"flops": lambda self, inputs, outputs: "many"}, "flops are 'many'"),
        ({"input_ports": lambda self: None}, "TypeError"),
        ({"output_ports": lambda self: 5}, "TypeError"),
        ({"conflicts": lambda self: [][1]}, "IndexError"),
    ],
    ids=lambda part: next(iter(part), "") if isinstance(part, dict) else "",
)
def test_a_kind_that_fails_is_told_apart_from_a_fault_of_the_drawing(broken: dict[str, Any], words: str) -> None:
    catalog = tiny_catalog()
    catalog.add(type("Broken", (NodeKind,), {"id": "broken", "title": "Broken", "__module__": __name__, **broken}))
    document = Document.of(
        [Node("x", "feed"), Node("a", "broken"), Node("b", "weigh")], [wire("x", "a"), wire("a", "b")]
    )
    analysis = analyse(document, catalog)
    (error,) = [each for each in analysis.diagnostics if each.severity == "error"]
    assert (error.code, error.node) == ("broken-kind", "a")
    assert words in error.message
    assert analysis.nodes["b"].state == "blocked"


def test_lenet_has_the_published_number_of_weights() -> None:
    """LeNet-5 (LeCun et al. 1998) with every channel of its second stage wired to all of the first."""
    document = file.load(Path(__file__).parents[3] / "examples" / "lenet_digits.loom")
    analysis = analyse(document)
    assert analysis.parameters == 61_706
    convolved = 2 * 28 * 28 * 6 * 25 + 2 * 10 * 10 * 16 * 6 * 25
    dense = 2 * (400 * 120 + 120 * 84 + 84 * 10)
    layers = [report for report in analysis.nodes.values() if report.weights]
    assert sum(report.flops for report in layers) == convolved + dense
