"""Networks drawn as documents, each with a hand-written twin in `tests.support.handwritten`."""

from __future__ import annotations

from engine.graph import Document
from tests.support.drawing import Drawing


def mlp(width: int = 64, classes: int = 10) -> Document:
    """Three dense layers."""
    drawing = Drawing("MLP")
    drawing.add("x", "input", shape=[width])
    last = drawing.chain(
        "x",
        ("fc1", "dense", {"out_features": 2 * width}),
        ("relu1", "relu", {}),
        ("fc2", "dense", {"out_features": width}),
        ("relu2", "relu", {}),
        ("fc3", "dense", {"out_features": classes}),
    )
    return drawing.classify(last)


def lenet() -> Document:
    """LeNet-5 for images of 28×28: 61,706 parameters."""
    drawing = Drawing("LeNet-5")
    drawing.add("image", "input", shape=[1, 28, 28])
    last = drawing.chain(
        "image",
        ("conv1", "conv2d", {"out_channels": 6, "kernel_size": 5, "padding": 2}),
        ("tanh1", "tanh", {}),
        ("pool1", "avg_pool2d", {}),
        ("conv2", "conv2d", {"out_channels": 16, "kernel_size": 5}),
        ("tanh2", "tanh", {}),
        ("pool2", "avg_pool2d", {}),
        ("flat", "flatten", {}),
        ("fc1", "dense", {"out_features": 120}),
        ("tanh3", "tanh", {}),
        ("fc2", "dense", {"out_features": 84}),
        ("tanh4", "tanh", {}),
        ("fc3", "dense", {"out_features": 10}),
    )
    return drawing.classify(last)


def resnet(width: int = 64, depths: tuple[int, ...] = (2, 2, 2, 2), size: int = 32) -> Document:
    """A residual network for small images; with its defaults a ResNet-18 of CIFAR."""
    drawing = Drawing("ResNet")
    drawing.add("image", "input", shape=[3, size, size])
    last = conv_norm(drawing, "stem", "image", width, 3, 1)
    last = drawing.add("stem_relu", "relu", last)
    channels = width
    for stage, depth in enumerate(depths):
        for block in range(depth):
            out, stride = width * 2**stage, 2 if stage and not block else 1
            last = _residual(drawing, f"stage{stage}_{block}", last, channels, out, stride)
            channels = out
    last = drawing.add("pool", "global_avg_pool2d", last)
    return drawing.classify(drawing.add("fc", "dense", last, out_features=10))


def conv_norm(
    drawing: Drawing, name: str, source: str, channels: int | str, kernel: int, stride: int | str
) -> str:
    """A convolution without bias, with half its kernel as border, and batch norm; returns the latter's id."""
    padding = kernel // 2
    conv = {"out_channels": channels, "kernel_size": kernel, "stride": stride, "padding": padding, "bias": False}
    drawing.add(f"{name}_conv", "conv2d", source, **conv)
    return drawing.add(f"{name}_norm", "batch_norm2d", f"{name}_conv")


def _residual(drawing: Drawing, name: str, source: str, channels: int, out: int, stride: int) -> str:
    first = conv_norm(drawing, f"{name}_a", source, out, 3, stride)
    second = conv_norm(drawing, f"{name}_b", drawing.add(f"{name}_relu1", "relu", first), out, 3, 1)
    skip = source
    if stride != 1 or channels != out:
        skip = conv_norm(drawing, f"{name}_skip", source, out, 1, stride)
    return drawing.add(f"{name}_relu2", "relu", drawing.add(f"{name}_sum", "add", second, skip))


def inception(channels: int = 32, size: int = 16) -> Document:
    """One Inception block (branches of 1×1, 3×3, 5×5 and pooling) with a head."""
    drawing = Drawing("Inception block")
    drawing.add("image", "input", shape=[channels, size, size])
    ends = []
    for name, kernel in (("one", 1), ("three", 3), ("five", 5)):
        source = "image"
        if kernel > 1:
            reduce = drawing.add(f"{name}_reduce", "conv2d", source, out_channels=channels // 2, kernel_size=1)
            source = drawing.add(f"{name}_mid", "relu", reduce)
        conv = {"out_channels": channels, "kernel_size": kernel, "padding": kernel // 2}
        drawing.add(f"{name}_conv", "conv2d", source, **conv)
        ends.append(drawing.add(f"{name}_relu", "relu", f"{name}_conv"))
    drawing.add("pool", "max_pool2d", "image", kernel_size=3, stride=1, padding=1)
    drawing.add("pool_conv", "conv2d", "pool", out_channels=channels, kernel_size=1)
    ends.append(drawing.add("pool_relu", "relu", "pool_conv"))
    drawing.add("join", "concat", *ends)
    drawing.add("mean", "global_avg_pool2d", "join")
    return drawing.classify(drawing.add("fc", "dense", "mean", out_features=10))


def encoder(steps: int = 32, width: int = 64, heads: int = 4, layers: int = 2) -> Document:
    """A transformer encoder, norm first, over a sequence of features."""
    drawing = Drawing("Transformer encoder")
    last = drawing.add("x", "input", shape=[steps, width])
    for number in range(layers):
        drawing.add(f"attn_norm{number}", "layer_norm", last)
        drawing.add(
            f"attn{number}",
            "multihead_attention",
            to={"query": f"attn_norm{number}"},
            num_heads=heads,
            need_weights=False,
        )
        last = drawing.add(f"attn_sum{number}", "add", last, f"attn{number}")
        drawing.add(f"mlp_norm{number}", "layer_norm", last)
        drawing.add(f"up{number}", "dense", f"mlp_norm{number}", out_features=4 * width)
        drawing.add(f"gelu{number}", "gelu", f"up{number}")
        drawing.add(f"down{number}", "dense", f"gelu{number}", out_features=width)
        last = drawing.add(f"mlp_sum{number}", "add", last, f"down{number}")
    drawing.add("norm", "layer_norm", last)
    drawing.add("pooled", "mean", "norm", dim=1)
    return drawing.classify(drawing.add("fc", "dense", "pooled", out_features=10))


def lstm(steps: int = 32, tokens: int = 100, width: int = 64) -> Document:
    """Tokens embedded, read by an LSTM, judged by its last state."""
    drawing = Drawing("LSTM")
    drawing.add("tokens", "input", shape=[steps], dtype="int64")
    drawing.add("embed", "embedding", "tokens", num_embeddings=tokens, embedding_dim=width)
    drawing.add("read", "lstm", "embed", hidden_size=width)
    drawing.add("last", "select", "read", dim=1, index=-1)
    return drawing.classify(drawing.add("fc", "dense", "last", out_features=10))


def dense_residual(width: int = 64, blocks: int = 99) -> Document:
    """Residual blocks of five nodes each, and an end of five nodes more."""
    drawing = Drawing("Dense residual blocks")
    last = drawing.add("x", "input", shape=[width])
    for number in range(blocks):
        name = f"blocks_{number}"
        drawing.add(f"{name}_norm", "layer_norm", last)
        drawing.add(f"{name}_up", "dense", f"{name}_norm", out_features=width)
        drawing.add(f"{name}_relu", "relu", f"{name}_up")
        drawing.add(f"{name}_down", "dense", f"{name}_relu", out_features=width)
        last = drawing.add(f"{name}_sum", "add", last, f"{name}_down")
    return drawing.classify(drawing.add("fc", "dense", last, out_features=10))
