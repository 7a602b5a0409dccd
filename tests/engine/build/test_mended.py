"""What fixes make of a document computes what it should."""

from __future__ import annotations

import torch

from engine.analysis import Fix, analyse
from engine.build import compile
from engine.graph import Document
from tests.support.broken import broken


def fixed(name: str, code: str) -> tuple[Document, Fix]:
    document = broken(name)
    (found,) = (each for each in analyse(document).diagnostics if each.code == code)
    document.apply(found.fixes[0].edit)
    return document, found.fixes[0]


def test_a_cycle_made_a_group_remembers_what_it_gave_a_step_before() -> None:
    """h[t] = tanh(W·(x[t], h[t−1]) + b), h[−1] = 0 (Elman 1990), written as a loop."""
    document, _ = fixed("cycle", "cycle")
    network = compile(document).network
    weights = network.state_dict()
    (w, b), (v, c) = (
        [weights[next(key for key in weights if key.endswith(f"{layer}.{part}"))] for part in ("weight", "bias")]
        for layer in ("h", "o")
    )
    x = torch.randn(3, 10, 8)
    state, steps = torch.zeros(3, 32), []
    for t in range(10):
        state = torch.tanh(torch.cat([x[:, t], state], 1) @ w.T + b)
        steps.append(state @ v.T + c)
    torch.testing.assert_close(network(x), torch.stack(steps, 1))


def test_a_projected_skip_is_added_to_the_way_it_skips() -> None:
    """y = F(x) + W·x with W a convolution of one pixel and stride 2 (He et al. 2015, equation 2)."""
    document, _ = fixed("skip, fewer channels", "shape")
    network = compile(document).network
    weights, x = network.state_dict(), torch.randn(2, 16, 32, 32)
    way = torch.nn.functional.conv2d(x, weights["c.weight"], weights["c.bias"], stride=2, padding=1)
    skip = torch.einsum("oc,nchw->nohw", weights["conv2d1.weight"][:, :, 0, 0], x[:, :, ::2, ::2])
    torch.testing.assert_close(network(x), way + skip + weights["conv2d1.bias"][:, None, None])
