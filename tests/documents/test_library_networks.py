"""Networks of the literature, put together from the library's blocks, have the parameters that are published."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.analysis import analyse
from tests.support.library import Sketch, placed

STAGES = (64, 128, 256, 512)


def image_stem(sketch: Sketch) -> str:
    """A 7×7 convolution and a pool, which quarter a picture."""
    sketch.add("x", "input", shape=[3, 224, 224])
    return sketch.chain(
        "x",
        ("stem", "conv2d", {"out_channels": 64, "kernel_size": 7, "stride": 2, "padding": 3, "bias": False}),
        ("stem_bn", "batch_norm2d", {}),
        ("stem_relu", "relu", {}),
        ("pool", "max_pool2d", {"kernel_size": 3, "stride": 2, "padding": 1}),
    )


def head(sketch: Sketch, end: str, classes: int = 1000) -> Sketch:
    """The mean of each channel, and a score for each class."""
    sketch.chain(end, ("mean", "global_avg_pool2d", {}), ("scores", "dense", {"out_features": classes}))
    return sketch


def resnet(depths: tuple[int, ...], block: str, first: bool) -> Sketch:
    """A residual network; `first`: the first stage begins with a projection too."""
    sketch = Sketch()
    end = image_stem(sketch)
    for place, (width, depth) in enumerate(zip(STAGES, depths, strict=True)):
        down = place > 0 or first
        if down:
            stride = 2 if place else 1
            end = sketch.block_of(f"down{place}", f"{block}_down", end, width=width, stride=stride)
        end = sketch.block_of(f"stage{place}", block, end, width=width, repeat=depth - down)
    return head(sketch, end)


def resnext50() -> Sketch:
    sketch = Sketch()
    end = image_stem(sketch)
    for place, (width, depth) in enumerate(zip(STAGES, (3, 4, 6, 3), strict=True)):
        channels = {"out_channels": 4 * width}
        stride = 2 if place else 1
        end = sketch.block_of(f"down{place}", "resnext_bottleneck_down", end, stride=stride, **channels)
        end = sketch.block_of(f"stage{place}", "resnext_bottleneck", end, repeat=depth - 1, **channels)
    return head(sketch, end)


def densenet121() -> Sketch:
    sketch = Sketch()
    end, channels = image_stem(sketch), 64
    for place, layers in enumerate((6, 12, 24, 16)):
        end = sketch.block_of(f"dense{place}", "dense_block", end, layers=layers)
        channels += layers * 32
        if place < 3:
            channels //= 2
            end = sketch.block_of(f"narrow{place}", "dense_transition", end, out_channels=channels)
    return head(sketch, sketch.chain(end, ("norm", "batch_norm2d", {}), ("relu", "relu", {})))


def mobilenet() -> Sketch:
    sketch = Sketch()
    sketch.add("x", "input", shape=[3, 224, 224])
    end = sketch.block_of("stem", "conv_bn_relu", "x", out_channels=32, stride=2)
    widths = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
    for place, width in enumerate(widths):
        stride = 2 if place in (1, 3, 5, 11) else 1
        end = sketch.block_of(f"s{place}", "separable_block", end, out_channels=width, stride=stride)
    return head(sketch, end)


def mobilenet_v2() -> Sketch:
    """The first bottleneck widens nothing (t = 1), so it is drawn without that convolution."""
    sketch = Sketch()
    sketch.add("x", "input", shape=[3, 224, 224])
    end = sketch.block_of("stem", "conv_bn_relu", "x", out_channels=32, stride=2)
    end = sketch.chain(
        end,
        ("first", "depthwise_conv2d", {"kernel_size": 3, "padding": 1, "bias": False}),
        ("first_bn", "batch_norm2d", {}),
        ("first_relu", "relu6", {}),
        ("narrow", "conv2d", {"out_channels": 16, "kernel_size": 1, "bias": False}),
        ("narrow_bn", "batch_norm2d", {}),
    )
    before = 16
    stages = ((24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1))
    for place, (width, depth, stride) in enumerate(stages):
        channels = {"in_channels": before, "out_channels": width}
        end = sketch.block_of(f"down{place}", "inverted_residual_down", end, stride=stride, **channels)
        if depth > 1:
            end = sketch.block_of(f"stage{place}", "inverted_residual", end, width=width, repeat=depth - 1)
        before = width
    return head(sketch, sketch.block_of("last", "conv_bn_relu", end, out_channels=1280, kernel_size=1))


GOOGLENET = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""Table 1 of Szegedy et al. 2015."""
COLUMNS = ("ch1x1", "ch3x3red", "ch3x3", "ch5x5red", "ch5x5", "pool_proj")


