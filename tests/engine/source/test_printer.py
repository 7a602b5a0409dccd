"""Source reads as one would write it, needs no torch, and holds no syntax but ours."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BuildError
from engine.graph import Document, SetMeta, SetParams, SetRecipe
from engine.source import python_source
from tests.support import networks
from tests.support.drawing import Drawing
from tests.support.executed import assert_source_agrees, execute
from tests.support.graphs import grow

LENET = '''"""LeNet"""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Net(nn.Module):
    """LeNet

    Takes:
        image: (N, 1, 8, 8)
    Returns:
        fc: (N, 10)
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=6, kernel_size=5, padding=2)
        self.fc = nn.Linear(in_features=96, out_features=10)

    def forward(self, image: Tensor) -> Tensor:
        conv1 = self.conv1(image)
        tanh1 = torch.tanh(conv1)
        pool1 = F.avg_pool2d(tanh1, kernel_size=2, stride=2)
        flat = torch.flatten(pool1, 1)
        fc = self.fc(flat)
        return fc


def criterion(fc: Tensor, label: Tensor) -> dict[str, Tensor]:
    """Losses and metrics by name, each a single number."""
    loss = F.cross_entropy(fc, label)
    accuracy = torch.mean(torch.eq(torch.argmax(fc, 1), label), dtype=torch.float32)
    return {"loss": loss, "accuracy": accuracy}


def train(net: Net, batches: Iterable[tuple[Tensor, ...]], epochs: int = 3) -> None:
    """Follow the gradient of the loss over batches of (image, label)."""
    optimizer = torch.optim.SGD(
        net.parameters(), lr=0.01, momentum=0.9, nesterov=False, weight_decay=0.0
    )
    net.train()
    for _ in range(epochs):
        for image, label in batches:
            optimizer.zero_grad()
            scores = criterion(net(image), label)
            loss = scores["loss"]
            loss.backward()
            optimizer.step()
