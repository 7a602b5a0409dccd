"""P3 with blocks: analysis after one edit inside or around blocks, and all else that a document of them costs."""

from __future__ import annotations

import json
from typing import Any

import torch

from benchmarks.analysis import after, milliseconds
from engine.analysis import Analyser, expanded, plan
from engine.build import compile
from engine.graph import Document, Edit, SetParams, text
from engine.nodes import standard_catalog
from engine.runs import environment
from engine.source import python_source
from tests.support import deep

TOWERS = 29
"""Of 700 nodes each: 20,000 in all."""


def _turns(node: str, param: str, *values: Any, graph: str = "main") -> list[Edit]:
    return [SetParams(node, {param: value}, graph=graph) for value in values]


CASES: dict[str, tuple[Document, dict[str, list[Edit]]]] = {
    "a block placed 50 times": (
        deep.placed(50),
        {
            "inside": _turns("a_conv", "bias", True, False, graph="plain"),
            "at one place": _turns("b25", "stride", 1, 2),
            "around": _turns("fc", "out_features", 10, 11),
        },
    ),
    "ResNet-152": (
        deep.resnet152(),
        {
            "inside": _turns("b_conv", "bias", True, False, graph="bottleneck"),
            "at one place": _turns("stage2", "repeat", 35, 34),
            "around": _turns("fc", "out_features", 10, 11),
        },
    ),
    "20,000 nodes": (
        deep.towers(TOWERS),
        {
            "inside": _turns("a_conv", "bias", True, False, graph="plain"),
            "in the middle": _turns("blocks", "repeat", 10, 9, graph="group"),
            "at one place": _turns("tower7", "repeat", 10, 9),
            "around": _turns("fc", "out_features", 10, 11),
        },
    ),
}


def measure(case: str) -> dict[str, float]:
    """Milliseconds of a first analysis, and of one after an edit."""
    document, edits = CASES[case]
    analyser = Analyser(standard_catalog())
    first = milliseconds(lambda: analyser.run(document))
    return {"first time": first, **{name: after(document, analyser, turns) for name, turns in edits.items()}}


def whole() -> dict[str, float]:
    """Milliseconds for 20,000 nodes: open, write, expand, compile, print as source, compute a batch."""
    document, catalog = deep.towers(TOWERS), standard_catalog()
    content = text.dumps(document)
    analysis = Analyser(catalog).run(document)
    compiled = compile(document, catalog, analysis)
    planned = plan(document, analysis, catalog)
    x = torch.zeros(2, 1, 8, 8)
    return {
        "nodes": len(compiled.plan.network.steps),
        "open": milliseconds(lambda: text.loads(content)),
        "write": milliseconds(lambda: text.dumps(document)),
        "expand": milliseconds(lambda: expanded(planned)),
        "compile": milliseconds(lambda: compile(document, catalog, analysis)),
        "source": milliseconds(lambda: python_source(document, catalog, analysis)),
        "forward": milliseconds(lambda: compiled.network(x)),
    }


def main() -> None:
    """Print one line."""
    torch.set_num_threads(1)
    analyse_twice = {case: measure(case) for case in CASES}
    facts = environment.describe()
    line = {
        "id": "P3, with blocks",
        "figure": max(analyse_twice["20,000 nodes"].values()),
        "unit": "ms of the slowest analysis of 20,000 nodes drawn in 48",
        "against": "goal: 100 ms",
        "cases": {**analyse_twice, "20,000 nodes, all else": whole()},
        "machine": f"{facts['machine']}, {facts['cores']} cores, one thread",
        "versions": {"python": facts["python"], **facts["packages"]},
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
