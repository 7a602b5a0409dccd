"""Metrics of how far numbers are from numbers."""

from __future__ import annotations

from engine.catalog import Call, Expr, Inputs, function
from engine.nodes.comparing import pair
from engine.nodes.metrics.metric import EpochMetric, Metric

LAYERS = "engine.torchside.layers.fits"


class MAE(Metric):
    """The mean distance between prediction and target.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Laplace 1774; torch.nn.functional.l1_loss.
    """

    id, title = "mae", "MAE"
    basic = True
    icon = "mdi6.ruler"
    aliases = ("mean absolute error", "l1", "distance", "regression")
    equation = "M = mean |x − y|"
    usual_for = ("numbers",)

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.functional.l1_loss."""
        return function("torch.nn.functional.l1_loss", *pair(inputs))


class MAPE(Metric):
    """The mean distance between prediction and target, as a share of the target.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        sklearn.metrics.mean_absolute_percentage_error.
    """

    id, title = "mape", "MAPE"
    icon = "mdi6.percent"
    aliases = ("mean absolute percentage error", "relative error", "regression", "forecast")
    equation = "M = mean |x − y| / |y|"

    def call(self, inputs: Inputs) -> Call:
        """The mean over all numbers."""
        return function(f"{LAYERS}.percentage_error", *pair(inputs))


class RMSE(EpochMetric):
    """The root of the mean squared distance, in the unit of the target.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        sklearn.metrics.root_mean_squared_error, over all numbers.
    """

    id, title = "rmse", "RMSE"
    icon = "mdi6.square-root"
    aliases = ("root mean squared error", "l2", "regression", "standard error")
    equation = "M = √ mean (x − y)²"

    def sums(self, inputs: Inputs) -> Call:
        """Squares and how many."""
        return function(f"{LAYERS}.squares", *pair(inputs))

    def finish(self, sums: Expr, inputs: Inputs) -> Call:  # noqa: ARG002
        """The root of their mean."""
        return function(f"{LAYERS}.root_mean", sums)


class R2(EpochMetric):
    """The share of the target's variance that is explained: 1 is perfect, 0 is the mean.

    Several numbers a sample have a share each; their mean is given.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Wright 1921; sklearn.metrics.r2_score.
    """

    id, title = "r2", "R²"
    icon = "mdi6.chart-line-variant"
    aliases = ("r squared", "coefficient of determination", "explained variance", "regression")
    equation = "R² = 1 − Σ(x − y)² / Σ(y − ȳ)²"

    def sums(self, inputs: Inputs) -> Call:
        """What variances are made of, number by number of a sample."""
        return function(f"{LAYERS}.moments", *pair(inputs))

    def finish(self, sums: Expr, inputs: Inputs) -> Call:  # noqa: ARG002
        """One minus the residual over the total variance, averaged."""
        return function(f"{LAYERS}.explained", sums)
