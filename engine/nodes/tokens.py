"""Images as sequences."""

from __future__ import annotations

import math

from engine.catalog import Call, Inputs, Shape, Shapes, Weighted, Weights, function, layer
from engine.nodes.rules import IMAGE, SEQUENCE, breach, changed, need_rank
from engine.spec import Pair, both, param


class PatchEmbedding(Weighted):
    """Cuts images into patches and makes a vector of each: an image becomes a sequence.

    Shapes:
        in: (N, C, H, W)
        out: (N, H/p · W/p, embed_dim), row by row
    Source:
        Dosovitskiy et al. 2021; torch.nn.Conv2d with as wide a stride as kernel.
    """

    id, title, category = "patch_embedding", "Patch embedding", "Embedding"
    icon = "mdi6.view-grid-outline"
    aliases = ("patchify", "vit", "vision transformer", "image tokens", "patches")
    equation = "y[t] = W·patch_t + b"

    embed_dim: int = param(64, "Length of each vector.", low=1, high=2**16, card=True)
    patch_size: Pair = param(
        4, "Height and width of a patch; must divide the image's.", low=1, high=4096, card=True
    )
    bias: bool = param(True, "Add a learnt number to each feature.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """A vector for each patch."""
        shape = inputs["in"]
        need_rank(self, shape, 4, IMAGE)
        shape.size(1)
        (height, width), (rows, columns) = (shape.size(2), shape.size(3)), both(self.patch_size)
        if height % rows or width % columns:
            raise breach(
                self,
                f"cuts images into whole patches of {rows}×{columns}, {height}×{width} cannot be",
                shape,
                suggestion=f"Set patch_size to {math.gcd(height, width)}, or resize the images.",
                fits={"patch_size": math.gcd(height, width)},
            )
        patches = height // rows * (width // columns)
        return {"out": Shape((shape.sizes[0], patches, self.embed_dim), "NTE")}

    def weights(self, inputs: Inputs) -> Weights:
        """A filter of a patch's size for each feature."""
        found: Weights = {"weight": (self.embed_dim, inputs["in"].size(1), *both(self.patch_size))}
        if self.bias:
            found["bias"] = (self.embed_dim,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each number of the image and feature."""
        return 2 * inputs["in"].count * self.embed_dim

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.Conv2d, its maps laid out as steps."""
        maps = layer(
            "torch.nn.Conv2d",
            in_channels=inputs["in"].size(1),
            out_channels=self.embed_dim,
            kernel_size=self.patch_size,
            stride=self.patch_size,
            **changed(self, "bias"),
        )
        return function("torch.transpose", function("torch.flatten", maps, 2), 1, 2)


class ClassToken(Weighted):
    """Puts a learnt vector before the first step; what becomes of it speaks for the whole.

    Shapes:
        in: (N, T, E)
        out: (N, T + 1, E)
    Source:
        Devlin et al. 2019; Dosovitskiy et al. 2021.
    """

    id, title, category = "class_token", "Class token", "Embedding"
    icon = "mdi6.tag-plus-outline"
    aliases = ("cls", "cls token", "vit", "bert", "prepend")
    equation = "y = [w; x_1; …; x_T]"

    def shapes(self, inputs: Inputs) -> Shapes:
        """One step longer."""
        shape = inputs["in"]
        need_rank(self, shape, 3, SEQUENCE)
        return {"out": Shape((shape.sizes[0], shape.size(1) + 1, shape.size(2)), shape.axes)}

    def weights(self, inputs: Inputs) -> Weights:
        """One vector."""
        return {"weight": (inputs["in"].size(2),)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        return layer("engine.torchside.layers.transformers.ClassToken", features=inputs["in"].size(2))
