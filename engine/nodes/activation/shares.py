"""Numbers along an axis that compete: shares that sum to 1, and the greatest of several."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, Shapes, function, layer
from engine.nodes.activation.bend import Activation
from engine.nodes.linear import Neurons
from engine.nodes.rules import changed, need_axis
from engine.spec import param


class Shares(Activation):
    """A function of all numbers along an axis."""

    dim: int = param(-1, "Axis whose shares sum to 1; -1 is the last.", low=-16, high=16)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        found = super().shapes(inputs)
        need_axis(self, inputs["in"], self.dim)
        return found

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The torch function of the same name."""
        return function(self.target, In(), dim=self.dim)


class Softmax(Shares):
    """Turns scores along an axis into shares that sum to 1.

    Shapes:
        in: (N, …, K, …)
        out: the same
    Source:
        Bridle 1990; torch.softmax.
    """

    id, title, target = "softmax", "Softmax", "torch.softmax"
    basic = True
    icon = "mdi6.percent-outline"
    aliases = ("probabilities", "classes", "normalized exponential")
    equation = "y[k] = e^x[k] / Σ_j e^x[j]"
    gives = "shares"


class LogSoftmax(Shares):
    """Logarithms of the shares that softmax gives, computed without overflow.

    Shapes:
        in: (N, …, K, …)
        out: the same
    Source:
        Bridle 1990; torch.log_softmax.
    """

    id, title, target = "log_softmax", "Log softmax", "torch.log_softmax"
    icon = "mdi6.percent-outline"
    aliases = ("logsoftmax", "log probabilities", "nll")
    equation = "y[k] = x[k] − ln Σ_j e^x[j]"
    gives = "log-shares"


class Softmin(Shares):
    """Turns scores along an axis into shares: the smallest score gets the most.

    Shapes:
        in: (N, …, K, …)
        out: the same
    Source:
        Bridle 1990; torch.nn.functional.softmin.
    """

    id, title, target = "softmin", "Softmin", "torch.nn.functional.softmin"
    icon = "mdi6.percent-outline"
    aliases = ("probabilities", "distances to shares")
    equation = "y[k] = e^−x[k] / Σ_j e^−x[j]"


class Maxout(Neurons):
    """Each output is the greatest of several weighted sums: the activation is learnt.

    Shapes:
        in: (N, …, F)
        out: (N, …, out_features)
    Source:
        Goodfellow, Warde-Farley, Mirza, Courville and Bengio 2013.
    """

    id, title, category = "maxout", "Maxout", "Activation"
    icon = "mdi6.arrow-collapse-up"
    aliases = ("max of dense layers", "learnt activation", "piecewise linear")
    equation = "y[i] = max_k (W[k, i]·x + b[k, i])"

    pieces: int = param(2, "Weighted sums of which each output is the greatest.", low=1, high=256, card=True)

    @property
    def rows(self) -> int:
        """Those of the first piece come first."""
        return self.pieces * self.out_features

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """A multiply-add for each weight and position."""
        return self.pieces * super().flops(inputs, outputs)

    def call(self, inputs: Inputs) -> Call:
        """torch.amax over the pieces of one torch.nn.Linear."""
        sums = layer(
            "torch.nn.Linear",
            in_features=inputs["in"].size(-1),
            out_features=self.rows,
            **changed(self, "bias"),
        )
        pieces = function("torch.unflatten", sums, dim=-1, sizes=(self.pieces, self.out_features))
        return function("torch.amax", pieces, dim=-2)
