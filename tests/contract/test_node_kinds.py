"""What every node kind keeps, called for each one in the catalogue."""

from __future__ import annotations

import functools
import importlib.util
import json
import keyword
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.catalog import Inputs, NodeKind, Shape
from engine.errors import ParamError, ShapeError
from engine.nodes import standard_catalog
from tests.support.kinds import FORMS, draw
from tests.support.torch_side import PROBABILITIES, built, computed, filled, on_meta, seeds, sizes, state

KINDS = sorted(standard_catalog(), key=lambda kind: kind.id)
CATEGORIES = {
    *("Input & output", "Linear", "Convolution", "Pooling", "Activation", "Normalization", "Regularization"),
    *("Math", "Probability", "Shape", "Merge", "Gate", "Recurrent", "Attention", "Embedding", "Loss", "Metric"),
    "Block",
}
CASES = 12
HOSTILE: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 2**31, 2**63, 10**30, 10**5000, -(10**30), 0.5, -0.0, 1e308, math.nan, math.inf),
    *("", "x", "../..", "1", "\x00", "<img src=x>", "__import__('os')", "a" * 100_000),
    *([], [1], [1, 2], [1, [2]], [0] * 1_000, [10**30] * 3, [math.nan, 1], (3, 3), [2**28] * 4, ["a", "b"]),
    *({}, {"a": 1}, b"x", object()),
)

every = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
PLACED = ("input", "target", "entry", "exit", "state")
"""Roles of what enters and leaves a graph: nothing computes there."""
computing = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.role not in PLACED], ids=lambda kind: kind.id
)


@functools.cache
def icons() -> frozenset[str]:
    found = importlib.util.find_spec("qtawesome")  # importing it would import Qt
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent / "fonts"
    return frozenset(json.loads(next(folder.glob("materialdesignicons6*charmap*.json")).read_text()))


def attempt(action: Callable[[Any], Any], value: Any) -> Any:
    """What an action gives, or the error with which it refuses."""
    try:
        return action(value)
    except (ParamError, ShapeError) as error:
        return error


@every
def test_shapes_are_those_of_torch(kind: type[NodeKind]) -> None:
    for number, rng in enumerate(seeds(kind, CASES)):
        made, inputs = draw(kind, rng, default=not number)
        outputs = made.shapes(inputs)
        layers = built(made, inputs, "meta")
        for batch in (2, 3):
            for port, tensor in computed(made, inputs, on_meta(inputs, batch), layers).items():
                assert tuple(tensor.shape) == sizes(outputs[port], batch), (made, inputs.all(), port)
                assert str(tensor.dtype) == f"torch.{outputs[port].dtype}"


@every
def test_weights_and_buffers_are_those_of_torch(kind: type[NodeKind]) -> None:
    for number, rng in enumerate(seeds(kind, CASES)):
        made, inputs = draw(kind, rng, default=not number)
        layers = built(made, inputs, "meta")
        assert made.learnt(inputs) == state(layers, learnt=True), (made, inputs.all())
        assert made.kept(inputs) == state(layers, learnt=False), (made, inputs.all())


@computing
def test_flops_are_those_torch_counts(kind: type[NodeKind]) -> None:
    batch = 2
    for number, rng in enumerate(seeds(kind, CASES)):
        made, inputs = draw(kind, rng, default=not number)
        layers, tensors = built(made, inputs, "meta"), on_meta(inputs, batch)
        with FlopCounterMode(display=False) as counter:
            computed(made, inputs, tensors, layers)
        flops = made.flops(inputs, made.shapes(inputs))
        assert isinstance(flops, int)
        assert flops >= 0
        if counter.get_total_flops():
            assert batch * flops == counter.get_total_flops(), (made, inputs.all())


@every
def test_ports_agree_with_shapes_and_calls(kind: type[NodeKind]) -> None:
    for number, rng in enumerate(seeds(kind, CASES)):
        made, inputs = draw(kind, rng, default=not number)
        ports = [port.name for port in made.output_ports()]
        assert list(made.shapes(inputs)) == ports
        assert list(made.calls(inputs)) == ports
        assert set(inputs) <= {port.name for port in made.input_ports()}


@every
def test_only_the_batch_stays_open(kind: type[NodeKind]) -> None:
    for rng in seeds(kind, CASES):
        made, inputs = draw(kind, rng)
        for shape in made.shapes(inputs).values():
            assert len(shape.axes) == shape.rank
            assert shape.sizes[:1] in ((), ("N",))
            assert all(isinstance(size, int) and size > 0 for size in shape.sample)


@every
def test_params_survive_json(kind: type[NodeKind]) -> None:
    for rng in seeds(kind, CASES):
        made, _ = draw(kind, rng)
        assert kind.parse(msgspec.json.decode(msgspec.json.encode(made.values()))) == made


@every
def test_the_declaration_is_complete(kind: type[NodeKind]) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.id)
    assert not keyword.iskeyword(kind.id)
    assert kind.title
    assert kind.category in CATEGORIES
    assert kind.icon.removeprefix("mdi6.") in icons()
    assert kind.help().endswith(".")
    assert len(kind.help()) <= 90
    assert "Shapes:\n" in kind.details()
    assert "Source:\n" in kind.details()
    assert kind.equation
    assert kind.aliases
    assert all(alias == alias.lower() for alias in kind.aliases)
    assert [kind.title for kind in KINDS].count(kind.title) == 1


