"""Every fix mends what it is offered for: applied, its diagnostic is gone and no error is new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.analysis import Analyser, Analysis, Diagnostic, Fix, analyse
from engine.analysis.sites import MOST_MENDED
from engine.catalog import Inputs, Shape, Shapes
from engine.errors import ShapeError
from engine.graph import Batch, Connect, Document, Edge, MoveNodes, Node, SetParams, file, graph_of, text
from engine.nodes import standard_catalog
from engine.spec import Values
from tests.support.broken import BROKEN, broken, drawn
from tests.support.commands import ROOT
from tests.support.drawing import Drawing
from tests.support.tiny import Join, Weigh, tiny_catalog, wire

CATALOG = standard_catalog()

TAKEN_AWAY = ("Remove the wire",)
"""Fixes after which a wire is lacking, as their title says."""


def offers(*, safe: bool = False) -> Iterator[Any]:
    """Every fix of every broken document, or those that are safe."""
    for name, given in BROKEN.items():
        for place, each in enumerate(analyse(drawn(*given)).diagnostics):
            for number, fix in enumerate(each.fixes):
                if safe and not fix.safe:
                    continue
                yield pytest.param(name, place, number, id=f"{name}: {fix.title}")


def key(diagnostic: Diagnostic) -> tuple[str, ...]:
    return diagnostic.code, diagnostic.graph, diagnostic.node, diagnostic.param, *diagnostic.within


def errors(analysis: Analysis) -> set[tuple[str, ...]]:
    return {key(each) for each in analysis.diagnostics if each.severity == "error"}


def applied(document: Document, fix: Fix) -> tuple[Document, Analysis]:
    copy = document.copy()
    copy.apply(fix.edit)
    return copy, analyse(copy)


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_document_has_a_fix(name: str) -> None:
    analysis = analyse(broken(name))
    assert not any(each.code.startswith("broken") for each in analysis.diagnostics)
    assert any(each.fixes for each in analysis.diagnostics if each.code != "no-loss" or "loss" in name)


@pytest.mark.parametrize(("name", "place", "number"), list(offers()))
def test_a_fix_mends_and_breaks_nothing(name: str, place: int, number: int) -> None:
    document = broken(name)
    before = analyse(document)
    diagnostic = before.diagnostics[place]
    fix = diagnostic.fixes[number]
    saved = text.dumps(document)
    copy, after = applied(document, fix)
    assert key(diagnostic) not in {key(each) for each in after.diagnostics}
    if not fix.title.startswith(TAKEN_AWAY):
        assert errors(after) <= errors(before) - {key(diagnostic)}
    assert text.dumps(text.loads(text.dumps(copy))) == text.dumps(copy)
    inverse, _ = document.apply(fix.edit)
    document.apply(inverse)
    assert text.dumps(document) == saved
    places = [(node.x, node.y) for node in copy.graph().nodes()]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(("name", "place", "number"), list(offers(safe=True)))
def test_a_safe_fix_leaves_what_is_valid_as_it_is(name: str, place: int, number: int) -> None:
    document = broken(name)
    before = analyse(document)
    fix = before.diagnostics[place].fixes[number]
    _, after = applied(document, fix)
    valid = {id: report for id, report in before.nodes.items() if report.state == "ok"}
    assert {id: after.nodes[id].outputs for id in valid} == {id: each.outputs for id, each in valid.items()}
    assert {id: after.nodes[id].kind for id in valid} == {id: each.kind for id, each in valid.items()}


def titles(name: str) -> list[str]:
    return [
        fix.title for each in analyse(broken(name)).diagnostics for fix in each.fixes if each.code != "no-loss"
    ]


def test_the_skip_is_projected_and_not_the_way_of_the_layers() -> None:
    assert titles("skip, fewer channels") == ["Insert Conv 2d (1×1, 32, s2) into x.out → a.in"]
    assert titles("skip of volumes") == ["Insert Conv 3d (1×1×1, 8, s2) into x.out → a.in"]
    assert titles("skip of vectors")[0] == "Insert Dense (32) into x.out → a.in"


def test_before_a_loss_the_last_layer_that_learns_gets_what_it_needs() -> None:
    assert titles("images to classes") == ["Insert Flatten into r.out → d.in"] * 2  # of the loss and the metric


def test_a_kind_of_a_plug_in_serves_as_well() -> None:
    class Widen(Weigh):
        """Another number of features."""

        id, title = "widen", "Widen"

        @classmethod
        def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:
            return () if wanted is None else ({"units": wanted.sizes[-1]},)

    class Sum(Join):
        """Vectors of one length added up."""

        id, title = "sum", "Sum"

        def shapes(self, inputs: Inputs) -> Shapes:
            if len({shape.sizes for shape in inputs.many()}) > 1:
                raise ShapeError("Sum needs equal lengths.", port="in")
            return {"out": inputs["in"]}

    catalog = tiny_catalog()
    for kind in (Widen, Sum):
        catalog.add(kind)
    nodes = [Node("x", "feed"), Node("w", "weigh", {"units": 9}), Node("s", "sum")]
    document = Document.of(nodes, [wire("x", "w"), wire("w", "s"), wire("x", "s", 1)])
    (clash,) = (each for each in analyse(document, catalog).diagnostics if each.code == "shape")
    assert clash.fixes[0].title.endswith("into x.out → s.in")
    document.apply(clash.fixes[0].edit)
    assert document.graph()["widen1"].params == {"units": 9}
    assert analyse(document, catalog).nodes["s"].state == "ok"


def test_sizes_that_no_stride_gives_are_not_projected() -> None:
    document = drawn("x input shape=[4,9,9]; c conv2d out_channels=8; a add", "x>c c>a x>a")
    assert [fix for each in analyse(document).diagnostics for fix in each.fixes if "Conv" in fix.title] == []


def test_the_value_that_fits_is_the_largest_up_to_the_present_one() -> None:
    assert "Set num_heads to 6" in titles("heads")  # 8 → 6, the next that divides 30
    assert "Set kernel_size to 5, 2" in titles("window of two sizes")
    assert "Set shape to 4, -1" in titles("reshape")
    assert "Set patch_size to 3" in titles("patches")
    assert "Set p to 1" in titles("too large")


def test_a_formula_is_not_overwritten() -> None:
    document = drawn('x input shape=[10,30]; m multihead_attention num_heads="=4+4"', "x>m")
    assert [fix for each in analyse(document).diagnostics for fix in each.fixes] == []


def test_the_loss_that_is_added_fits_the_data() -> None:
    kinds = {}
    for name in ("no loss", "no loss, yes or no", "no loss, numbers"):
        document = broken(name)
        (found,) = (each for each in analyse(document).diagnostics if each.code == "no-loss")
        copy, after = applied(document, found.fixes[0])
        kinds[name] = {node.kind for node in copy.graph().nodes()} & {*CATALOG.ids()} - {"input", "dense", "relu"}
        assert after.ok
        assert not any(each.severity == "warning" for each in after.diagnostics)
    assert {"cross_entropy", "accuracy", "target"} <= kinds["no loss"]
    assert {"bce_with_logits", "accuracy", "target"} <= kinds["no loss, yes or no"]
    assert {"mse", "mae", "target"} <= kinds["no loss, numbers"]


def test_a_cycle_becomes_a_group_whose_state_has_the_shape_of_what_comes_back() -> None:
    document = broken("cycle")
    (found,) = (each for each in analyse(document).diagnostics if each.code == "cycle")
    copy, after = applied(document, found.fixes[0])
    (name,) = copy.blocks()
    assert copy.block(name).form == "recurrent"
    (state,) = (node for node in copy.graph(name).nodes() if node.kind == "state")
    assert state.params["shape"] == [32]
    assert after.nodes["o"].outputs["out"].sizes == ("N", 10, 10)


def test_a_cycle_without_time_is_not_made_a_group() -> None:
    document = drawn("x input shape=[8]; a add; u dense out_features=8", "x>a a>u u>a")
    (found,) = (each for each in analyse(document).diagnostics if each.code == "cycle")
    assert [fix.title for fix in found.fixes] == ["Remove the wire u.out → a.in"]


def test_of_many_faults_the_first_are_given_fixes() -> None:
    nodes = [Node("x", "input", {"shape": [28, 28]}), *(Node(f"c{n}", "conv2d") for n in range(200))]
    document = Document.of(nodes, [wire("x", f"c{n}") for n in range(200)])
    found = [each for each in analyse(document).diagnostics if each.code == "shape"]
    assert len(found) == 200
    assert [bool(each.fixes) for each in found] == [n < MOST_MENDED for n in range(200)]


def test_what_follows_makes_room_for_a_node_that_is_put_in() -> None:
    document = broken("image to vector")
    (found,) = (each for each in analyse(document).diagnostics if each.code == "shape")
    copy, _ = applied(document, found.fixes[0])
    assert isinstance(found.fixes[0].edit, Batch)
    assert any(isinstance(edit, MoveNodes) for edit in found.fixes[0].edit.edits)
    assert [copy.graph()[id].x for id in ("x", "flatten1", "b", "d")] == [0, 240, 480, 720]


@pytest.mark.parametrize(
    ("name", "code", "node"),
    [
        ("softmax twice", "answers", "s"),
        ("softmax for logarithms", "answers", "l"),
        ("scores for logarithms", "answers", "l"),
        ("scores for chances", "answers", "l"),
        ("share of one", "one-share", "s"),
        ("clipped", "clipped", "r"),
    ],
)
def test_answers_on_another_scale_than_the_loss_takes_are_a_warning(name: str, code: str, node: str) -> None:
    (found,) = (each for each in analyse(broken(name)).diagnostics if each.severity == "warning")
    assert (found.code, found.node) == (code, node)


@pytest.mark.parametrize(
    ("layers", "wires"),
    [
        ("d dense out_features=3; y target; l cross_entropy", "d>l"),
        ("d dense out_features=3; s log_softmax; y target; l nll", "d>s s>l"),
        ("d dense out_features=3; s softmax; y target; l cross_entropy; m mse", "d>l d>s s>m s>m.target"),
        ("h dense; r relu; d dense out_features=3; y target; l cross_entropy", "h>r r>d d>l"),
        ("d dense out_features=3; t tanh; y target; l cross_entropy", "d>t t>l"),
        ("d dense out_features=3; t leaky_relu; y target; l cross_entropy", "d>t t>l"),
    ],
)
def test_answers_that_a_loss_takes_are_no_warning(layers: str, wires: str) -> None:
    first = layers.split(" ", maxsplit=1)[0]
    document = drawn(f"x input shape=[4]; {layers}", f"x>{first} y>l.target {wires}", "iris")
    codes = {each.code for each in analyse(document).diagnostics}
    assert not codes & {"answers", "clipped", "one-share"}


def test_the_way_of_others_is_left_as_it_is_when_a_loss_is_led_past_a_node() -> None:
    document = broken("softmax twice, used")
    (found,) = (each for each in analyse(document).diagnostics if each.code == "answers")
    copy, _ = applied(document, found.fixes[0])
    assert {(edge.source, edge.target) for edge in copy.graph().edges()} >= {("d", "l"), ("d", "s"), ("s", "a")}


def test_a_fault_in_a_block_is_mended_in_the_block() -> None:
    drawing = Drawing("", data={"id": "digits"})
    drawing.add("x", "input", shape=[10, 30])
    cell = drawing.block("cell")
    cell.add("entry", "block_input")
    cell.add("heads", "multihead_attention", num_heads=8, to={"query": "entry"})
    cell.add("exit", "block_output", "heads")
    drawing.add("first", "block:cell", "x")
    drawing.add("second", "block:cell", "first")
    analysis = analyse(drawing.document)
    (found,) = (each for each in analysis.diagnostics if each.severity == "error")
    assert (found.graph, found.within, found.node) == ("cell", ("first",), "heads")
    assert not any(fix.safe for fix in found.fixes)
    copy, after = applied(drawing.document, found.fixes[0])
    assert copy.graph("cell")["heads"].params == {"num_heads": 6}
    assert after.ok


def test_a_cycle_in_a_block_becomes_a_group_in_the_block() -> None:
    drawing = Drawing("", data={"id": "digits"})
    drawing.add("x", "input", shape=[10, 8])
    stage = drawing.block("stage")
    stage.add("entry", "block_input")
    stage.add("sum", "add", "entry")
    stage.add("wide", "dense", "sum", out_features=8)
    stage.document.apply(Connect(Edge("wide", "out", "sum", "in", 1), "stage"))
    stage.add("exit", "block_output", "wide")
    drawing.add("first", "block:stage", "x")
    (found,) = (each for each in analyse(drawing.document).diagnostics if each.code == "cycle")
    copy, after = applied(drawing.document, found.fixes[0])
    assert after.ok
    assert sorted(copy.blocks()) == ["cell1", "stage"]
    assert {graph_of(node) for node in copy.graph("stage").nodes()} == {None, "cell1"}


FAULTS = [
    ("num_heads", 7),
    ("groups", 7),
    ("num_groups", 7),
    ("kernel_size", 99),
    ("out_features", 7),
    ("out_channels", 7),
    ("dim", 9),
    ("p", 9.5),
]


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.loom")), ids=lambda path: path.stem)
def test_every_fix_for_a_wrong_number_in_an_example_mends_it(example: Path) -> None:
    """One number of an example is made wrong: no fix may leave its fault, or make another in what was right."""
    original, analyser = file.load(example), Analyser(CATALOG)
    sound = errors(analyser.run(original))
    for graph in original.graphs():
        for node in original.graph(graph).nodes():
            kind = CATALOG.get(node.kind)
            for param, value in FAULTS:
                if kind is None or param not in kind.params:
                    continue
                document = original.copy()
                document.apply(SetParams(node.id, {param: value}, graph=graph))
                before = analyser.run(document)
                wrong = {key(each): each for each in before.diagnostics if key(each) in errors(before) - sound}
                for diagnostic in list(wrong.values())[:1]:
                    for fix in diagnostic.fixes:
                        _, after = applied(document, fix)
                        assert key(diagnostic) not in errors(after), (node.id, param, fix.title)
                        known = {id for id, report in before.nodes.items() if report.state == "ok"}
                        fresh = {each for each in errors(after) - errors(before) if each[2] in known}
                        assert fresh <= {each for each in fresh if each[0] == "data-shape"}, (node.id, fix.title)
