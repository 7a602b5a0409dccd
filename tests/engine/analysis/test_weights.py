"""Options of nodes with weights: what fits, and the sentence where something does not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.analysis import Analysis, analyse, plan, training_problems
from engine.catalog import Call, Catalog, Inputs, NodeKind, Weighted, Weights, layer
from engine.errors import BuildError
from engine.graph import Document, SetKind, SetParams
from engine.nodes import standard_catalog
from tests.support.blocks import siamese, treated
from tests.support.drawing import Drawing


def drawn(**options: Any) -> Document:
    """Two dense layers of the same make, a normalization and a third dense; options by node."""
    drawing = Drawing("Options", data={"id": "iris"})
    drawing.add("x", "input", shape=[4])
    last = drawing.chain(
        "x",
        ("first", "dense", {"out_features": 4, **options.get("first", {})}),
        ("second", "dense", {"out_features": 4, **options.get("second", {})}),
        ("norm", "batch_norm1d", options.get("norm", {})),
        ("scores", "dense", {"out_features": 3, **options.get("scores", {})}),
    )
    return drawing.classify(last)


def told(analysis: Analysis) -> list[tuple[str, str, str]]:
    return [(d.code, d.node, d.param) for d in analysis.diagnostics if d.severity == "error"]


def one(document: Document) -> Any:
    analysis = analyse(document)
    (found,) = [d for d in analysis.diagnostics if d.severity == "error"]
    document.apply(found.fixes[0].edit)
    assert told(analyse(document)) == []
    return found


CASES = [
    ("initializer", "scores", "weight_init", {"weight_init": {"id": "orthogonel"}}, 'Did you mean "orthogonal"'),
    (
        "initializer",
        "scores",
        "weight_init",
        {"weight_init": {"id": "normal", "params": {"std": -1.0}}},
        "std must",
    ),
    (
        "initializer",
        "scores",
        "bias_init",
        {"bias_init": {"id": "orthogonal"}},
        "least 2 axes. Received: bias, 3",
    ),
    (
        "initializer",
        "scores",
        "weight_init",
        {"weight_init": {"id": "dirac"}},
        "3 to 5 axes.*weight, 3×4",
    ),
    ("weight-norm", "norm", "weight_norm", {"weight_norm": "spectral"}, "Received: weight 4, bias 4"),
    (
        "weight-norm",
        "second",
        "max_weight_norm",
        {"weight_norm": "weight", "max_weight_norm": 2.0},
        "Use one of the two",
    ),
    ("sharing", "second", "share_with", {"share_with": "frist"}, 'no node "frist".*Did you mean "first"'),
    ("sharing", "second", "share_with", {"share_with": "second"}, "cannot share with itself"),
    ("sharing", "second", "share_with", {"share_with": "x"}, "x has no weights to share"),
    (
        "sharing",
        "scores",
        "share_with",
        {"share_with": "first"},
        "shapes differ.*weight 3×4.*first weight 4×4",
    ),
    ("shared-option", "second", "frozen", {"share_with": "first", "frozen": True}, "belongs to first"),
]


@pytest.mark.parametrize(("code", "node", "param", "options", "words"), CASES)
def test_what_does_not_fit_is_said_at_its_field(
    code: str, node: str, param: str, options: dict[str, Any], words: str
) -> None:
    document = drawn(**{node: options})
    assert told(analyse(document)) == [(code, node, param)]
    with pytest.raises(BuildError):
        plan(document, analyse(document), standard_catalog())
    found = one(document)
    assert found.message.endswith((".", "?"))
    assert re.search(words, found.message), found.message


def test_chains_and_cycles_of_sharing_name_the_owner() -> None:
    chained = analyse(drawn(first={"share_with": "second"}, second={"share_with": "first"}))
    assert told(chained) == [("sharing", "first", "share_with"), ("sharing", "second", "share_with")]
    assert "first uses the weights of second itself" in chained.of("second")[0].message


def test_options_that_fit_are_silent_and_counted() -> None:
    plain, document = analyse(drawn()), drawn(second={"share_with": "first"}, scores={"frozen": True})
    analysis = analyse(document)
    assert told(analysis) == []
    assert plain.parameters == 2 * (16 + 4) + 8 + (12 + 3)
    assert analysis.parameters == plain.parameters - (16 + 4)
    assert (plain.frozen, analysis.frozen) == (0, 15)
    assert analysis.nodes["scores"].frozen == 15
    document.apply(SetParams("second", {}, ("share_with",)))
    assert analyse(document).parameters == plain.parameters


def test_tied_tensors_are_counted_once() -> None:
    tied = analyse(drawn(second={"bias": False, "share_with": "first"}))
    assert told(tied) == []
    assert tied.parameters == (16 + 4) + 8 + 15
    (step,) = [s for s in plan(drawn(), analyse(drawn()), standard_catalog()).network.steps if s.node == "second"]
    assert step.owner == ""


def test_normalized_weights_are_counted_as_the_state_dict_holds_them() -> None:
    weight = analyse(drawn(first={"weight_norm": "weight"})).nodes["first"]
    assert weight.weights == {
        "bias": (4,),
        "parametrizations.weight.original0": (4, 1),
        "parametrizations.weight.original1": (4, 4),
    }
    assert weight.parameters == 4 + 4 + 16
    assert analyse(drawn(first={"weight_norm": "spectral"})).nodes["first"].parameters == 20


def test_weights_are_not_shared_between_network_and_criterion() -> None:
    drawing = Drawing("Judge", data={"id": "iris"})
    drawing.add("x", "input", shape=[4])
    drawing.add("net", "dense", "x", out_features=4)
    drawing.add("y", "target", shape=[4], dtype="float32")
    drawing.add("judge", "dense", "y", out_features=4, share_with="net")
    drawing.add("loss", "mse", to={"in": "net", "target": "judge"})
    document = drawing.document
    assert ("sharing", "judge", "share_with") in told(analyse(document))
    with pytest.raises(BuildError, match="judge and net cannot share weights"):
        plan(document, analyse(document), standard_catalog())


def test_a_network_that_is_frozen_whole_says_so() -> None:
    frozen = {"frozen": True}
    document = drawn(first=frozen, second=frozen, norm=frozen, scores=frozen)
    (problem,) = training_problems(document, analyse(document))
    assert problem.message == "There is nothing to learn: every layer with weights is frozen. Unfreeze one."
    document.apply(SetParams("scores", {}, ("frozen",)))
    assert training_problems(document, analyse(document)) == []


def test_a_kind_of_several_layers_cannot_say_which_it_means() -> None:
    class Twice(Weighted):
        """Two layers in a row."""

        id, title = "twice", "Twice"

        def weights(self, inputs: Inputs) -> Weights:
            return {"weight": (4, 4)}

        def call(self, inputs: Inputs) -> Call:
            first = layer("torch.nn.Linear", part="a", in_features=4, out_features=4, bias=False)
            return layer("torch.nn.Identity", part="b", args=(first,))

    catalog = Catalog()
    for kind in (*standard_catalog(), Twice):
        catalog.add(kind)
    document = drawn()
    document.apply(SetKind("second", "twice"))
    document.apply(SetParams("second", {"l2": 0.1}, ("out_features",)))
    assert told(analyse(document, catalog)) == [("several-layers", "second", "l2")]


def test_a_block_placed_again_with_the_same_weights_counts_once() -> None:
    alone, both = analyse(treated().document), analyse(siamese().document)
    assert told(both) == []
    assert (both.parameters, both.frozen) == (2 * alone.parameters, 2 * alone.frozen)  # `twins`, and one of two


@pytest.mark.parametrize(
    ("node", "params", "words"),
    [
        ("two", {"share_with": "on"}, 'no node "on".*Did you mean "one"'),
        ("two", {"share_with": "right"}, "right has no weights to share"),
        ("two", {"share_with": "one", "repeat": 2}, "their repeat differs. Received: 2; 1"),
        ("two", {"share_with": "plain"}, "only placings of the same block can. Received: twin; Dense"),
        ("plain", {"share_with": "one"}, "only placings of the same block can. Received: Dense; twin"),
    ],
)
def test_only_placings_of_one_block_share_their_weights(node: str, params: dict[str, Any], words: str) -> None:
    drawing = siamese()
    drawing.add("plain", "dense", "left", out_features=6)
    document = drawing.document
    document.apply(SetParams(node, params))
    assert told(analyse(document)) == [("sharing", node, "share_with")]
    assert re.search(words, one(document).message)


def test_placings_that_compute_with_other_numbers_do_not_share() -> None:
    drawing = Drawing()
    inner = drawing.block("head")
    inner.add("entry", "block_input")
    inner.add("flat", "flatten", "entry")
    inner.add("fc", "dense", "flat", out_features=3)
    inner.add("exit", "block_output", "fc")
    drawing.add("small", "input", shape=[1, 2, 2])
    drawing.add("large", "input", shape=[1, 3, 3])
    drawing.add("one", "block:head", "small")
    drawing.add("two", "block:head", "large", share_with="one")
    assert "for what comes in, fc inside would differ" in one(drawing.document).message


def test_a_kind_that_gives_no_calls_shares_nothing_and_stops_nothing() -> None:
    class Broken(NodeKind):
        """Fails where its calls are asked for."""

        id, title = "broken", "Broken"

    catalog = Catalog()
    for kind in (*standard_catalog(), Broken):
        catalog.add(kind)
    drawing = Drawing()
    inner = drawing.block("head")
    inner.add("exit", "block_output", inner.add("middle", "broken", inner.add("entry", "block_input")))
    drawing.add("x", "input", shape=[4])
    drawing.chain("x", ("one", "block:head", {}), ("two", "block:head", {"share_with": "one"}))
    found = analyse(drawing.document, catalog)
    assert [each.node for each in found.diagnostics if each.severity == "error"] == ["two"]
