"""P4: compiling a document of 500 nodes, and of 2,000, against building the same network by hand."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable

import torch
from torch import fx, nn

from engine.analysis import analyse
from engine.build import compile
from engine.graph import Document
from engine.nodes import standard_catalog
from engine.runs import environment
from engine.source import python_source
from tests.support import deep, handwritten, networks

ROUNDS = 9
DEPTHS = (3, 8, 55, 3)
"""Residual blocks by stage: with 64 to 512 channels, 498 nodes and 80 million weights."""
RESIDUAL = ("resnet", "resnet of blocks", "resnet152")


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def dense(width: int, blocks: int) -> tuple[Callable[[], Document], Callable[[], nn.Module]]:
    """Small dense layers, which cost little to make: what is left is the compiler's own time."""
    return (
        lambda: networks.dense_residual(width, blocks),
        lambda: handwritten.DenseResidual(width, blocks),
    )


CASES: dict[str, tuple[Callable[[], Document], Callable[[], nn.Module]]] = {
    "resnet": (lambda: networks.resnet(depths=DEPTHS), lambda: handwritten.ResNet(depths=DEPTHS)),
    "resnet of blocks": (lambda: deep.resnet(depths=DEPTHS), lambda: handwritten.ResNet(depths=DEPTHS)),
    "resnet152": (deep.resnet152, handwritten.ResNet152),
    "dense, width 256": dense(256, 99),
    "dense, width 64": dense(64, 99),
    "dense, width 64, 2,000 nodes": dense(64, 399),
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
        "figure": max(cases[case]["to_by_hand"] for case in RESIDUAL),
        "unit": "CPU time of compiling a residual network of 500 nodes / building the module by hand",
        "against": "first: 1.5; goal: 1.1",
        "cases": cases,
        "machine": f"{facts['machine']}, {facts['cores']} cores, one thread",
        "versions": {"python": facts["python"], **facts["packages"]},
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
