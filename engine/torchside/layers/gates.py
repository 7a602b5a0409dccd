"""Gates with weights of their own."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Highway(nn.Module):
    """A dense layer that a learnt gate mixes with its own input.

    Source:
        Srivastava, Greff and Schmidhuber 2015, equation 3.
    """

    def __init__(self, features: int, activation: str = "relu", gate_bias: float = -1.0) -> None:
        super().__init__()
        self.transform, self.gate = nn.Linear(features, features), nn.Linear(features, features)
        self.activation = {"relu": nn.ReLU, "tanh": nn.Tanh}[activation]()
        nn.init.constant_(self.gate.bias, gate_bias)

    def forward(self, features: Tensor) -> Tensor:
        """Features as many as before."""
        share = torch.sigmoid(self.gate(features))
        mixed: Tensor = self.activation(self.transform(features)) * share + features * (1 - share)
        return mixed


class GatedResidual(nn.Module):
    """A small network behind a gate beside a skip, so that it can switch itself off.

    Source:
        Lim et al. 2021, equations 2 to 5.
    """

    def __init__(self, features: int, hidden_size: int, context_features: int = 0, dropout: float = 0.0) -> None:
        super().__init__()
        self.hidden = nn.Linear(features, hidden_size)
        if context_features:
            self.context = nn.Linear(context_features, hidden_size, bias=False)
        self.answer = nn.Linear(hidden_size, features)
        self.dropout = nn.Dropout(dropout)
        self.gate = nn.Linear(features, 2 * features)
        self.norm = nn.LayerNorm(features)

    def forward(self, features: Tensor, context: Tensor | None = None) -> Tensor:
        """Features (N, …, F) as many as before; the context is (N, C), or has the axes of the features."""
        hidden = self.hidden(features)
        if context is not None:
            added = self.context(context)
            steps = [1] * (features.dim() - added.dim())
            hidden = hidden + added.reshape(added.size(0), *steps, *added.shape[1:])
        answer = self.dropout(self.answer(F.elu(hidden)))
        gated: Tensor = self.norm(features + F.glu(self.gate(answer)))
        return gated


def over_channels(share: Tensor, maps: Tensor) -> Tensor:
    """Maps (N, C, …) with each channel weighed by (N, C)."""
    return maps * share.reshape(*share.shape, *[1] * (maps.dim() - 2))


class SqueezeExcitation(nn.Module):
    """Weighs each channel by what a small network makes of the means of all channels.

    Source:
        Hu, Shen and Sun 2018, equation 3.
    """

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        narrow = max(1, channels // reduction)
        self.fc1, self.fc2 = nn.Linear(channels, narrow), nn.Linear(narrow, channels)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (N, C, …), weighed."""
        squeezed = maps.flatten(2).mean(2)
        return over_channels(torch.sigmoid(self.fc2(torch.relu(self.fc1(squeezed)))), maps)


class EfficientChannelAttention(nn.Module):
    """Weighs each channel by the means of its neighbours, with as few weights as a filter has.

    Source:
        Wang et al. 2020, equation 9.
    """

    def __init__(self, kernel_size: int = 3) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, kernel_size, padding=kernel_size // 2, bias=False)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (N, C, …), weighed."""
        squeezed = maps.flatten(2).mean(2)
        return over_channels(torch.sigmoid(self.conv(squeezed[:, None])[:, 0]), maps)


class ChannelAttention(nn.Module):
    """Weighs each channel by what a small network makes of the means and the maxima of all channels.

    Source:
        Woo et al. 2018, equation 2.
    """

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        narrow = max(1, channels // reduction)
        self.fc1, self.fc2 = nn.Linear(channels, narrow, bias=False), nn.Linear(narrow, channels, bias=False)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (N, C, …), weighed."""
        flat = maps.flatten(2)
        of_means, of_maxima = (self.fc2(torch.relu(self.fc1(pooled))) for pooled in (flat.mean(2), flat.amax(2)))
        return over_channels(torch.sigmoid(of_means + of_maxima), maps)


class SpatialAttention(nn.Module):
    """Weighs each place of an image by what a filter makes of its mean and maximum over channels.

    Source:
        Woo et al. 2018, equation 3.
    """

    def __init__(self, kernel_size: int = 7) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (N, C, H, W), weighed."""
        pooled = torch.cat([maps.mean(1, keepdim=True), maps.amax(1, keepdim=True)], dim=1)
        return maps * torch.sigmoid(self.conv(pooled))


class CBAM(nn.Module):
    """Weighs channels, then places of an image.

    Source:
        Woo et al. 2018, equation 1.
    """

    def __init__(self, channels: int, reduction: int = 16, kernel_size: int = 7) -> None:
        super().__init__()
        self.channels = ChannelAttention(channels, reduction)
        self.places = SpatialAttention(kernel_size)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (N, C, H, W), weighed."""
        weighed: Tensor = self.places(self.channels(maps))
        return weighed
