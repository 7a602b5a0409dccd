"""P4: compiling a document of 500 nodes against building the same network by hand."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, fx, nn

from engine.analysis import analyse
from engine.build import compile
from engine.graph import Document
from engine.nodes import standard_catalog
from engine.runs import environment
from engine.source import python_source
from tests.support import handwritten, networks
from tests.support.drawing import Drawing

BLOCKS, ROUNDS = 99, 9
DEPTHS = (3, 8, 55, 3)
"""Residual blocks by stage: with 64 to 512 channels, 498 nodes and 80 million weights."""


def document(width: int) -> Document:
    """Residual blocks of five nodes each; 500 nodes with the input and the ends."""
    drawing = Drawing("Five hundred")
    last = drawing.add("x", "input", shape=[width])
    for number in range(BLOCKS):
        drawing.add(f"norm{number}", "layer_norm", last)
        drawing.add(f"up{number}", "dense", f"norm{number}", out_features=width)
        drawing.add(f"relu{number}", "relu", f"up{number}")
        drawing.add(f"down{number}", "dense", f"relu{number}", out_features=width)
        last = drawing.add(f"sum{number}", "add", last, f"down{number}")
    return drawing.classify(drawing.add("fc", "dense", last, out_features=10))


class Block(nn.Module):
    """One residual block."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, width)
        self.down = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width) → (N, width)."""
        return x + self.down(torch.relu(self.up(self.norm(x))))


def by_hand(width: int) -> nn.Module:
    """The same network."""
    return nn.Sequential(*(Block(width) for _ in range(BLOCKS)), nn.Linear(width, 10))


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


CASES: dict[str, tuple[Callable[[], Document], Callable[[], nn.Module]]] = {
    "resnet": (lambda: networks.resnet(depths=DEPTHS), lambda: handwritten.ResNet(depths=DEPTHS)),
    "dense, width 256": (lambda: document(256), lambda: by_hand(256)),
    "dense, width 64": (lambda: document(64), lambda: by_hand(64)),
}


def measure(case: str) -> dict[str, float]:
    """Ratios of compiling to building by hand, plain and traced to a graph module; and median milliseconds."""
    draw, build = CASES[case]
    drawn, catalog = draw(), standard_catalog()
    analysis = analyse(drawn, catalog)
    works: dict[str, Callable[[], object]] = {
        "compile": lambda: compile(drawn),
        "by_hand": build,
        "traced": lambda: fx.symbolic_trace(build()),
        "analysed": lambda: compile(drawn, catalog, analysis),
        "source": lambda: python_source(drawn, catalog, analysis),
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            gc.collect()  # a graph module lies on cycles; its memory counts against whoever builds next
            times[name].append(seconds(work))
    ratios = {f"to_{name}": _ratio(times["compile"], times[name]) for name in ("by_hand", "traced")}
    return {
        **ratios,
        **{f"{name}_ms": round(1e3 * statistics.median(values), 1) for name, values in times.items()},
    }


def _ratio(mine: list[float], theirs: list[float]) -> float:
    return round(statistics.median(a / b for a, b in zip(mine, theirs, strict=True)), 2)


def main() -> None:
    """Print one line."""
    torch.set_num_threads(1)
    cases = {case: measure(case) for case in CASES}
    facts = environment.describe()
    line = {
        "id": "P4",
        "figure": cases["resnet"]["to_by_hand"],
        "unit": "CPU time of compiling a ResNet of 498 nodes / building the module by hand",
        "against": "first: 1.5; goal: 1.1",
        "cases": cases,
        "machine": f"{facts['machine']}, {facts['cores']} cores, one thread",
        "versions": {"python": facts["python"], **facts["packages"]},
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