@every
def test_every_param_has_help_bounds_and_a_legal_default(kind: type[NodeKind]) -> None:
    for param in kind.params.values():
        assert param.help.endswith("."), param.name
        assert param.parse(param.default) == param.default
        if param.type not in (bool, str) and not param.choices and not param.family:
            assert param.low is not None, param.name
            assert param.high is not None, param.name
    assert kind.parse({}).problems(kind.parse({}).values()) == []
    assert isinstance(kind.parse({}).card(), str)


@every
def test_port_names_are_identifiers(kind: type[NodeKind]) -> None:
    made = kind.parse({})
    for ports in (made.input_ports(), made.output_ports()):
        names = [port.name for port in ports]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    if kind.role in ("loss", "metric"):
        assert made.shapes(draw(kind, seeds(kind, 1)[0])[1])["out"].sizes == ()
    if kind.role in ("input", "target"):
        assert made.placeholder() == made.shapes(Inputs({}))["out"]
        assert kind.params["field"].type is str


@every
def test_hostile_params_are_refused_in_words(kind: type[NodeKind]) -> None:
    _, inputs = draw(kind, seeds(kind, 1)[0], default=True)
    for name in kind.params:
        for value in HOSTILE:
            made = attempt(lambda values: kind.parse(values), {name: value})
            if isinstance(made, ParamError):
                assert "Received: " in str(made)
                assert made.param == name
                continue
            outputs = attempt(made.shapes, inputs)
            if not isinstance(outputs, ShapeError):
                made.weights(inputs)
                made.flops(inputs, outputs)
                made.calls(inputs)
                made.card()


@every
def test_unknown_params_name_the_nearest(kind: type[NodeKind]) -> None:
    for name in kind.params:
        with pytest.raises(ParamError, match=rf'Did you mean "{name}"'):
            kind.parse({name + "_": 1})
    with pytest.raises(ParamError, match=f"is no parameter of {kind.title}"):
        kind.parse({"qqqq": 1})


@computing
def test_what_the_formulas_accept_torch_accepts(kind: type[NodeKind]) -> None:
    """Shapes of any rank, dtype and mixture at any port: a sentence, or torch computes it."""
    refused = 0
    for rng in seeds(kind, 60):
        made, _ = draw(kind, rng)
        pool = [form(rng) for form in FORMS] + [Shape(()), Shape((), dtype="int64"), Shape.batch(3, dtype="bool")]
        inputs = Inputs(
            {
                port.name: tuple(rng.choice(pool) for _ in range(rng.randint(2, 3) if port.many else 1))
                for port in made.input_ports()
                if not port.optional or rng.random() < 0.5
            }
        )
        outputs = attempt(made.shapes, inputs)
        if isinstance(outputs, ShapeError):
            refused += 1
            assert str(outputs).endswith(".")
            assert "Received" in str(outputs)
            assert outputs.suggestion.endswith(".")
            assert outputs.port in {port.name for port in made.input_ports()}
            continue
        results = computed(made, inputs, on_meta(inputs, 2), built(made, inputs, "meta"))
        assert {port: tuple(tensor.shape) for port, tensor in results.items()} == {
            port: sizes(shape, 2) for port, shape in outputs.items()
        }, (made, inputs.all())
    assert refused or kind.id in ("identity", "cast")


STOPS = {"detach", "linear_bias", "constant", "linspace", "noise_input"}
"""Layers that give no gradient, by their nature."""


def teaches(kind: NodeKind, inputs: Inputs) -> bool:
    """Whether a gradient can pass: decimals come out, and weights or decimals go in."""
    gives = any(shape.dtype == "float32" for shape in kind.shapes(inputs).values())
    return gives and (bool(kind.weights(inputs)) or any(shape.dtype == "float32" for shape in inputs.all()))


@computing
def test_a_training_step_reaches_every_weight(kind: type[NodeKind]) -> None:
    torch.manual_seed(0)
    drawn = (draw(kind, rng, default=True) for rng in seeds(kind, 50))
    found = next((case for case in drawn if teaches(*case)), None)
    if found is None:  # tokens go in, or truths come out
        return
    made, inputs = found
    layers, tensors = built(made, inputs), filled(inputs, 4, shares=kind.id in PROBABILITIES)
    weights = [weight for layer in layers.values() for weight in layer.parameters()]
    inflow = [t.requires_grad_() for group in tensors.values() for t in group if t.is_floating_point()]
    before = computed(made, inputs, tensors, layers)
    if not any(tensor.requires_grad for tensor in before.values()):
        assert kind.role == "metric" or kind.id in STOPS
        assert not weights
        return
    loss = sum((t * torch.randn_like(t)).sum() for t in before.values() if t.requires_grad)
    assert isinstance(loss, torch.Tensor)
    loss.backward()
    for tensor in (*weights, *inflow):
        if tensor.grad is not None:
            assert torch.isfinite(tensor.grad).all()
    assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in weights)
    assert any(tensor.grad is not None for tensor in (*weights, *inflow))


@every
def test_evaluation_gives_equal_numbers_twice(kind: type[NodeKind]) -> None:
    made, inputs = draw(kind, seeds(kind, 1)[0], default=True)
    layers, tensors = built(made, inputs), filled(inputs, 3, shares=kind.id in PROBABILITIES)
    for layer in layers.values():
        layer.eval()
    first, second = (computed(made, inputs, tensors, layers) for _ in range(2))
    for port, tensor in first.items():
        torch.testing.assert_close(tensor, second[port], rtol=0, atol=0, equal_nan=True)


def test_a_kind_without_a_call_says_so() -> None:
    class Bare(NodeKind):
        """Has no call."""

    with pytest.raises(NotImplementedError, match="Bare must define call or calls"):
        Bare().calls(Inputs.of(Shape.batch(1)))
