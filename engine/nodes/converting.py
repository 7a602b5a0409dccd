"""Numbers as another dtype, whole numbers as vectors, whole numbers that pick."""

from __future__ import annotations

from typing import Literal

from engine.catalog import Call, In, Inputs, Name, NodeKind, Port, Shape, Shapes, function
from engine.nodes.rules import breach, need_axes, need_axis
from engine.nodes.shaping import FARTHEST, resized
from engine.spec import Values, param


def need_whole(kind: NodeKind, shape: Shape, port: str = "in") -> None:
    """Refuse what are no whole numbers."""
    if shape.dtype != "int64":
        raise breach(
            kind,
            f"needs whole numbers (int64), not {shape.dtype}",
            shape,
            port=port,
            suggestion="Set the input's dtype to int64, or put a Cast to int64 before it.",
        )


class Cast(NodeKind):
    """The same numbers in another dtype: whole, decimal, or yes and no.

    Shapes:
        in: (N, …)
        out: (N, …) of dtype
    Source:
        torch.Tensor.to.
    """

    id, title, category = "cast", "Cast", "Math"
    icon = "mdi6.swap-horizontal-bold"
    aliases = ("dtype", "to float", "to int", "to bool", "convert", "astype", "type")
    equation = "out = x as dtype"

    dtype: Literal["float32", "int64", "bool"] = param(
        "float32", "Decimals; whole numbers, cut towards 0; or yes for all that is not 0.", card=True
    )

    @classmethod
    def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:
        """Numbers of answers and of counts."""
        return ({},) if wanted is None and given.dtype != "float32" else ()

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged but for the dtype; nothing is learnt through whole numbers and bool."""
        return {"out": inputs["in"].with_dtype(self.dtype)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.Tensor.to."""
        return function("torch.Tensor.to", In(), Name(f"torch.{self.dtype}"))


class OneHot(NodeKind):
    """A vector for each whole number: 1 at its place, 0 elsewhere.

    Shapes:
        in: (N, …) of int64, from 0 to num_classes less one
        out: (N, …, num_classes)
    Source:
        torch.nn.functional.one_hot.
    """

    id, title, category = "one_hot", "One-hot", "Math"
    icon = "mdi6.numeric-1-box-outline"
    aliases = ("dummy variables", "indicator", "categorical", "labels to vectors")
    equation = "out[k] = 1 if x = k, else 0"

    num_classes: int = param(10, "Length of each vector.", low=1, high=2**20, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """A vector for each number, in float32."""
        shape = inputs["in"]
        need_axes(self, shape, 1)
        need_whole(self, shape)
        return {"out": Shape((*shape.sizes, self.num_classes), shape.axes + "K")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.one_hot, as decimals."""
        places = function("torch.nn.functional.one_hot", In(), self.num_classes)
        return function("torch.Tensor.to", places, Name("torch.float32"))


class Gather(NodeKind):
    """Picks numbers along an axis by an index for each place of the result.

    Shapes:
        in: (N, …, D, …)
        index: (N, …, K, …) of int64, from 0 to D − 1; other axes at most as long
        out: (N, …, K, …)
    Source:
        torch.gather.
    """

    id, title, category = "gather", "Gather", "Merge"
    icon = "mdi6.hand-pointing-up"
    aliases = ("pick by index", "lookup", "take along", "index")
    equation = "out[n, k] = x[n, index[n, k]]"
    inputs = (Port("in", "Numbers to pick from."), Port("index", "Places along the axis."))

    dim: int = param(
        1, "Axis to pick along; 1 is the first after the batch.", low=-FARTHEST, high=FARTHEST, card=True
    )

    def shapes(self, inputs: Inputs) -> Shapes:
        """As the index."""
        shape, index = inputs["in"], inputs["index"]
        need_whole(self, index, "index")
        axis = need_axis(self, shape, self.dim)
        if index.rank != shape.rank or any(
            index.size(each, port="index") > shape.size(each) for each in range(1, shape.rank) if each != axis
        ):
            raise breach(
                self,
                f"needs an index of as many axes, none but axis {axis} longer than in {shape.words()}",
                index,
                port="index",
                suggestion="Insert a Reshape or an Unsqueeze before index.",
            )
        return {"out": Shape(index.sizes, shape.axes, shape.dtype)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.gather."""
        return function("torch.gather", In(), self.dim, In("index"))


class Take(NodeKind):
    """Picks whole rows of each sample by their place: tokens at given positions.

    Shapes:
        in: (N, T, …)
        index: (N, K) of int64, from 0 to T − 1
        out: (N, K, …)
    Source:
        torch.take_along_dim.
    """

    id, title, category = "take", "Take rows", "Merge"
    icon = "mdi6.table-row"
    aliases = ("index select", "pick rows", "gather tokens", "batched select", "lookup")
    equation = "out[n, k] = x[n, index[n, k]]"
    inputs = (Port("in", "Rows to pick from, along axis 1."), Port("index", "Places of the rows."))

    def shapes(self, inputs: Inputs) -> Shapes:
        """As many rows as places."""
        shape, index = inputs["in"], inputs["index"]
        need_axes(self, shape, 2)
        need_whole(self, index, "index")
        if index.rank != 2:
            raise breach(
                self,
                "needs a list of places for each sample: batch × places",
                index,
                port="index",
                suggestion="Insert a Flatten before index.",
            )
        return {"out": resized(shape, 1, index.size(1, port="index"))}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:
        """torch.take_along_dim; the index gets axes of size 1."""
        rank = inputs["in"].rank
        index = In("index")
        if rank == 2:
            return function("torch.take_along_dim", In(), index, dim=1)
        spread = function("torch.reshape", index, (-1, inputs["index"].size(1), *(1,) * (rank - 2)))
        return function("torch.take_along_dim", In(), spread, dim=1)
