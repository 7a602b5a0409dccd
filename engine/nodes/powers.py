"""Functions of each number alone: powers, roots, logarithms, waves."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, Shapes, function
from engine.nodes.arithmetic import NumberFunction
from engine.spec import param


class Square(NumberFunction):
    """Each number times itself.

    Shapes:
        in: any
        out: the same
    Source:
        torch.square.
    """

    id, title, target = "square", "Square", "torch.square"
    icon = "mdi6.exponent-box"
    aliases = ("power 2", "squared", "energy")
    equation = "y = x²"


class Power(NumberFunction):
    """Each number to a constant power.

    Shapes:
        in: any; with a power that is not whole, of numbers from 0 on
        out: the same
    Source:
        torch.pow.
    """

    id, title = "power", "Power"
    icon = "mdi6.exponent"
    aliases = ("pow", "exponent", "to the", "cube")
    equation = "y = x^exponent"

    exponent: float = param(2.0, "The power.", low=-64, high=64, card=True)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.pow."""
        return function("torch.pow", In(), self.exponent)


class Exp(NumberFunction):
    """e to the power of each number.

    Shapes:
        in: any
        out: the same
    Source:
        torch.exp.
    """

    id, title, target = "exp", "Exponential", "torch.exp"
    icon = "mdi6.alpha-e"
    aliases = ("e to the x", "log variance")
    equation = "y = e^x"


class Guarded(NumberFunction):
    """A function of positive numbers; those below a least count as it."""

    eps: float = param(
        1e-12, "Least number that is taken; smaller ones count as it, 0 for no guard.", low=0.0, high=1.0
    )

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """The guard, and the function."""
        return outputs["out"].count * (2 if self.eps else 1)

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The torch function, behind torch.clamp."""
        return function(self.target, function("torch.clamp", In(), min=self.eps) if self.eps else In())


class Sqrt(Guarded):
    """The square root of each number; negative ones count as nearly 0.

    Shapes:
        in: any
        out: the same
    Source:
        torch.sqrt.
    """

    id, title, target = "sqrt", "Square root", "torch.sqrt"
    icon = "mdi6.square-root"
    aliases = ("root", "radical")
    equation = "y = √max(x, ε)"


class Log(Guarded):
    """The natural logarithm of each number; those below eps count as it.

    Shapes:
        in: any
        out: the same
    Source:
        torch.log.
    """

    id, title, target = "log", "Logarithm", "torch.log"
    icon = "mdi6.math-log"
    aliases = ("ln", "natural logarithm", "log probability")
    equation = "y = ln max(x, ε)"


class Sin(NumberFunction):
    """The sine of each number, in radians.

    Shapes:
        in: any
        out: the same
    Source:
        torch.sin.
    """

    id, title, target = "sin", "Sine function", "torch.sin"
    icon = "mdi6.math-sin"
    aliases = ("sine", "wave", "fourier features", "periodic")
    equation = "y = sin x"


class Cos(NumberFunction):
    """The cosine of each number, in radians.

    Shapes:
        in: any
        out: the same
    Source:
        torch.cos.
    """

    id, title, target = "cos", "Cosine function", "torch.cos"
    icon = "mdi6.math-cos"
    aliases = ("cosine", "wave", "fourier features", "periodic")
    equation = "y = cos x"
