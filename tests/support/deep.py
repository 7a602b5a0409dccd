"""Networks drawn with blocks: residual networks, tokens read by an LSTM from gates, thousands of nodes in few."""

from __future__ import annotations

from engine.graph import Document, Promoted
from tests.support.blocks import lstm_cell
from tests.support.drawing import Drawing
from tests.support.networks import conv_norm

CHANNELS = Promoted("channels", 64, like="conv2d.out_channels")
STRIDE = Promoted("stride", 1, like="conv2d.out_channels")

Convolutions = tuple[tuple[str, int, int | str], ...]
"""Channels, kernel and stride of each convolution of a residual block."""

BASIC: Convolutions = (("= channels", 3, "= stride"), ("= channels", 3, 1))
BOTTLENECK: Convolutions = (("= channels", 1, 1), ("= channels", 3, "= stride"), ("= channels * 4", 1, 1))


def resnet(width: int = 64, depths: tuple[int, ...] = (2, 2, 2, 2), size: int = 32) -> Document:
    """That of `networks.resnet` with each residual block placed."""
    drawing = Drawing("ResNet of blocks")
    _residual(drawing, "plain", BASIC, wider=False)
    _residual(drawing, "wider", BASIC, wider=True)
    drawing.add("image", "input", shape=[3, size, size])
    last = drawing.add("stem_relu", "relu", conv_norm(drawing, "stem", "image", width, 3, 1))
    for stage, depth in enumerate(depths):
        for place in range(depth):
            name, channels = f"stage{stage}_{place}", width * 2**stage
            if stage and not place:
                last = drawing.add(name, "block:wider", last, channels=channels, stride=2)
            else:
                last = drawing.add(name, "block:plain", last, channels=channels)
    last = drawing.add("pool", "global_avg_pool2d", last)
    return drawing.classify(drawing.add("fc", "dense", last, out_features=10))


def resnet152(size: int = 224, classes: int = 1000) -> Document:
    """ResNet-152 (He et al. 2016) with the stride in the 3×3 convolution, its stages two blocks each."""
    drawing = Drawing("ResNet-152")
    _residual(drawing, "bottleneck", BOTTLENECK, wider=False)
    _residual(drawing, "projected", BOTTLENECK, wider=True)
    drawing.add("image", "input", shape=[3, size, size])
    drawing.add("stem_relu", "relu", conv_norm(drawing, "stem", "image", 64, 7, 2))
    last = drawing.add("stem_pool", "max_pool2d", "stem_relu", kernel_size=3, stride=2, padding=1)
    for stage, depth in enumerate((3, 8, 36, 3)):
        sizes = {"channels": 64 * 2**stage, "stride": 2 if stage else 1}
        last = drawing.add(f"first{stage}", "block:projected", last, **sizes)
        last = drawing.add(f"stage{stage}", "block:bottleneck", last, channels=64 * 2**stage, repeat=depth - 1)
    last = drawing.add("pool", "global_avg_pool2d", last)
    return drawing.classify(drawing.add("fc", "dense", last, out_features=classes))


def placed(count: int, width: int = 16) -> Document:
    """One residual block, placed so many times."""
    drawing = Drawing("Placed")
    _residual(drawing, "plain", BASIC, wider=False)
    drawing.add("image", "input", shape=[1, 8, 8])
    last = drawing.add("stem", "conv2d", "image", out_channels=width)
    for place in range(count):
        last = drawing.add(f"b{place}", "block:plain", last, channels=width)
    drawing.add("flat", "flatten", last)
    return drawing.classify(drawing.add("fc", "dense", "flat", out_features=10))


def towers(count: int, repeat: int = 10, width: int = 16) -> Document:
    """Towers of repeated groups of repeated residual blocks: about 70·`repeat`·`count` nodes once expanded."""
    drawing = Drawing("Towers")
    _residual(drawing, "plain", BASIC, wider=False)
    group = drawing.block("group", params=(CHANNELS,))
    group.add("entry", "block_input")
    group.add("blocks", "block:plain", "entry", channels="= channels", repeat=10)
    group.add("exit", "block_output", "blocks")
    drawing.add("image", "input", shape=[1, 8, 8])
    last = drawing.add("stem", "conv2d", "image", out_channels=width)
    for place in range(count):
        last = drawing.add(f"tower{place}", "block:group", last, channels=width, repeat=repeat)
    drawing.add("flat", "flatten", last)
    return drawing.classify(drawing.add("fc", "dense", "flat", out_features=10))


def lstm(steps: int = 32, tokens: int = 100, width: int = 64) -> Document:
    """That of `networks.lstm` with the LSTM drawn from gates."""
    drawing = Drawing("LSTM from gates")
    lstm_cell(drawing, width)
    drawing.add("tokens", "input", shape=[steps], dtype="int64")
    drawing.add("embed", "embedding", "tokens", num_embeddings=tokens, embedding_dim=width)
    drawing.add("read", "block:cell", "embed")
    return drawing.classify(drawing.add("fc", "dense", "read.last", out_features=10))


def _residual(drawing: Drawing, name: str, convolutions: Convolutions, *, wider: bool) -> None:
    """A block of convolutions; where it is `wider`, the skip past them is a convolution too."""
    inner = drawing.block(name, params=(CHANNELS, STRIDE))
    last = inner.add("entry", "block_input")
    for letter, (channels, kernel, stride) in zip("abc", convolutions, strict=False):
        if last != "entry":
            last = inner.add(f"relu_{letter}", "relu", last)
        last = conv_norm(inner, letter, last, channels, kernel, stride)
    skip = conv_norm(inner, "skip", "entry", convolutions[-1][0], 1, "= stride") if wider else "entry"
    inner.add("relu", "relu", inner.add("sum", "add", last, skip))
    inner.add("exit", "block_output", "relu")
