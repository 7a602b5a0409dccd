"""First numbers scaled by how many numbers a neuron takes and gives, so that signals keep their size."""

from __future__ import annotations

from typing import Literal, TypeAlias

from engine.catalog.initializer import Initializer
from engine.spec import Values, param

Fan: TypeAlias = Literal["fan_in", "fan_out"]
Slope: TypeAlias = Literal["relu", "leaky_relu", "tanh", "sigmoid", "selu", "linear"]


class XavierUniform(Initializer):
    """Uniform, scaled by the numbers taken and given; for tanh and sigmoid.

    Source:
        Glorot and Bengio 2010; torch.nn.init.xavier_uniform_.
    """

    id, title, target = "xavier_uniform", "Xavier uniform", "torch.nn.init.xavier_uniform_"
    equation = "w ~ U(−b, b), b = gain·√(6 / (fan_in + fan_out))"
    least = 2

    gain: float = param(1.0, "Factor; 5/3 for tanh, √2 for ReLU.", low=0.0, high=1e3)


class XavierNormal(Initializer):
    """A bell, scaled by the numbers taken and given; for tanh and sigmoid.

    Source:
        Glorot and Bengio 2010; torch.nn.init.xavier_normal_.
    """

    id, title, target = "xavier_normal", "Xavier normal", "torch.nn.init.xavier_normal_"
    equation = "w ~ N(0, σ²), σ = gain·√(2 / (fan_in + fan_out))"
    least = 2

    gain: float = param(1.0, "Factor; 5/3 for tanh, √2 for ReLU.", low=0.0, high=1e3)


class HeUniform(Initializer):
    """Uniform, scaled by the numbers taken; for ReLU.

    Source:
        He et al. 2015; torch.nn.init.kaiming_uniform_.
    """

    id, title, target = "he_uniform", "He uniform", "torch.nn.init.kaiming_uniform_"
    equation = "w ~ U(−b, b), b = gain·√(3 / fan), gain √2 for ReLU"
    least = 2

    mode: Fan = param("fan_in", "Keep the size going forward (fan_in) or of gradients (fan_out).")
    nonlinearity: Slope = param("relu", "What follows the layer; it sets the gain.")


class HeNormal(Initializer):
    """A bell, scaled by the numbers taken; for ReLU.

    Source:
        He et al. 2015; torch.nn.init.kaiming_normal_.
    """

    id, title, target = "he_normal", "He normal", "torch.nn.init.kaiming_normal_"
    equation = "w ~ N(0, σ²), σ = gain / √fan, gain √2 for ReLU"
    least = 2

    mode: Fan = param("fan_in", "Keep the size going forward (fan_in) or of gradients (fan_out).")
    nonlinearity: Slope = param("relu", "What follows the layer; it sets the gain.")


class LeCunUniform(Initializer):
    """Uniform, scaled by the numbers taken; for SELU.

    Source:
        LeCun et al. 1998; torch.nn.init.kaiming_uniform_ with gain 1.
    """

    id, title, target = "lecun_uniform", "LeCun uniform", "torch.nn.init.kaiming_uniform_"
    equation = "w ~ U(−b, b), b = √(3 / fan_in)"
    least = 2

    def arguments(self) -> Values:
        """He's with the gain of a straight line, 1."""
        return {"nonlinearity": "linear"}


class LeCunNormal(Initializer):
    """A bell, scaled by the numbers taken; for SELU.

    Source:
        LeCun et al. 1998, Klambauer et al. 2017; torch.nn.init.kaiming_normal_ with gain 1.
    """

    id, title, target = "lecun_normal", "LeCun normal", "torch.nn.init.kaiming_normal_"
    equation = "w ~ N(0, σ²), σ = 1 / √fan_in"
    least = 2

    def arguments(self) -> Values:
        """He's with the gain of a straight line, 1."""
        return {"nonlinearity": "linear"}


class Orthogonal(Initializer):
    """Rows (or columns) at right angles, all of the same length: lengths survive many layers.

    Source:
        Saxe et al. 2013; torch.nn.init.orthogonal_.
    """

    id, title, target = "orthogonal", "Orthogonal", "torch.nn.init.orthogonal_"
    equation = "W·Wᵀ = gain²·I (Wᵀ·W where W has more rows than columns)"
    least = 2

    gain: float = param(1.0, "Length of each row.", low=0.0, high=1e3)