def googlenet() -> Sketch:
    sketch = Sketch()
    sketch.add("x", "input", shape=[3, 224, 224])
    half = {"kernel_size": 3, "stride": 2, "padding": 1}
    end = sketch.chain(
        "x",
        ("conv1", "conv2d", {"out_channels": 64, "kernel_size": 7, "stride": 2, "padding": 3}),
        ("pool1", "max_pool2d", half),
        ("conv2_red", "conv2d", {"out_channels": 64, "kernel_size": 1}),
        ("conv2", "conv2d", {"out_channels": 192, "padding": 1}),
        ("pool2", "max_pool2d", half),
    )
    for name, row in GOOGLENET.items():
        end = sketch.block_of(f"m{name}", "inception_v1", end, **dict(zip(COLUMNS, row, strict=True)))
        if name in ("3b", "4e"):
            end = sketch.add(f"pool{name}", "max_pool2d", end, **half)
    return head(sketch, end)


def inception_v3() -> Sketch:
    """Without the auxiliary head."""
    sketch = Sketch()
    sketch.add("x", "input", shape=[3, 299, 299])
    end = sketch.block_of("c1", "conv_bn_relu", "x", out_channels=32, stride=2, padding=0)
    end = sketch.block_of("c2", "conv_bn_relu", end, out_channels=32, padding=0)
    end = sketch.block_of("c3", "conv_bn_relu", end, out_channels=64)
    end = sketch.add("p1", "max_pool2d", end, kernel_size=3, stride=2)
    end = sketch.block_of("c4", "conv_bn_relu", end, out_channels=80, kernel_size=1)
    end = sketch.block_of("c5", "conv_bn_relu", end, out_channels=192, padding=0)
    end = sketch.add("p2", "max_pool2d", end, kernel_size=3, stride=2)
    end = sketch.block_of("m1", "inception_v3_a", end)
    end = sketch.block_of("m2", "inception_v3_a", end, pool_proj=64, repeat=2)
    end = sketch.block_of("m3", "inception_v3_b", end)
    for place, middle in enumerate((128, 160, 160, 192)):
        end = sketch.block_of(f"m{place + 4}", "inception_v3_c", end, ch7x7=middle)
    end = sketch.block_of("m8", "inception_v3_d", end)
    return head(sketch, sketch.block_of("m9", "inception_v3_e", end, repeat=2))


def channels_last_norm(sketch: Sketch, id: str, end: str) -> str:
    return sketch.chain(
        end,
        (f"{id}_last", "permute", {"dims": [2, 3, 1]}),
        (id, "layer_norm", {}),
        (f"{id}_first", "permute", {"dims": [3, 1, 2]}),
    )


def convnext_tiny() -> Sketch:
    sketch = Sketch()
    sketch.add("x", "input", shape=[3, 224, 224])
    end = sketch.add("stem", "conv2d", "x", out_channels=96, kernel_size=4, stride=4)
    end = channels_last_norm(sketch, "stem_norm", end)
    for place, depth in enumerate((3, 3, 9, 3)):
        width = 96 * 2**place
        if place:
            end = sketch.block_of(f"down{place}", "convnext_down", end, out_channels=width)
        end = sketch.block_of(f"stage{place}", "convnext_block", end, width=width, repeat=depth)
    end = sketch.add("mean", "global_avg_pool2d", end)
    sketch.chain(end, ("norm", "layer_norm", {}), ("scores", "dense", {"out_features": 1000}))
    return sketch


def unet() -> Sketch:
    """Four levels around a fifth, from 3 channels to 2 classes."""
    sketch = Sketch()
    end, widths = sketch.add("x", "input", shape=[3, 64, 64]), (64, 128, 256)
    for width in widths:
        end = sketch.block_of(f"down{width}", "unet_down", end, out_channels=width)
    end = sketch.block_of("level", "unet_level", end, width=512)
    for width in reversed(widths):
        ways = {"in": end, "skip": f"down{width}.skip"}
        end = sketch.block_of(f"up{width}", "unet_up", to=ways, out_channels=width)
    sketch.add("classes", "conv2d", end, out_channels=2, kernel_size=1)
    return sketch


