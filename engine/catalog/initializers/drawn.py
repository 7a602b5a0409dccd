"""First numbers drawn alike for every layer."""

from __future__ import annotations

from engine.catalog.initializer import Initializer
from engine.errors import ParamError
from engine.spec import Values, param


class Uniform(Initializer):
    """Every number between two bounds is as likely.

    Source:
        torch.nn.init.uniform_.
    """

    id, title, target = "uniform", "Uniform", "torch.nn.init.uniform_"
    equation = "w ~ U(low, high);  mean (low + high)/2, variance (high − low)²/12"

    low: float = param(-0.05, "The smallest number.", low=-1e6, high=1e6)
    high: float = param(0.05, "The largest number.", low=-1e6, high=1e6)

    def conflicts(self) -> list[ParamError]:
        """The bounds stand in order."""
        rule = f"must be at least low, which is {self.low:g}"
        return [] if self.low <= self.high else [ParamError("high", rule, self.high)]

    def arguments(self) -> Values:
        """Torch calls the bounds a and b."""
        return {"a": self.low, "b": self.high}


class Normal(Initializer):
    """Numbers around a mean, as a bell.

    Source:
        torch.nn.init.normal_.
    """

    id, title, target = "normal", "Normal", "torch.nn.init.normal_"
    equation = "w ~ N(mean, std²)"

    mean: float = param(0.0, "Middle of the bell.", low=-1e6, high=1e6)
    std: float = param(0.05, "Standard deviation.", low=0.0, high=1e6)


class TruncatedNormal(Initializer):
    """A bell without its tails: nothing lies beyond `cut` standard deviations.

    Source:
        torch.nn.init.trunc_normal_; as vision transformers begin, with std 0.02.
    """

    id, title, target = "truncated_normal", "Truncated normal", "torch.nn.init.trunc_normal_"
    equation = "w ~ N(mean, std²) given |w − mean| ≤ cut·std"

    mean: float = param(0.0, "Middle of the bell.", low=-1e6, high=1e6)
    std: float = param(0.02, "Standard deviation before the tails are cut.", low=1e-6, high=1e6)
    cut: float = param(2.0, "Standard deviations that are kept on each side.", low=0.1, high=10.0)

    def arguments(self) -> Values:
        """Torch takes the bounds themselves."""
        reach = self.cut * self.std
        return {"mean": self.mean, "std": self.std, "a": self.mean - reach, "b": self.mean + reach}


class Sparse(Initializer):
    """A bell, and in each column a share of zeros.

    Source:
        Martens 2010; torch.nn.init.sparse_.
    """

    id, title, target = "sparse", "Sparse", "torch.nn.init.sparse_"
    equation = "w ~ N(0, std²), of each column a share `sparsity` set to 0"
    least = most = 2

    sparsity: float = param(0.1, "Share of zeros in each column.", low=0.0, high=1.0)
    std: float = param(0.01, "Standard deviation of the others.", low=0.0, high=1e6)
