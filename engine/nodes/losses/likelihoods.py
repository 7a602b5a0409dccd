"""Losses of distributions: how improbable what came true is."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, Port, function
from engine.nodes.comparing import need_alike, need_pairs, pair
from engine.nodes.losses.loss import Loss
from engine.nodes.rules import changed
from engine.spec import param

FUNCTIONAL = "torch.nn.functional"
LAYERS = "engine.torchside.layers.losses"


class KLDiv(Loss):
    """How far the predicted distribution is from the true one, from log-probabilities.

    The mean is over the batch, as the divergence is defined, not over all numbers.

    Shapes:
        in: (N, …) log-probabilities
        target: the same, probabilities
        out: a single number
    Source:
        Kullback and Leibler 1951; torch.nn.functional.kl_div.
    """

    id, title = "kl_div", "KL divergence"
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("kullback-leibler", "relative entropy", "distillation", "kl_div", "distribution")
    equation = "L = Σ y·(log y − x) / N"

    log_target: bool = param(False, "The target holds log-probabilities too.")

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.kl_div."""
        reduction = "batchmean" if self.reduction == "mean" else "sum"
        options = {"reduction": reduction, **changed(self, "log_target")}
        return function(f"{FUNCTIONAL}.kl_div", *pair(inputs), **options)


class PoissonNLL(Loss):
    """How improbable counted numbers are under predicted rates.

    Shapes:
        in: (N, …) logarithms of rates, or rates
        target: the same, counts; a last axis of size 1 may be missing
        out: a single number
    Source:
        Poisson 1837; torch.nn.functional.poisson_nll_loss.
    """

    id, title = "poisson_nll", "Poisson NLL"
    icon = "mdi6.counter"
    aliases = ("poisson loss", "counts", "count regression", "poisson_nll_loss")
    equation = "L = mean (eˣ − y·x)"

    log_input: bool = param(True, "The input is the logarithm of the rate.")
    full: bool = param(False, "Add Stirling's term, which only shifts the number.")

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.poisson_nll_loss."""
        options = changed(self, "log_input", "full", "reduction")
        return function(f"{FUNCTIONAL}.poisson_nll_loss", *pair(inputs), **options)


class GaussianNLL(Loss):
    """How improbable numbers are under predicted means and variances.

    Shapes:
        in: (N, …) means
        log_var: the same, logarithms of variances
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Nix and Weigend 1994; torch.nn.functional.gaussian_nll_loss of exp(log_var).
    """

    id, title = "gaussian_nll", "Gaussian NLL"
    icon = "mdi6.chart-bell-curve"
    aliases = ("gaussian loss", "heteroscedastic", "uncertainty", "normal likelihood", "gaussian_nll_loss")
    equation = "L = ½·mean (s + (y − x)²/eˢ), s = log σ²"
    inputs = (
        Port("in", "Predicted means."),
        Port("log_var", "Logarithms of predicted variances."),
        Port("target", "What came true."),
    )

    full: bool = param(False, "Add the constant ½·log 2π, which only shifts the number.")

    def check(self, inputs: Inputs) -> None:
        """Means and variances alike, targets number for number."""
        need_alike(self, inputs, "in", "log_var", least=1)
        need_pairs(self, inputs)

    def loss(self, inputs: Inputs) -> Call:
        """The mean over all numbers."""
        mean, target = pair(inputs)
        spare = inputs["log_var"].rank > inputs["target"].rank
        log_var = function("torch.squeeze", In("log_var"), -1) if spare else In("log_var")
        return function(f"{LAYERS}.gaussian_nll", mean, log_var, target, **changed(self, "full", "reduction"))
