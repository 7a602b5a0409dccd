"""Curves that rise and fall."""

from __future__ import annotations

import math

from engine.catalog import Call, In, Inputs, function
from engine.nodes.activation.bend import Activation
from engine.spec import param


class Siren(Activation):
    """A sine wave of each number, for networks that stand for pictures and sounds.

    Shapes:
        in: any
        out: the same
    Source:
        Sitzmann, Martel, Bergman, Lindell and Wetzstein 2020, equation 3 and section 3.2.
    """

    id, title, target = "siren", "SIREN sine", "torch.sin"
    icon = "mdi6.sine-wave"
    aliases = ("sine", "periodic", "implicit representation", "coordinate network")
    equation = "y = sin(omega_0·x)"

    omega_0: float = param(30.0, "Angular frequency: 30 for the first layer.", low=0.001, high=1e4, card=True)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.sin of the number times omega_0."""
        return function(self.target, function("torch.mul", In(), self.omega_0))

    def curve(self, x: float) -> float:
        """The equation."""
        return math.sin(self.omega_0 * x)


class Snake(Activation):
    """The number plus a wave: learns what repeats, also beyond the data.

    Shapes:
        in: any
        out: the same
    Source:
        Ziyin, Hartwig and Ueda 2020, equation 4.
    """

    id, title = "snake", "Snake"
    icon = "mdi6.sine-wave"
    aliases = ("periodic", "sine", "audio", "vocoder")
    equation = "y = x + sin²(a·x) / a"

    a: float = param(1.0, "Frequency of the wave.", low=0.001, high=1e4, card=True)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.add of the number and torch.square of its sine."""
        wave = function("torch.square", function("torch.sin", function("torch.mul", In(), self.a)))
        return function("torch.add", In(), function("torch.div", wave, self.a))

    def curve(self, x: float) -> float:
        """The equation."""
        return x + math.sin(self.a * x) ** 2 / self.a


class GaussianBump(Activation):
    """A bell around 0: near numbers answer, far ones do not.

    Shapes:
        in: any
        out: the same
    Source:
        Broomhead and Lowe 1988.
    """

    id, title, target = "gaussian_activation", "Gaussian", "torch.exp"
    icon = "mdi6.chart-bell-curve"
    aliases = ("rbf", "radial basis", "bell", "normal curve")
    equation = "y = e^(−x² / (2·sigma²))"

    sigma: float = param(
        1.0, "Width: distance from 0 to where the bell is steepest.", low=0.01, high=1e4, card=True
    )

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.exp of the square."""
        return function(self.target, function("torch.mul", function("torch.square", In()), self._factor))

    @property
    def _factor(self) -> float:
        return -1 / (2 * self.sigma**2)

    def curve(self, x: float) -> float:
        """The equation."""
        return math.exp(self._factor * x * x)