def vit_base() -> Sketch:
    sketch = Sketch()
    sketch.add("x", "input", shape=[3, 224, 224])
    end = sketch.chain(
        "x",
        ("patches", "patch_embedding", {"embed_dim": 768, "patch_size": 16}),
        ("token", "class_token", {}),
        ("places", "learned_positions", {}),
    )
    end = sketch.block_of("encoder", "transformer_encoder", end, d_model=768, nhead=12, repeat=12)
    sketch.chain(
        end,
        ("norm", "layer_norm", {}),
        ("first", "select", {"index": 0}),
        ("scores", "dense", {"out_features": 1000}),
    )
    return sketch


def mixer_small() -> Sketch:
    sketch = Sketch()
    sketch.add("x", "input", shape=[3, 224, 224])
    end = sketch.add("patches", "patch_embedding", "x", embed_dim=512, patch_size=16)
    end = sketch.block_of("mixer", "mixer_block", end, tokens=196, d_model=512, repeat=8)
    sketch.chain(
        end,
        ("norm", "layer_norm", {}),
        ("mean", "mean", {}),
        ("scores", "dense", {"out_features": 1000}),
    )
    return sketch


def gpt2_small() -> Sketch:
    """The head uses the weights of the embedding, so it is left out."""
    sketch = Sketch()
    sketch.add("x", "input", shape=[1024], dtype="int64")
    end = sketch.chain(
        "x",
        ("tokens", "embedding", {"num_embeddings": 50257, "embedding_dim": 768}),
        ("places", "learned_positions", {}),
    )
    end = sketch.block_of("layers", "gpt_block", end, d_model=768, nhead=12, repeat=12)
    sketch.add("norm", "layer_norm", end)
    return sketch


def llama_7b() -> Sketch:
    sketch = Sketch()
    sketch.add("x", "input", shape=[2048], dtype="int64")
    end = sketch.add("tokens", "embedding", "x", num_embeddings=32000, embedding_dim=4096)
    sizes = {"d_model": 4096, "nhead": 32, "dim_feedforward": 11008}
    end = sketch.block_of("layers", "llama_block", end, repeat=32, **sizes)
    sketch.chain(end, ("norm", "rms_norm", {}), ("scores", "dense", {"out_features": 32000, "bias": False}))
    return sketch


NETWORKS: dict[str, tuple[Callable[[], Sketch], int]] = {
    "ResNet-18": (lambda: resnet((2, 2, 2, 2), "residual_basic", first=False), 11_689_512),
    "ResNet-34": (lambda: resnet((3, 4, 6, 3), "residual_basic", first=False), 21_797_672),
    "ResNet-50": (lambda: resnet((3, 4, 6, 3), "residual_bottleneck", first=True), 25_557_032),
    "ResNet-152": (lambda: resnet((3, 8, 36, 3), "residual_bottleneck", first=True), 60_192_808),
    "ResNeXt-50 32×4d": (resnext50, 25_028_904),
    "DenseNet-121": (densenet121, 7_978_856),
    "GoogLeNet": (googlenet, 6_998_552),
    "Inception v3": (inception_v3, 23_834_568),
    "MobileNet": (mobilenet, 4_231_976),
    "MobileNetV2": (mobilenet_v2, 3_504_872),
    "ConvNeXt-T": (convnext_tiny, 28_589_128),
    "U-Net": (unet, 31_037_698),
    "ViT-B/16": (vit_base, 86_567_656),
    "Mixer-S/16": (mixer_small, 18_528_264),
    "GPT-2 small": (gpt2_small, 124_439_808),
    "LLaMA-7B": (llama_7b, 6_738_415_616),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_whole_network_has_the_published_number_of_parameters(name: str) -> None:
    draw, published = NETWORKS[name]
    analysis = analyse(draw().document)
    assert [each.message for each in analysis.diagnostics if each.severity == "error"] == []
    assert analysis.parameters == published


def test_se_resnet50_has_as_many_more_as_published() -> None:
    """28,088,024 parameters with a squeeze-and-excitation in each of the 16 bottlenecks, 25,557,032 without."""
    added = sum(
        depth * analyse(placed("squeeze_excite", {"in": (width, 7, 7)}, width=width)).parameters
        for width, depth in ((256, 3), (512, 4), (1024, 6), (2048, 3))
    )
    assert added == 28_088_024 - 25_557_032


def test_inception_3a_has_the_parameters_of_table_1() -> None:
    ways = dict(zip(COLUMNS, GOOGLENET["3a"], strict=True))
    assert analyse(placed("inception_v1", {"in": (192, 28, 28)}, **ways)).parameters == 163_696