'''


def small_lenet() -> Document:
    drawing = Drawing("LeNet", epochs=3, optimizer={"id": "sgd", "params": {"momentum": 0.9}})
    drawing.add("image", "input", shape=[1, 8, 8])
    last = drawing.chain(
        "image",
        ("conv1", "conv2d", {"out_channels": 6, "kernel_size": 5, "padding": 2}),
        ("tanh1", "tanh", {}),
        ("pool1", "avg_pool2d", {}),
        ("flat", "flatten", {}),
        ("fc", "dense", {"out_features": 10}),
    )
    return drawing.classify(last)


def test_source_reads_as_one_would_write_it() -> None:
    assert python_source(small_lenet()) == LENET


def test_exported_training_learns() -> None:
    names = execute(python_source(small_lenet()))
    torch.manual_seed(0)
    net, images, labels = names["Net"](), torch.randn(20, 1, 8, 8), torch.randint(0, 10, (20,))
    first = names["criterion"](net(images), labels)["loss"].item()
    names["train"](net, [(images, labels)] * 20)
    assert names["criterion"](net(images), labels)["loss"].item() < first / 2


def test_sums_are_infix_and_branches_keep_their_names() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[6])
    drawing.add("halves", "split", "x", chunks=2)
    drawing.add("total", "add", "halves.out1", "halves.out2", "halves.out1")
    drawing.add("scaled", "multiply", "total", "halves.out2")
    source = python_source(drawing.document)
    assert "        halves_chunk = torch.chunk(x, 2, dim=1)\n" in source
    assert "        halves_out1 = halves_chunk[0]\n" in source
    assert "        total = halves_out1 + halves_out2 + halves_out1\n" in source
    assert "        scaled = total * halves_out2\n" in source
    assert "class Net(nn.Module):" in source
    assert "__init__" not in source
    assert_source_agrees(drawing.document)


def test_layers_that_torch_lacks_are_copied() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[5, 4])
    drawing.add("where", "positional_encoding", "x")
    source = python_source(drawing.document)
    assert "class SinusoidalPositions(nn.Module):" in source
    assert "engine" not in source
    assert_source_agrees(drawing.document)


def test_a_criterion_with_layers_is_a_module() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[4])
    drawing.add("fc", "dense", "x", out_features=3)
    drawing.add("y", "target", shape=[2], dtype="float32")
    drawing.add("lift", "dense", "y", out_features=3)
    drawing.add("loss", "mse", to={"in": "fc", "target": "lift"})
    source = python_source(drawing.document)
    assert "class Criterion(nn.Module):" in source
    assert "def forward(self, fc: Tensor, y: Tensor) -> dict[str, Tensor]:" in source
    names = execute(source)
    names["train"](names["Net"](), [(torch.zeros(5, 4), torch.zeros(5, 2))])


def test_nodes_may_have_the_names_that_source_uses() -> None:
    drawing = Drawing()
    drawing.add("F", "input", shape=[4])
    drawing.add("Net", "gelu", "F")
    drawing.add("criterion", "dense", "Net", out_features=2)
    drawing.add("optimizer", "target", shape=[2], dtype="float32")
    drawing.add("net", "mse", to={"in": "criterion", "target": "optimizer"})
    assert_source_agrees(drawing.document)
    names = execute(python_source(drawing.document))
    names["train"](names["Net"](), [(torch.zeros(3, 4), torch.zeros(3, 2))])


def test_no_training_without_a_known_recipe() -> None:
    document = small_lenet()
    assert "def train" not in python_source(document, training=False)
    document.apply(SetRecipe({"optimizer": {"id": "absent"}}))
    assert "def train" not in python_source(document)
    document.apply(SetRecipe({"epochs": "many"}))
    assert "def criterion" in python_source(document)
    assert "def train" not in python_source(document)


def test_a_node_in_error_is_named() -> None:
    document = small_lenet()
    document.apply(SetParams("conv1", {"out_channels": 0}))
    with pytest.raises(BuildError, match="conv1"):
        python_source(document)


def test_torch_is_not_imported_to_print() -> None:
    program = (
        "import sys\n"
        "from engine.graph import file as files\n"
        "from engine.source import python_source\n"
        "from pathlib import Path\n"
        "assert 'class Net' in python_source(files.load(Path(sys.argv[1])))\n"
        "assert not {'torch', 'PySide6', 'sklearn'} & set(sys.modules)\n"
    )
    root = Path(__file__).parents[3]
    example = root / "examples" / "lenet_digits.loom"
    subprocess.run([sys.executable, "-c", program, str(example)], cwd=root, check=True, timeout=60)


FORM = frozenset(
    """
    Module Expr Constant Import ImportFrom alias ClassDef FunctionDef arguments arg Name Load Store Attribute Call
    Div Pow Compare Gt GtE Lt LtE Eq NotEq
    keyword Assign Tuple List Subscript BinOp Add Sub Mult MatMult UnaryOp USub Return Dict For Starred
    GeneratorExp comprehension Slice
    """.split()
)
"""The node types that we print."""


def assert_only_ours(source: str) -> None:
    tree = ast.parse(source)
    assert {type(node).__name__ for node in ast.walk(tree)} <= FORM
    assert {type(statement).__name__ for statement in tree.body} <= {
        "Expr",
        "Import",
        "ImportFrom",
        "ClassDef",
        "FunctionDef",
    }
    imported = [
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert set(imported) <= {"collections.abc", "math", "torch", "torch.nn", "torch.nn.functional", "typing"}


HOSTILE = (
    '"""\nimport os\n"""',
    "\\",
    '"',
    "'''",
    "\r\nimport os",
    "\u2028import os",
    "{0}",
    "\x0cimport os",
    "\u202e",
)


@settings(deadline=None, max_examples=60)
@given(st.text() | st.sampled_from(HOSTILE), st.text() | st.sampled_from(HOSTILE))
def test_title_and_notes_add_no_syntax(title: str, notes: str) -> None:
    document = small_lenet()
    document.apply(SetMeta(title, notes))
    source = python_source(document)
    assert_only_ours(source)
    shape = [type(node) for node in ast.walk(ast.parse(source))]
    assert shape == [type(node) for node in ast.walk(ast.parse(LENET))]


@pytest.mark.parametrize("value", [*HOSTILE, "1); import os; (", "__import__('os')", ["1"], {"a": 1}, 1e308, None])
def test_parameters_add_no_syntax(value: Any) -> None:
    """A value is refused, or printed as the constant that it is."""
    for node, param in (("conv1", "padding"), ("fc", "bias"), ("image", "field"), ("conv1", "kernel_size")):
        document = small_lenet()
        document.apply(SetParams(node, {param: value}))
        try:
            source = python_source(document)
        except BuildError:
            continue
        assert_only_ours(source)


@pytest.mark.parametrize("seed", range(30))
def test_random_graphs_print_only_our_syntax(seed: int) -> None:
    assert_only_ours(_without_copies(python_source(grow(seed, 12))))


def _without_copies(source: str) -> str:
    """The source without the layers that were copied, whose text is our own."""
    head, _, rest = source.partition("\n\n\n")
    head = head.replace("from __future__ import annotations\n", "")
    return head + "\n\n\n" + rest[rest.index("class Net(") :]


def test_source_is_stable() -> None:
    document = networks.encoder(6, 16, 4, 1)
    assert python_source(document) == python_source(document.copy())
