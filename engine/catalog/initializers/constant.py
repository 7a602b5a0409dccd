"""First numbers that nobody draws."""

from __future__ import annotations

from engine.catalog.initializer import Initializer
from engine.spec import param


class Default(Initializer):
    """What torch gives the layer by itself.

    Source:
        torch's `reset_parameters`; for Dense and convolutions U(−1/√fan_in, 1/√fan_in).
    """

    id, title = "default", "Torch's own"
    suits_scales = True


class Zeros(Initializer):
    """All 0.

    Source:
        torch.nn.init.zeros_.
    """

    id, title, target = "zeros", "Zeros", "torch.nn.init.zeros_"
    equation = "w = 0"
    suits_scales = True


class Ones(Initializer):
    """All 1.

    Source:
        torch.nn.init.ones_.
    """

    id, title, target = "ones", "Ones", "torch.nn.init.ones_"
    equation = "w = 1"
    suits_scales = True


class Constant(Initializer):
    """All the same number.

    Source:
        torch.nn.init.constant_.
    """

    id, title, target = "constant", "Constant", "torch.nn.init.constant_"
    equation = "w = val"
    suits_scales = True

    val: float = param(0.1, "The number.", low=-1e6, high=1e6)


class Identity(Initializer):
    """1 where row and column are the same, else 0: a layer that hands on what it gets.

    Source:
        torch.nn.init.eye_; Le et al. 2015 for recurrent weights.
    """

    id, title, target = "identity", "Identity", "torch.nn.init.eye_"
    equation = "w[i, j] = 1 if i = j else 0"
    least = most = 2


class Dirac(Initializer):
    """Filters with a 1 in their middle: a convolution that hands on its channels.

    Source:
        Zagoruyko and Komodakis 2017; torch.nn.init.dirac_.
    """

    id, title, target = "dirac", "Dirac", "torch.nn.init.dirac_"
    equation = "w[k, c, middle] = 1 if k = c else 0"
    least, most = 3, 5
