"""Documents with blocks: a residual stage, LSTM and GRU drawn from gates."""

from __future__ import annotations

from typing import Any

from engine.graph import Connect, Document, Edge, Promoted
from tests.support.drawing import Drawing

WIDTH = Promoted("width", 16, like="conv2d.out_channels")
MIDDLE = Promoted("middle", "= width // 2")


def residual(**params: Any) -> Drawing:
    """An image of 16 channels through a residual block, placed as `stage`."""
    drawing = Drawing("Residual stage")
    inner = drawing.block("residual", title="Residual", params=(WIDTH, MIDDLE))
    inner.add("entry", "block_input")
    inner.add("conv1", "conv2d", "entry", out_channels="= middle", kernel_size=3, padding=1)
    inner.add("relu1", "relu", "conv1")
    inner.add("conv2", "conv2d", "relu1", out_channels="= width", kernel_size=3, padding=1)
    inner.add("add1", "add", "conv2", "entry")
    inner.add("exit", "block_output", "add1")
    drawing.add("x", "input", shape=[16, 8, 8])
    drawing.add("stage", "block:residual", "x", **params)
    return drawing


def remember(inner: Drawing, state: str, source: str) -> None:
    """Feed a state with what it gives at the next step."""
    node, _, output = source.partition(".")
    inner.document.apply(Connect(Edge(node, output or "out", state, "next"), inner.graph))


def lstm_cell(drawing: Drawing, hidden: int, initial: str = "zeros") -> None:
    """The recurrent group `cell`: an LSTM drawn from gates; it gives `out` (all steps) and `last`."""
    inner = drawing.block("cell", title="LSTM cell", form="recurrent", params=(Promoted("hidden", hidden),))
    inner.add("entry", "block_input")
    inner.add("h", "state", shape=["= hidden"], initial=initial, name="h0")
    inner.add("c", "state", shape=["= hidden"], name="c0")
    for gate in ("i", "f", "g", "o"):
        inner.add(f"{gate}_x", "dense", "entry", out_features="= hidden")
        inner.add(f"{gate}_h", "dense", "h", out_features="= hidden")
        inner.add(f"{gate}_sum", "add", f"{gate}_x", f"{gate}_h")
        inner.add(gate, "tanh" if gate == "g" else "sigmoid", f"{gate}_sum")
    inner.add("keep", "multiply", "f", "c")
    inner.add("write", "multiply", "i", "g")
    inner.add("c_next", "add", "keep", "write")
    inner.add("squash", "tanh", "c_next")
    inner.add("h_next", "multiply", "o", "squash")
    remember(inner, "h", "h_next")
    remember(inner, "c", "c_next")
    inner.add("exit", "block_output", "h_next")
    inner.add("exit_last", "block_output", "h_next", name="last", give="last")


def lstm(features: int = 5, hidden: int = 7, initial: str = "zeros", **params: Any) -> Drawing:
    """A sequence through an LSTM drawn from gates, placed as `rnn`."""
    drawing = Drawing("LSTM from gates")
    lstm_cell(drawing, hidden, initial)
    drawing.add("x", "input", shape=[6, features])
    drawing.add("rnn", "block:cell", "x", **params)
    return drawing


def gru(features: int = 5, hidden: int = 7, **params: Any) -> Drawing:
    """A sequence through a GRU drawn from gates, placed as `rnn`."""
    drawing = Drawing("GRU from gates")
    inner = drawing.block("cell", title="GRU cell", form="recurrent", params=(Promoted("hidden", hidden),))
    inner.add("entry", "block_input")
    inner.add("h", "state", shape=["= hidden"])
    for gate in ("r", "z"):
        inner.add(f"{gate}_x", "dense", "entry", out_features="= hidden")
        inner.add(f"{gate}_h", "dense", "h", out_features="= hidden")
        inner.add(f"{gate}_sum", "add", f"{gate}_x", f"{gate}_h")
        inner.add(gate, "sigmoid", f"{gate}_sum")
    inner.add("n_x", "dense", "entry", out_features="= hidden")
    inner.add("n_h", "dense", "h", out_features="= hidden")
    inner.add("reset", "multiply", "r", "n_h")
    inner.add("n_sum", "add", "n_x", "reset")
    inner.add("n", "tanh", "n_sum")
    inner.add("change", "subtract", to={"a": "h", "b": "n"})
    inner.add("part", "multiply", "z", "change")
    inner.add("h_next", "add", "n", "part")
    remember(inner, "h", "h_next")
    inner.add("exit", "block_output", "h_next")
    drawing.add("x", "input", shape=[6, features])
    drawing.add("rnn", "block:cell", "x", **params)
    return drawing


def nested(document: Document | None = None) -> Drawing:
    """Two residual blocks within a stage of 3 repetitions, placed as `net`."""
    drawing = residual() if document is None else Drawing()
    outer = drawing.block("stage", title="Stage", params=(Promoted("channels", 16),))
    outer.add("entry", "block_input")
    outer.add("first", "block:residual", "entry", width="= channels")
    outer.add("norm", "batch_norm2d", "first")
    outer.add("second", "block:residual", "norm", width="= channels", middle=3)
    outer.add("exit", "block_output", "second")
    drawing.add("net", "block:stage", "stage", repeat=3)
    return drawing


def siamese(block: str = "treated", **params: Any) -> Drawing:
    """A block placed as `one`, and as `two` with its weights, each on an input of its own; `sum` joins them."""
    make, graph = {"treated": (treated, "twin"), "nested": (nested, "stage"), "cell": (lstm, "cell")}[block]
    drawing = make()
    shape = drawing.document.graph()["x"].params["shape"]
    drawing.add("left", "input", shape=shape)
    drawing.add("right", "input", shape=shape)
    drawing.add("two", f"block:{graph}", "right", share_with="one", **params)
    drawing.add("one", f"block:{graph}", "left", **params)
    drawing.add("sum", "add", "one", "two")
    return drawing


def treated(repeat: int = 1) -> Drawing:
    """A block whose layers start orthogonal, share weights and are in part frozen, and a learned state."""
    drawing = Drawing("Options inside a block")
    inner = drawing.block("twin")
    inner.add("entry", "block_input")
    inner.add("fc1", "dense", "entry", out_features=6, weight_init={"id": "orthogonal"}, l2=0.1)
    inner.add("fc2", "dense", "fc1", out_features=6, share_with="fc1")
    inner.add("fc3", "dense", "fc2", out_features=6, frozen=True, weight_norm="weight")
    inner.add("exit", "block_output", "fc3")
    drawing.add("x", "input", shape=[6])
    drawing.add("twins", "block:twin", "x", repeat=repeat)
    return drawing
