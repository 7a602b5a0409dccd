"""Regularization by chance: parts that are left out while training."""

from __future__ import annotations

from typing import ClassVar

from engine.catalog import Call, Inputs, NodeKind, Shapes, layer
from engine.nodes.linear import Neurons
from engine.nodes.rules import breach, changed, need_axes, need_floats
from engine.spec import param


class Dropping(NodeKind):
    """Leaves out something with a chance of `p`: a layer, because it rests while evaluating."""

    category = "Regularization"
    target: ClassVar[str] = ""

    p: float = param(0.5, "Chance of each number to be dropped.", low=0.0, high=1.0, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        return {"out": shape}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The layer of the same name."""
        return layer(self.target, p=self.p)


class Dropout(Dropping):
    """Sets numbers to zero at random while training, so that no neuron is relied on.

    Shapes:
        in: any
        out: the same
    Source:
        Srivastava et al. 2014; torch.nn.Dropout.
    """

    id, title, target = "dropout", "Dropout", "torch.nn.Dropout"
    basic = True
    icon = "mdi6.water-off"
    aliases = ("regularize", "drop")
    equation = "y = x·m / (1 − p), m ~ Bernoulli(1 − p)"


class SpatialDropout(Dropping):
    """Sets whole channels to zero at random while training.

    Shapes:
        in: (N, C, T), (N, C, H, W) or (N, C, D, H, W)
        out: the same
    Source:
        Tompson et al. 2015; torch.nn.Dropout1d, torch.nn.Dropout2d, torch.nn.Dropout3d.
    """

    id, title = "spatial_dropout", "Spatial dropout"
    icon = "mdi6.water-off-outline"
    aliases = ("channel dropout", "dropout1d", "dropout2d", "dropout3d", "regularize")
    equation = "y[c] = x[c]·m[c] / (1 − p), m ~ Bernoulli(1 − p)"

    p: float = param(0.5, "Chance of each channel to be dropped.", low=0.0, high=1.0, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        found = super().shapes(inputs)
        shape = inputs["in"]
        if not 3 <= shape.rank <= 5:
            words = "needs 3 to 5 axes: batch × channels × one to three axes that a channel extends over"
            raise breach(self, words, shape, suggestion="Use Dropout instead.")
        return found

    def call(self, inputs: Inputs) -> Call:
        """torch's layer for so many axes."""
        return layer(f"torch.nn.Dropout{inputs['in'].rank - 2}d", p=self.p)


class AlphaDropout(Dropping):
    """Dropout that keeps mean and variance: it goes with SELU.

    Shapes:
        in: any
        out: the same
    Source:
        Klambauer et al. 2017; torch.nn.AlphaDropout.
    """

    id, title, target = "alpha_dropout", "Alpha dropout", "torch.nn.AlphaDropout"
    icon = "mdi6.water-off"
    aliases = ("selu dropout", "self normalizing", "regularize")
    equation = "y = a·(x·m + α'·(1 − m)) + b, m ~ Bernoulli(1 − p), α' = −1.7581"


class FeatureAlphaDropout(Dropping):
    """Alpha dropout of whole channels.

    Shapes:
        in: (N, C, …)
        out: the same
    Source:
        Klambauer et al. 2017; torch.nn.FeatureAlphaDropout.
    """

    id, title, target = "feature_alpha_dropout", "Feature alpha dropout", "torch.nn.FeatureAlphaDropout"
    icon = "mdi6.water-off-outline"
    aliases = ("channel alpha dropout", "selu dropout", "regularize")
    equation = "y[c] = a·(x[c]·m[c] + α'·(1 − m[c])) + b, m ~ Bernoulli(1 − p)"

    p: float = param(0.5, "Chance of each channel to be dropped.", low=0.0, high=1.0, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        found = super().shapes(inputs)
        need_axes(self, inputs["in"], 2)
        return found


class StochasticDepth(Dropping):
    """Skips a residual branch at random while training, sample by sample: put it at its end.

    Shapes:
        in: any
        out: the same
    Source:
        Huang, Sun, Liu, Sedra and Weinberger 2016.
    """

    id, title = "stochastic_depth", "Stochastic depth"
    target = "engine.torchside.layers.regularization.DropPath"
    icon = "mdi6.transit-skip"
    aliases = ("drop path", "droppath", "residual", "regularize")
    equation = "y[n] = x[n]·m[n] / (1 − p), m ~ Bernoulli(1 − p)"

    p: float = param(0.1, "Chance of each sample to be dropped.", low=0.0, high=1.0, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        found = super().shapes(inputs)
        need_axes(self, inputs["in"], 1)
        return found


class DropConnect(Neurons):
    """A dense layer whose weights are set to zero at random while training.

    Shapes:
        in: (N, …, F)
        out: (N, …, out_features)
    Source:
        Wan, Zeiler, Zhang, LeCun and Fergus 2013.
    """

    id, title, category = "drop_connect", "DropConnect", "Regularization"
    icon = "mdi6.link-variant-off"
    aliases = ("weight dropout", "drop connect", "sparse dense", "regularize")
    equation = "y = (W·m / (1 − p))·x + b, m ~ Bernoulli(1 − p)"

    p: float = param(0.5, "Chance of each weight to be dropped.", low=0.0, high=1.0, card=True)

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        return layer(
            "engine.torchside.layers.regularization.DropConnect",
            in_features=inputs["in"].size(-1),
            out_features=self.out_features,
            p=self.p,
            **changed(self, "bias"),
        )
