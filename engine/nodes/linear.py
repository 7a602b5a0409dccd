"""Dense and bilinear layers, and products of matrices."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shape, Shapes, Weighted, Weights, function, layer
from engine.errors import ShapeError
from engine.nodes.rules import breach, changed, need_axes, need_floats
from engine.spec import Values, param


class Neurons(Weighted):
    """A layer over the last axis whose every output has a weight for each feature."""

    out_features: int = param(10, "Number of neurons: features that come out.", low=1, high=2**20, card=True)
    bias: bool = param(True, "Add a learnt number to each output.")

    @property
    def rows(self) -> int:
        """How many weighted sums there are."""
        return self.out_features

    def shapes(self, inputs: Inputs) -> Shapes:
        """The last axis is replaced."""
        shape = inputs["in"]
        if shape.rank < 2 or shape.dtype != "float32":
            need_floats(self, shape)
            need_axes(self, shape, 2)
        shape.size(-1)
        return {"out": shape.with_last(self.out_features)}

    def weights(self, inputs: Inputs) -> Weights:
        """A row of weights for each sum."""
        found: Weights = {"weight": (self.rows, inputs["in"].size(-1))}
        if self.bias:
            found["bias"] = (self.rows,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """A multiply-add for each weight and position."""
        return 2 * outputs["out"].count * inputs["in"].size(-1)


class Dense(Neurons):
    """Each output is a weighted sum of all features, plus a bias.

    Shapes:
        in: (N, …, F)
        out: (N, …, out_features)
    Source:
        Rosenblatt 1958; torch.nn.Linear.
    """

    id, title, category = "dense", "Dense", "Linear"
    basic = True
    icon = "mdi6.graph-outline"
    aliases = ("linear", "fc", "fully connected", "affine", "perceptron", "neuron", "projection")
    equation = "y = W·x + b"

    @classmethod
    def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:
        """A projection to another number of features."""
        if wanted is None or wanted.rank < 2 or given.sizes[:-1] != wanted.sizes[:-1]:
            return ()
        return ({"out_features": wanted.sizes[-1]},)

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.Linear."""
        return layer(
            "torch.nn.Linear",
            in_features=inputs["in"].size(-1),
            out_features=self.out_features,
            **changed(self, "bias"),
        )


class Bilinear(Weighted):
    """Each output weighs all products of a feature of a and one of b, plus a bias.

    Shapes:
        a: (N, …, A)
        b: (N, …, B)
        out: (N, …, out_features)
    Source:
        Tenenbaum and Freeman 2000; torch.nn.Bilinear.
    """

    id, title, category = "bilinear", "Bilinear", "Linear"
    icon = "mdi6.vector-square"
    aliases = ("bilinear form", "interaction", "outer product", "quadratic", "relation")
    equation = "y[k] = aᵀ·W[k]·b + bias[k]"
    inputs = (Port("a", "Left features."), Port("b", "Right features."))

    out_features: int = param(10, "Number of neurons: features that come out.", low=1, high=2**20, card=True)
    bias: bool = param(True, "Add a learnt number to each output.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """The last axis is replaced, the others must be equal."""
        a, b = inputs["a"], inputs["b"]
        for port, shape in (("a", a), ("b", b)):
            need_floats(self, shape, port)
            need_axes(self, shape, 2, port=port)
            shape.size(-1, port=port)
        if a.sizes[:-1] != b.sizes[:-1]:
            raise ShapeError(
                f"Bilinear needs all axes but the last equal. Received: a {a.words()}, b {b.words()}.",
                port="b",
                suggestion="Insert a Reshape before b, or change a layer before it.",
            )
        return {"out": a.with_last(self.out_features)}

    def weights(self, inputs: Inputs) -> Weights:
        """A matrix of weights for each neuron."""
        found: Weights = {"weight": (self.out_features, inputs["a"].size(-1), inputs["b"].size(-1))}
        if self.bias:
            found["bias"] = (self.out_features,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """For each output a multiply-add for each weight, and one more for each feature of b."""
        left, right = inputs["a"].size(-1), inputs["b"].size(-1)
        return 2 * outputs["out"].count * (left + 1) * right

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.Bilinear."""
        return layer(
            "torch.nn.Bilinear",
            args=(In("a"), In("b")),
            in1_features=inputs["a"].size(-1),
            in2_features=inputs["b"].size(-1),
            out_features=self.out_features,
            **changed(self, "bias"),
        )


class Matmul(NodeKind):
    """Matrix product of the last two axes, sample by sample.

    Shapes:
        a: (N, …, n, m)
        b: (N, …, m, p)
        out: (N, …, n, p)
    Source:
        torch.matmul.
    """

    id, title, category = "matmul", "Matrix product", "Linear"
    icon = "mdi6.matrix"
    aliases = ("bmm", "batched product", "product", "matrix multiplication", "mm")
    equation = "out = a·b"
    inputs = (Port("a", "Left matrix."), Port("b", "Right matrix."))

    def shapes(self, inputs: Inputs) -> Shapes:
        """Rows of a, columns of b."""
        a, b = inputs["a"], inputs["b"]
        for port, shape in (("a", a), ("b", b)):
            need_floats(self, shape, port)
            if shape.rank < 3:
                raise breach(
                    self,
                    "needs a matrix in each sample: batch × rows × columns",
                    shape,
                    port=port,
                    suggestion="Insert a Reshape before it.",
                )
        if a.sizes[:-2] != b.sizes[:-2] or a.sizes[-1] != b.sizes[-2]:
            raise ShapeError(
                "Matrix product needs as many columns in a as rows in b, and all axes before them equal. "
                f"Received: a {a.words()}, b {b.words()}.",
                port="b",
                suggestion="Insert a Transpose before b, or change a layer before it.",
            )
        return {"out": Shape((*a.sizes[:-1], b.sizes[-1]), a.axes[:-1] + b.axes[-1])}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """A multiply-add for each column of a and each output."""
        return 2 * outputs["out"].count * inputs["a"].size(-1)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.matmul."""
        return function("torch.matmul", In("a"), In("b"))
