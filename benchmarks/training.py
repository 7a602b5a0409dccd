"""P2 and P9: a whole training with its instruments, into a run folder, against a plain PyTorch loop without any.

Both train the same network on the same data for the same epochs, validate after each, use the same
number of threads and the same allocator settings, and take turns in one process. Compiling and loading
are left out on both sides; checkpoints are in. Times are CPU time of the whole process, the writing
thread included, since other work on the machine would drown the difference.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.graph import Document, Edge, Node, file
from engine.runs import RunFolder, RunReader, RunWriter, environment
from engine.training import memory
from engine.training import run as runs
from engine.training.data import TrainingData
from engine.training.setup import build

EXAMPLES = Path(__file__).parents[1] / "examples"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
KINDS = ("Scalars", "LayerNorms", "FeatureMaps")


@dataclasses.dataclass(frozen=True)
class Case:
    """A document, and by hand the same network, optimizer, loss and accuracy; and how many epochs to train."""

    document: Document
    network: Callable[[], nn.Module]
    epochs: int
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.Adam
    criterion: Callable[[Tensor, Tensor], Tensor] = functional.cross_entropy
    accuracy: bool = True


def lenet() -> nn.Module:
    """LeNet-5 as the example draws it."""
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh()),
        *(nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh()),
        nn.Linear(84, 10),
    )


def mlp() -> nn.Module:
    """The tiny network of the spiral."""
    return nn.Sequential(
        *(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 16), nn.Tanh()),
        nn.Linear(16, 2),
    )


def small() -> nn.Module:
    """The network that the TensorFlow Playground trains: 2-8-8-1."""
    return nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0))


def playground() -> Document:
    """The Playground's case: 2 features, 500 points, batches of 10, SGD, and no number but the loss."""
    chain = [
        Node("points", "input", {"shape": [2]}),
        Node("hidden1", "dense", {"out_features": 8}),
        Node("tanh1", "tanh"),
        Node("hidden2", "dense", {"out_features": 8}),
        Node("tanh2", "tanh"),
        Node("logit", "dense", {"out_features": 1}),
    ]
    ends = [Node("label", "target"), Node("loss", "bce_with_logits")]
    wires = [Edge(one.id, "out", other.id, "in") for one, other in itertools.pairwise(chain)]
    wires += [Edge("logit", "out", "loss", "in"), Edge("label", "out", "loss", "target")]
    recipe = {
        "data": {"id": "playground", "params": {"pattern": "xor", "samples": 500}},
        "optimizer": {"id": "sgd", "params": {"lr": 0.03}},
        "batch_size": 10,
    }
    return Document.of([*chain, *ends], wires, recipe=recipe)


def example(name: str) -> Document:
    """An example that comes with Neuroloom."""
    return file.load(EXAMPLES / f"{name}.loom")


CASES = {
    "LeNet": Case(example("lenet_digits"), lenet, 15),
    "tiny MLP": Case(example("playground_spiral"), mlp, 100),
}
PLAYGROUND = Case(
    playground(),
    small,
    60,
    torch.optim.SGD,
    lambda logit, label: functional.binary_cross_entropy_with_logits(logit, label.float()),
    accuracy=False,
)


def ours(case: Case, folder: Path, threads: int) -> tuple[float, float, dict[str, int]]:
    """Seconds of our training loop, its final training loss, and how much it recorded."""
    run = RunFolder.create(folder, case.document, overrides={"epochs": case.epochs})
    with RunWriter(run) as writer:
        setup = build(run.document())
        loop = runs._loop(setup, writer, threads, None, attended=True)
        torch.set_num_threads(threads)
        start = time.process_time()
        loop.run()
        seconds = time.process_time() - start
    with RunReader(run) as reader:
        counts = {kind: len(reader.frames(kind)) for kind in KINDS[1:]}
        assert len(reader.series(["train/loss"], limit=None)["train/loss"].steps) == loop.step
    return seconds, loop.last["train/loss"], counts


def plain(case: Case, data: TrainingData, rate: float, batch: int, threads: int) -> tuple[float, float]:
    """Seconds of the loop that one writes by hand, and its final training loss."""
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    network = case.network()
    optimizer = case.optimizer(network.parameters(), lr=rate)
    x, y = data.train.inputs[0], data.train.targets[0]
    val_x, val_y = data.val.inputs[0], data.val.targets[0]
    start = time.process_time()
    for _ in range(case.epochs):
        rows = torch.randperm(len(x))
        for first in range(0, len(x), batch):
            chosen = rows[first : first + batch]
            optimizer.zero_grad()
            loss = case.criterion(network(x[chosen]), y[chosen])
            loss.backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            scores = network(val_x)
            case.criterion(scores, val_y).item()
            if case.accuracy:
                (scores.argmax(1) == val_y).float().mean().item()
        network.train()
    return time.process_time() - start, loss.item()


def measure(case: Case) -> dict[str, float]:
    """Median ratio of both, taking turns, and what the plain loop gives against itself."""
    setup = build(case.document)
    threads = runs._choose_threads(setup, None)
    rate, batch = setup.optimizer.param_groups[0]["lr"], setup.recipe.batch_size
    ratios, controls, times, counts = [], [], [], {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS + 1):
            before, _ = plain(case, setup.data, rate, batch, threads)
            seconds, _, counts = ours(case, Path(folder), threads)
            after, _ = plain(case, setup.data, rate, batch, threads)
            ratios.append(2 * seconds / (before + after))
            controls.append(after / before)
            times.append(before)
    steps = case.epochs * -(-setup.data.train.count // batch)
    seconds = statistics.median(times[1:])
    return {
        "ratio": round(statistics.median(ratios[1:]), 3),
        "control": round(statistics.median(controls[1:]), 3),
        "plain_ms_a_step": round(1e3 * seconds / steps, 3),
        "threads": threads,
        "norms_a_second": round(counts["LayerNorms"] / seconds, 1),
        "feature_maps_a_second": round(counts["FeatureMaps"] / seconds, 1),
    }


def main() -> None:
    """Print a line for each figure."""
    memory.tune()
    cases = {name: measure(case) for name, case in CASES.items()}
    tell(
        "P2",
        max(case["ratio"] for case in cases.values()),
        "CPU time of the plain loop, worse of two",
        "first: 1.10 LeNet, 1.15 tiny MLP; goal: 1.02, 1.03",
        cases,
    )
    found = measure(PLAYGROUND)
    tell(
        "P9",
        round(1 / found["ratio"], 3),
        "times the steps a second of the plain eager loop",
        "first: 1.0; goal: 50",
        {"2-8-8-1": found},
    )


def tell(id: str, figure: float, unit: str, against: str, cases: dict[str, dict[str, float]]) -> None:
    """Print one line."""
    facts = environment.describe()
    line = {
        "id": id,
        "figure": figure,
        "unit": unit,
        "against": against,
        "cases": cases,
        "machine": f"{facts['machine']}, {facts['cores']} cores",
        "versions": {"python": facts["python"], **facts["packages"]},
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
