"""Samples and divergences: what variational and stochastic networks are made of."""

from __future__ import annotations

from typing import Literal

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shape, Shapes, function, layer
from engine.nodes.comparing import NUMBER, need_alike
from engine.nodes.rules import changed, need_axes, need_axis, need_floats
from engine.spec import param

LAYERS = "engine.torchside.layers.probability"
MOMENTS = (Port("mean", "Means."), Port("log_var", "Logarithms of variances."))


class GaussianSample(NodeKind):
    """Draws from a normal distribution so that gradients reach its mean and variance.

    In evaluation it gives the mean.

    Shapes:
        mean, log_var: (N, …)
        out: the same
    Source:
        Kingma and Welling 2013, the reparameterization trick.
    """

    id, title, category = "gaussian_sample", "Gaussian sample", "Probability"
    basic = True
    icon = "mdi6.chart-bell-curve"
    aliases = ("reparameterization", "vae", "variational", "normal sample", "latent")
    equation = "z = μ + exp(½·log σ²)·ε, ε ~ N(0, 1)"
    inputs = MOMENTS

    def shapes(self, inputs: Inputs) -> Shapes:
        """As the means."""
        need_alike(self, inputs, "mean", "log_var", least=1)
        return {"out": inputs["mean"]}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """Draws in training only."""
        return layer(f"{LAYERS}.GaussianSample", args=(In("mean"), In("log_var")))


class KLUnitGaussian(NodeKind):
    """How far normal distributions are from the unit one, a single number.

    Summed over a sample, then averaged over the batch. Wire it to Number as loss.

    Shapes:
        mean, log_var: (N, …)
        out: a single number
    Source:
        Kingma and Welling 2013, appendix B.
    """

    id, title, category = "kl_unit_gaussian", "KL to unit Gaussian", "Probability"
    basic = True
    icon = "mdi6.chart-bell-curve-cumulative"
    aliases = ("kl divergence", "vae", "variational", "prior", "latent regularizer")
    equation = "KL = −½ Σ (1 + log σ² − μ² − σ²)"
    inputs = MOMENTS

    reduction: Literal["mean", "sum"] = param("mean", "Mean or sum over the batch.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """A single number."""
        need_alike(self, inputs, "mean", "log_var", least=1)
        return {"out": NUMBER}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each number."""
        return inputs["mean"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The divergence in closed form."""
        moments = (In("mean"), In("log_var"))
        return function(f"{LAYERS}.kl_unit_gaussian", *moments, **changed(self, "reduction"))


class BernoulliSample(NodeKind):
    """Draws 0 or 1; gradients pass as if it gave the probability.

    In evaluation it gives the likelier one.

    Shapes:
        in: (N, …)
        out: the same
    Source:
        Bengio, Léonard and Courville 2013, the straight-through estimator.
    """

    id, title, category = "bernoulli_sample", "Bernoulli sample", "Probability"
    icon = "mdi6.dice-2"
    aliases = ("binary sample", "coin", "straight-through", "binary latent", "stochastic neuron")
    equation = "z ~ Bernoulli(σ(x))"

    from_logits: bool = param(True, "The input holds raw scores; otherwise probabilities.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """As it comes in."""
        need_floats(self, inputs["in"])
        need_axes(self, inputs["in"], 1)
        return {"out": inputs["in"]}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """Draws in training only."""
        return layer(f"{LAYERS}.BernoulliSample", **changed(self, "from_logits"))


class GumbelSoftmax(NodeKind):
    """Draws one of several classes, softly, so that gradients reach the scores.

    In evaluation nothing is drawn: it gives the softmax, or the best class if hard.

    Shapes:
        in: (N, …) scores
        out: the same, shares that sum to 1 along `dim`
    Source:
        Jang et al. 2016; torch.nn.functional.gumbel_softmax.
    """

    id, title, category = "gumbel_softmax", "Gumbel-softmax", "Probability"
    icon = "mdi6.dice-6"
    aliases = ("concrete distribution", "categorical sample", "discrete latent", "gumbel")
    equation = "z = softmax((x + g) / τ), g ~ Gumbel"

    tau: float = param(1.0, "Temperature; near 0 it picks one, high it spreads.", low=1e-3, high=1e3, card=True)
    hard: bool = param(False, "Give exactly one class, with the gradient of the soft one.")
    dim: int = param(-1, "Axis of the classes, the batch being axis 0.", low=-8, high=8)

    def shapes(self, inputs: Inputs) -> Shapes:
        """As it comes in."""
        need_floats(self, inputs["in"])
        need_axis(self, inputs["in"], self.dim)
        return {"out": inputs["in"]}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """Draws in training only."""
        return layer(f"{LAYERS}.GumbelSoftmax", **changed(self, "tau", "hard", "dim"))


class CategoricalSample(NodeKind):
    """Draws the number of a class by its score; no gradient passes.

    In evaluation it gives the best class.

    Shapes:
        in: (N, …) scores
        out: the same without the axis `dim`, whole numbers
    Source:
        Gumbel 1954, the largest of scores with noise; torch.distributions.Categorical.
    """

    id, title, category = "categorical_sample", "Categorical sample", "Probability"
    icon = "mdi6.dice-multiple-outline"
    aliases = ("multinomial", "sample a class", "sample a token", "policy", "temperature sampling")
    equation = "k ~ softmax(x / τ)"

    tau: float = param(1.0, "Temperature; near 0 the best class is drawn always.", low=1e-3, high=1e3, card=True)
    dim: int = param(-1, "Axis of the classes, the batch being axis 0.", low=-8, high=8)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Without the axis of the classes."""
        found = inputs["in"]
        need_floats(self, found)
        axis = need_axis(self, found, self.dim)
        sizes, axes = found.sizes, found.axes
        return {"out": Shape(sizes[:axis] + sizes[axis + 1 :], axes[:axis] + axes[axis + 1 :], "int64")}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """Draws in training only."""
        return layer(f"{LAYERS}.CategoricalSample", **changed(self, "tau", "dim"))


class GaussianLogProb(NodeKind):
    """The log-probability of numbers under normal distributions, summed over each sample.

    Shapes:
        in, mean, log_var: (N, …)
        out: (N)
    Source:
        Gauss 1809; torch.distributions.Normal.log_prob.
    """

    id, title, category = "gaussian_log_prob", "Gaussian log-probability", "Probability"
    icon = "mdi6.chart-bell-curve"
    aliases = ("log_prob", "log likelihood", "density", "normal", "policy gradient")
    equation = "log p = −½ Σ (log 2π + log σ² + (x − μ)²/σ²)"
    inputs = (Port("in", "What came true."), *MOMENTS)

    def shapes(self, inputs: Inputs) -> Shapes:
        """One number a sample."""
        need_alike(self, inputs, "in", "mean", "log_var", least=1)
        return {"out": Shape.batch()}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each number."""
        return inputs["in"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The density in closed form."""
        return function(f"{LAYERS}.gaussian_log_prob", In(), In("mean"), In("log_var"))
