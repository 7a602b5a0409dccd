"""Mixtures of experts."""

from __future__ import annotations

from engine.catalog import Expr, Inputs, Item, Port, Shape, Shapes, Weighted, Weights, layer
from engine.errors import ParamError
from engine.nodes.rules import need_axes, need_floats
from engine.spec import param


class MixtureOfExperts(Weighted):
    """Several small networks, of which a router chooses a few for each step.

    All experts are computed, and those not chosen weigh 0. Wire the balance to a loss of its own with a
    small weight (0.01), or a few experts do all the work.

    Shapes:
        in: (N, …, F)
        out: (N, …, F)
        balance: a single number, 1 where all experts are used alike and num_experts where one is used only
    Source:
        Shazeer et al. 2017; Fedus, Zoph and Shazeer 2022 (balance).
    """

    id, title, category = "mixture_of_experts", "Mixture of experts", "Gate"
    icon = "mdi6.account-group-outline"
    aliases = ("moe", "switch transformer", "sparse experts", "router", "mixtral")
    equation = "y = Σ_e p_e·E_e(x) over the top k of p = softmax(W·x)"
    outputs = (
        Port("out", "The chosen experts' answers, mixed."),
        Port("balance", "How unevenly the experts are used: a loss to add."),
    )

    num_experts: int = param(4, "Networks to choose from.", low=2, high=1024, card=True)
    top_k: int = param(2, "Networks that are chosen for a step.", low=1, high=1024, card=True)
    hidden_size: int = param(64, "Neurons of each network.", low=1, high=2**16)

    def conflicts(self) -> list[ParamError]:
        """No more are chosen than there are."""
        if self.top_k > self.num_experts:
            words = f"must be at most num_experts, which is {self.num_experts}"
            return [ParamError("top_k", words, self.top_k)]
        return []

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged, and a single number."""
        shape = inputs["in"]
        need_floats(self, shape)
        need_axes(self, shape, 2)
        shape.size(-1)
        return {"out": shape, "balance": Shape(())}

    def weights(self, inputs: Inputs) -> Weights:
        """The router, and all experts stacked."""
        size, experts, hidden = inputs["in"].size(-1), self.num_experts, self.hidden_size
        return {
            "router.weight": (experts, size),
            "weight1": (experts, size, hidden),
            "bias1": (experts, 1, hidden),
            "weight2": (experts, hidden, size),
            "bias2": (experts, 1, size),
        }

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each weight and position."""
        return 2 * inputs["in"].count * self.num_experts * (1 + 2 * self.hidden_size)

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """A layer of ours: torch has none."""
        mixed = layer(
            "engine.torchside.layers.experts.MixtureOfExperts",
            features=inputs["in"].size(-1),
            num_experts=self.num_experts,
            hidden_size=self.hidden_size,
            top_k=self.top_k,
        )
        return {"out": Item(mixed, 0), "balance": Item(mixed, 1)}
