"""Two tensors combined, number by number or vector by vector."""

from __future__ import annotations

from typing import ClassVar

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shape, Shapes, function
from engine.nodes.merging import broadcast
from engine.nodes.rules import breach, changed, need_axes, need_axis, need_floats
from engine.nodes.shaping import without
from engine.spec import param


class Pairing(NodeKind):
    """Two tensors of decimals combined number by number."""

    category = "Merge"
    inputs = (Port("a", "The first."), Port("b", "The second."))
    target: ClassVar[str] = ""

    def shapes(self, inputs: Inputs) -> Shapes:
        """The same, or where an axis has size 1, the other's."""
        return {"out": self.together(inputs)}

    def together(self, inputs: Inputs) -> Shape:
        """The shape in which both meet."""
        return broadcast(self, [("a", inputs["a"]), ("b", inputs["b"])])

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The torch function of the two."""
        return function(self.target, In("a"), In("b"))


class Subtract(Pairing):
    """Takes b from a, number by number.

    Shapes:
        a, b: (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        torch.sub.
    """

    id, title, target = "subtract", "Subtract", "torch.sub"
    basic = True
    icon = "mdi6.minus"
    aliases = ("sub", "minus", "difference")
    equation = "y = a − b"
    inputs = (Port("a", "What is taken from."), Port("b", "What is taken away."))


class Divide(Pairing):
    """Divides a by b, number by number.

    Shapes:
        a, b: (N, …), equal or with axes of size 1
        out: (N, …)
    Source:
        torch.div.
    """

    id, title, target = "divide", "Divide", "torch.div"
    icon = "mdi6.division"
    aliases = ("div", "quotient", "ratio", "over")
    equation = "y = a / b"
    inputs = (Port("a", "What is divided."), Port("b", "What it is divided by."))


class Likeness(Pairing):
    """Two vectors made one number."""

    dim: int = param(-1, "Axis of the vectors; -1 is the last.", low=-16, high=16)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The axis is gone."""
        shape = self.together(inputs)
        return {"out": without(shape, need_axis(self, shape, self.dim, port="a"))}


class Dot(Likeness):
    """The dot product of two vectors, sample by sample.

    Shapes:
        a, b: (N, …, D, …), equal or with axes of size 1
        out: (N, …)
    Source:
        torch.linalg.vecdot.
    """

    id, title = "dot", "Dot product"
    icon = "mdi6.circle-small"
    aliases = ("inner product", "batched product", "scalar product", "vecdot", "similarity")
    equation = "y = Σ_d a_d·b_d"

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each pair of numbers."""
        return 2 * self.together(inputs).count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.linalg.vecdot."""
        return function("torch.linalg.vecdot", In("a"), In("b"), **changed(self, "dim"))


class CosineSimilarity(Likeness):
    """How much two vectors point the same way, from −1 to 1.

    Shapes:
        a, b: (N, …, D, …), equal or with axes of size 1
        out: (N, …)
    Source:
        torch.nn.functional.cosine_similarity.
    """

    id, title = "cosine_similarity", "Cosine similarity"
    icon = "mdi6.angle-acute"
    aliases = ("angle", "siamese", "retrieval", "cosine distance")
    equation = "y = a·b / (‖a‖·‖b‖)"

    eps: float = param(1e-8, "Smallest length that is divided by.", low=1e-12, high=1.0)

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Three dot products."""
        return 6 * self.together(inputs).count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.cosine_similarity."""
        return function(
            "torch.nn.functional.cosine_similarity", In("a"), In("b"), dim=self.dim, **changed(self, "eps")
        )


class PairwiseDistance(Pairing):
    """How far two vectors are apart, along the last axis.

    Shapes:
        a, b: (N, …, D), equal or with axes of size 1
        out: (N, …), or (N, …, 1) with keepdim
    Source:
        torch.nn.functional.pairwise_distance.
    """

    id, title = "pairwise_distance", "Pairwise distance"
    icon = "mdi6.map-marker-distance"
    aliases = ("euclidean distance", "l2", "manhattan", "siamese", "metric")
    equation = "y = ‖a − b + ε‖_p"

    p: float = param(2.0, "The norm: 1 adds differences up, 2 is the straight line.", low=0.1, high=64, card=True)
    eps: float = param(1e-6, "Added to each difference.", low=0.0, high=1.0)
    keepdim: bool = param(False, "Keep the axis, of size 1.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """The last axis is gone, or of size 1."""
        shape = self.together(inputs)
        need_axes(self, shape, 2, port="a")
        return {"out": shape.with_last(1) if self.keepdim else without(shape, shape.rank - 1)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Difference, power and sum for each pair of numbers."""
        return 3 * self.together(inputs).count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.pairwise_distance."""
        return function(
            "torch.nn.functional.pairwise_distance",
            In("a"),
            In("b"),
            **changed(self, "p", "eps", "keepdim"),
        )


class Outer(NodeKind):
    """Every number of a times every number of b, sample by sample.

    Shapes:
        a: (N, …, n)
        b: (N, …, m)
        out: (N, …, n, m)
    Source:
        torch.outer, over a batch.
    """

    id, title, category = "outer", "Outer product", "Merge"
    icon = "mdi6.grid"
    aliases = ("bilinear pooling", "tensor product", "rank one")
    equation = "out[i, j] = a_i·b_j"
    inputs = (Port("a", "The rows."), Port("b", "The columns."))

    def shapes(self, inputs: Inputs) -> Shapes:
        """Rows as long as b."""
        a, b = inputs["a"], inputs["b"]
        for port, shape in (("a", a), ("b", b)):
            need_floats(self, shape, port)
            need_axes(self, shape, 2, port=port)
        if a.sizes[:-1] != b.sizes[:-1]:
            raise breach(
                self,
                f"needs vectors that agree in all axes before the last; a is {a.words()}",
                b,
                port="b",
                suggestion="Insert a Reshape before one of them.",
            )
        return {"out": Shape((*a.sizes, b.sizes[-1]), a.axes[:-1] + "··")}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.mul of a column and a row."""
        column, row = function("torch.unsqueeze", In("a"), -1), function("torch.unsqueeze", In("b"), -2)
        return function("torch.mul", column, row)


class Cross(Pairing):
    """The cross product of two vectors of three numbers.

    Shapes:
        a, b: (N, …, 3, …), equal or with axes of size 1
        out: (N, …, 3, …)
    Source:
        torch.linalg.cross.
    """

    id, title = "cross", "Cross product"
    icon = "mdi6.axis-arrow"
    aliases = ("vector product", "normal")
    equation = "y = a × b"

    dim: int = param(-1, "Axis of the vectors, of size 3; -1 is the last.", low=-16, high=16)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = self.together(inputs)
        axis = need_axis(self, shape, self.dim, port="a")
        for port in ("a", "b"):
            if inputs[port].size(axis) != 3:
                raise breach(
                    self,
                    f"needs vectors of three numbers along axis {axis}",
                    inputs[port],
                    port=port,
                    suggestion="Take another dim, or change the layer before it.",
                )
        return {"out": shape}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Two products and a difference for each number."""
        return 3 * outputs["out"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.linalg.cross."""
        return function("torch.linalg.cross", In("a"), In("b"), **changed(self, "dim"))
