"""What torch does with every kind: gradients equal differences, export works, a compiled step learns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import torch
from torch import Tensor, nn

from engine.build import as_tuple, compile
from engine.catalog import Expr, Inputs, NodeKind, Weighted
from engine.nodes import standard_catalog
from engine.torchside.make import evaluate
from tests.contract.test_weighted_kinds import drawn
from tests.support.executed import feeds
from tests.support.kinds import draw
from tests.support.torch_side import PROBABILITIES, Tensors, built, filled, seeds

OTHER_GRADIENTS = {"bernoulli_sample", "gradient_reversal", "gradient_scale", "step", "straight_through"}
"""Kinds whose gradient is meant to be another than the slope."""

SINGLE = {"bce", "bce_with_logits", "cast", "focal", "huber"}
"""Kinds that compute in float32 whatever comes in."""

UNEVEN = {"ctc"}
"""Kinds that random targets drive to infinity."""

KINDS = sorted(standard_catalog(), key=lambda kind: kind.id)
COMPUTING = [kind for kind in KINDS if kind.role not in ("input", "target") and kind().input_ports()]
computing = pytest.mark.parametrize("kind", COMPUTING, ids=lambda kind: kind.id)
sloping = pytest.mark.parametrize(
    "kind", [kind for kind in COMPUTING if kind.id not in OTHER_GRADIENTS | UNEVEN], ids=lambda kind: kind.id
)
learning = pytest.mark.parametrize(
    "kind", [kind for kind in COMPUTING if issubclass(kind, Weighted)], ids=lambda kind: kind.id
)


class Alone(nn.Module):
    """The calls of one kind over a flat list of tensors."""

    def __init__(self, calls: Mapping[str, Expr], layers: Mapping[str, nn.Module], feeds: Tensors) -> None:
        super().__init__()
        self.layers = nn.ModuleDict({f"part_{part}": layer for part, layer in layers.items()})
        self.calls, self.counts = calls, {port: len(tensors) for port, tensors in feeds.items()}

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        left = list(tensors)
        given = {port: [left.pop(0) for _ in range(count)] for port, count in self.counts.items()}
        layers = {part.removeprefix("part_"): layer for part, layer in self.layers.items()}
        return tuple(evaluate(self.calls, layers, given).values())


def alone(kind: type[NodeKind]) -> tuple[Alone, list[Tensor]]:
    """A kind with its defaults in eval mode and tensors that it takes, without masks and lengths where it can."""
    made, drawn = draw(kind, seeds(kind, 1)[0], default=True)
    masks = {port.name for port in made.input_ports() if port.optional and port.name in drawn}
    masks = {name for name in masks if drawn[name].dtype != "float32"}
    inputs = Inputs({port: drawn.many(port) for port in drawn if port not in masks})
    given = filled(inputs, 2, shares=kind.id in PROBABILITIES)
    module = Alone(made.calls(inputs), built(made, inputs), given).eval()
    return module, [tensor for group in given.values() for tensor in group]


def slope(run: Callable[[], Tensor], points: list[Tensor], step: float) -> tuple[float, float]:
    """The slope of a number along a random direction: by gradients, and by a difference."""
    run().backward()
    ways = [torch.randn_like(point) for point in points]
    pairs = zip(points, ways, strict=True)
    by_gradient = sum((point.grad * way).sum().item() for point, way in pairs if point.grad is not None)
    found = []
    with torch.no_grad():
        for side in (1, -2):
            for point, way in zip(points, ways, strict=True):
                point += side * step * way
            found.append(run().item())
    return by_gradient, (found[0] - found[1]) / (2 * step)


@sloping
def test_gradients_are_the_slopes_of_what_is_computed(kind: type[NodeKind]) -> None:
    torch.manual_seed(0)
    single = kind.id in SINGLE
    module, tensors = alone(kind)
    if not single:
        module.double()
        tensors = [tensor.double() if tensor.is_floating_point() else tensor for tensor in tensors]
    points = [tensor.requires_grad_() for tensor in tensors if tensor.is_floating_point()]
    points += list(module.parameters())

    def run() -> Tensor:
        torch.manual_seed(1)  # for kinds that draw, and for how much each output counts
        outputs = [out for out in module(*tensors) if out.is_floating_point()]
        return sum((torch.randn(out.shape, dtype=out.dtype) * out).sum() for out in outputs)  # type: ignore[return-value]

    total = run()
    if not isinstance(total, Tensor) or not total.requires_grad:
        assert not list(module.parameters())
        return
    found, expected = slope(run, points, 1e-3 if single else 1e-6)
    assert found == pytest.approx(expected, rel=2e-2 if single else 1e-5, abs=1e-3 if single else 1e-6)


@computing
@pytest.mark.filterwarnings("ignore:The tensor attributes .*_flat_weights")
def test_torch_exports_it(kind: type[NodeKind]) -> None:
    module, tensors = alone(kind)
    program = torch.export.export(module, tuple(tensors), strict=False)
    torch.manual_seed(0)
    ours = module(*tensors)
    torch.manual_seed(0)
    for one, other in zip(ours, program.module()(*tensors), strict=True):
        torch.testing.assert_close(other, one, equal_nan=True)


@learning
def test_a_compiled_step_moves_every_weight(kind: type[NodeKind]) -> None:
    torch.manual_seed(0)
    compiled = compile(drawn(kind)[0], seed=0)
    network = compiled.network.train()
    before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    outputs = as_tuple(network(*feeds(compiled, batch=4)[0]))
    loss = sum((torch.randn_like(out) * out).sum() for out in outputs if out.requires_grad)
    if not before:
        return
    assert isinstance(loss, Tensor)
    loss.backward()
    torch.optim.SGD(network.parameters(), lr=0.1).step()
    for name, weight in network.named_parameters():
        assert torch.isfinite(weight).all(), name
        assert not torch.equal(weight, before[name]), name
