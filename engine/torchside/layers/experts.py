"""Mixtures of experts."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class MixtureOfExperts(nn.Module):
    """Several small networks, of which a router chooses a few for each step.

    All experts are computed and those not chosen weigh 0: as fast as a dense layer of their joint width.

    Source:
        Shazeer et al. 2017, section 2; the balance is that of Fedus, Zoph and Shazeer 2022, equation 4.
    """

    def __init__(self, features: int, num_experts: int, hidden_size: int, top_k: int) -> None:
        super().__init__()
        self.num_experts, self.top_k = num_experts, top_k
        self.router = nn.Linear(features, num_experts, bias=False)
        self.weight1 = nn.Parameter(torch.empty(num_experts, features, hidden_size))
        self.bias1 = nn.Parameter(torch.zeros(num_experts, 1, hidden_size))
        self.weight2 = nn.Parameter(torch.empty(num_experts, hidden_size, features))
        self.bias2 = nn.Parameter(torch.zeros(num_experts, 1, features))
        for weight in (self.weight1, self.weight2):
            bound = 1 / math.sqrt(weight.size(1))
            nn.init.uniform_(weight, -bound, bound)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """The chosen experts' answers, mixed, and the balance: 1 where all experts are used alike."""
        steps = features.flatten(0, -2)
        chances = self.router(steps).softmax(dim=1)
        best, chosen = chances.topk(self.top_k, dim=1)
        # A lone expert keeps its chance, or the router would learn nothing from the answer.
        kept = best / best.sum(dim=1, keepdim=True) if self.top_k > 1 else best
        shares = torch.zeros_like(chances).scatter(1, chosen, kept)
        hidden = torch.relu(steps @ self.weight1 + self.bias1)
        answers = hidden @ self.weight2 + self.bias2
        mixed = (shares.T[:, :, None] * answers).sum(0)
        used = torch.zeros_like(chances).scatter(1, chosen, 1 / self.top_k).mean(0)
        balance = self.num_experts * (used * chances.mean(0)).sum()
        return mixed.reshape(features.shape), balance
