"""Losses of regression: how far numbers are from numbers."""

from __future__ import annotations

from engine.catalog import Call, Inputs, function
from engine.nodes.comparing import pair
from engine.nodes.losses.loss import Loss
from engine.nodes.rules import changed
from engine.spec import param

FUNCTIONAL = "torch.nn.functional"
LAYERS = "engine.torchside.layers.losses"


class MSE(Loss):
    """The mean squared distance between prediction and target.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Legendre 1805; torch.nn.functional.mse_loss.
    """

    id, title = "mse", "MSE"
    basic = True
    icon = "mdi6.chart-scatter-plot"
    aliases = ("mean squared error", "l2 loss", "regression", "squared", "mse_loss")
    equation = "L = mean (x − y)²"
    usual_for = ("numbers",)

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.mse_loss."""
        return function("torch.nn.functional.mse_loss", *pair(inputs), **changed(self, "reduction"))


class MAELoss(Loss):
    """The mean distance between prediction and target; outliers pull less than with MSE.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Laplace 1774; torch.nn.functional.l1_loss.
    """

    id, title = "mae_loss", "MAE loss"
    icon = "mdi6.ruler"
    aliases = ("mean absolute error", "l1 loss", "l1_loss", "regression", "robust")
    equation = "L = mean |x − y|"

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.l1_loss."""
        return function(f"{FUNCTIONAL}.l1_loss", *pair(inputs), **changed(self, "reduction"))


class Huber(Loss):
    """Squared near the target, straight further off, so that outliers pull less.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Huber 1964; torch.nn.functional.huber_loss.
    """

    id, title = "huber", "Huber"
    icon = "mdi6.chart-bell-curve"
    aliases = ("huber loss", "robust regression", "huber_loss", "outliers")
    equation = "L = mean ½·d² if |d| ≤ δ else δ·(|d| − ½·δ)"

    delta: float = param(1.0, "Distance at which the square becomes a line.", low=1e-6, high=1e6, card=True)

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.huber_loss."""
        return function(f"{FUNCTIONAL}.huber_loss", *pair(inputs), **changed(self, "delta", "reduction"))


class SmoothL1(Loss):
    """The distance to the target, rounded off near it.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Girshick 2015; torch.nn.functional.smooth_l1_loss.
    """

    id, title = "smooth_l1", "Smooth L1"
    icon = "mdi6.chart-bell-curve"
    aliases = ("smooth l1 loss", "box regression", "smooth_l1_loss", "robust regression")
    equation = "L = mean ½·d²/β if |d| < β else |d| − ½·β"

    beta: float = param(1.0, "Distance at which the square becomes a line.", low=0.0, high=1e6, card=True)

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.smooth_l1_loss."""
        return function(f"{FUNCTIONAL}.smooth_l1_loss", *pair(inputs), **changed(self, "beta", "reduction"))


class LogCosh(Loss):
    """The log of the hyperbolic cosine of the error: a Huber loss without a corner.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Green 1990.
    """

    id, title = "log_cosh", "Log-cosh"
    icon = "mdi6.chart-bell-curve"
    aliases = ("logcosh", "log hyperbolic cosine", "robust regression", "smooth mae")
    equation = "L = mean log cosh(x − y)"

    def loss(self, inputs: Inputs) -> Call:
        """The mean over all numbers."""
        return function(f"{LAYERS}.log_cosh", *pair(inputs), **changed(self, "reduction"))
