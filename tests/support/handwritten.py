"""The networks of `tests.support.networks` as one writes them by hand in PyTorch."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.build import Compiled


def copy_weights(compiled: Compiled, hand: nn.Module) -> None:
    """Give the hand-written module the weights of the compiled network: `a.b` there may be `a_b` here."""
    held = {name.replace(".", "_"): tensor for name, tensor in compiled.network.state_dict().items()}
    hand.load_state_dict({name: held[name.replace(".", "_")] for name in hand.state_dict()})
    ours, theirs = (sum(weight.numel() for weight in each.parameters()) for each in (hand, compiled.network))
    assert ours == theirs


class MLP(nn.Module):
    def __init__(self, width: int = 64, classes: int = 10) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, 2 * width)
        self.fc2 = nn.Linear(2 * width, width)
        self.fc3 = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


class LeNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = torch.tanh(self.fc1(x))
        x = torch.tanh(self.fc2(x))
        return self.fc3(x)


class ConvNorm(nn.Module):
    def __init__(self, channels: int, out: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(out)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x))


class Residual(nn.Module):
    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        self.a = ConvNorm(channels, out, 3, stride)
        self.b = ConvNorm(out, out, 3, 1)
        self.skip = ConvNorm(channels, out, 1, stride) if stride != 1 or channels != out else None

    def forward(self, x: Tensor) -> Tensor:
        skip = x if self.skip is None else self.skip(x)
        x = torch.relu(self.a(x))
        return torch.relu(self.b(x) + skip)


class ResNet(nn.Module):
    def __init__(self, width: int = 64, depths: tuple[int, ...] = (2, 2, 2, 2)) -> None:
        super().__init__()
        self.stem = ConvNorm(3, width, 3, 1)
        channels = width
        self.stages = len(depths)
        for stage, depth in enumerate(depths):
            blocks = []
            for block in range(depth):
                out, stride = width * 2**stage, 2 if stage and not block else 1
                blocks.append(Residual(channels, out, stride))
                channels = out
            setattr(self, f"stage{stage}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.stem(x))
        for stage in range(self.stages):
            x = getattr(self, f"stage{stage}")(x)
        return self.fc(torch.mean(x, dim=(2, 3)))


class Bottleneck(nn.Module):
    def __init__(self, channels: int, middle: int, stride: int = 1, *, projected: bool = False) -> None:
        super().__init__()
        self.a = ConvNorm(channels, middle, 1, 1)
        self.b = ConvNorm(middle, middle, 3, stride)
        self.c = ConvNorm(middle, 4 * middle, 1, 1)
        self.skip = ConvNorm(channels, 4 * middle, 1, stride) if projected else None

    def forward(self, x: Tensor) -> Tensor:
        skip = x if self.skip is None else self.skip(x)
        x = torch.relu(self.b(torch.relu(self.a(x))))
        return torch.relu(self.c(x) + skip)


class ResNet152(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.stem = ConvNorm(3, 64, 7, 2)
        channels = 64
        for stage, depth in enumerate((3, 8, 36, 3)):
            middle = 64 * 2**stage
            setattr(self, f"first{stage}", Bottleneck(channels, middle, 2 if stage else 1, projected=True))
            channels = 4 * middle
            setattr(
                self, f"stage{stage}", nn.Sequential(*(Bottleneck(channels, middle) for _ in range(depth - 1)))
            )
        self.fc = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(torch.relu(self.stem(x)), 3, 2, 1)
        for stage in range(4):
            x = getattr(self, f"stage{stage}")(getattr(self, f"first{stage}")(x))
        return self.fc(torch.mean(x, dim=(2, 3)))


class DenseBlock(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, width)
        self.down = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.down(torch.relu(self.up(self.norm(x))))


class DenseResidual(nn.Module):
    def __init__(self, width: int = 64, blocks: int = 99) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(DenseBlock(width) for _ in range(blocks)))
        self.fc = nn.Linear(width, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.blocks(x))


class Inception(nn.Module):
    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        self.one_conv = nn.Conv2d(channels, channels, 1)
        self.three_reduce = nn.Conv2d(channels, channels // 2, 1)
        self.three_conv = nn.Conv2d(channels // 2, channels, 3, padding=1)
        self.five_reduce = nn.Conv2d(channels, channels // 2, 1)
        self.five_conv = nn.Conv2d(channels // 2, channels, 5, padding=2)
        self.pool_conv = nn.Conv2d(channels, channels, 1)
        self.fc = nn.Linear(4 * channels, 10)

    def forward(self, x: Tensor) -> Tensor:
        one = torch.relu(self.one_conv(x))
        three = torch.relu(self.three_conv(torch.relu(self.three_reduce(x))))
        five = torch.relu(self.five_conv(torch.relu(self.five_reduce(x))))
        pool = torch.relu(self.pool_conv(F.max_pool2d(x, 3, 1, 1)))
        joined = torch.cat([one, three, five, pool], dim=1)
        return self.fc(torch.mean(joined, dim=(2, 3)))


class Encoder(nn.Module):
    def __init__(self, width: int = 64, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.layers = layers
        for number in range(layers):
            setattr(self, f"attn_norm{number}", nn.LayerNorm(width))
            setattr(self, f"attn{number}", nn.MultiheadAttention(width, heads, batch_first=True))
            setattr(self, f"mlp_norm{number}", nn.LayerNorm(width))
            setattr(self, f"up{number}", nn.Linear(width, 4 * width))
            setattr(self, f"down{number}", nn.Linear(4 * width, width))
        self.norm = nn.LayerNorm(width)
        self.fc = nn.Linear(width, 10)

    def forward(self, x: Tensor) -> Tensor:
        for n in range(self.layers):
            normed = getattr(self, f"attn_norm{n}")(x)
            x = x + getattr(self, f"attn{n}")(normed, normed, normed, need_weights=False)[0]
            up = F.gelu(getattr(self, f"up{n}")(getattr(self, f"mlp_norm{n}")(x)))
            x = x + getattr(self, f"down{n}")(up)
        return self.fc(torch.mean(self.norm(x), dim=1))


class LSTM(nn.Module):
    def __init__(self, tokens: int = 100, width: int = 64) -> None:
        super().__init__()
        self.embed = nn.Embedding(tokens, width)
        self.read = nn.LSTM(width, width, batch_first=True)
        self.fc = nn.Linear(width, 10)

    def forward(self, tokens: Tensor) -> Tensor:
        read, _ = self.read(self.embed(tokens))
        return self.fc(read[:, -1])


class Gates(nn.Module):
    """An LSTM cell as one loops over it by hand."""

    def __init__(self, width: int) -> None:
        super().__init__()
        for gate in "ifgo":
            setattr(self, f"{gate}_x", nn.Linear(width, width))
            setattr(self, f"{gate}_h", nn.Linear(width, width))

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        i = torch.sigmoid(self.i_x(x) + self.i_h(h))
        f = torch.sigmoid(self.f_x(x) + self.f_h(h))
        g = torch.tanh(self.g_x(x) + self.g_h(h))
        o = torch.sigmoid(self.o_x(x) + self.o_h(h))
        c = f * c + i * g
        return o * torch.tanh(c), c


class GatedLSTM(nn.Module):
    def __init__(self, tokens: int = 100, width: int = 64) -> None:
        super().__init__()
        self.embed = nn.Embedding(tokens, width)
        self.read = Gates(width)
        self.fc = nn.Linear(width, 10)
        self.width = width

    def forward(self, tokens: Tensor) -> Tensor:
        embedded = self.embed(tokens)
        h = c = embedded.new_zeros(len(tokens), self.width)
        for step in range(embedded.shape[1]):
            h, c = self.read(embedded[:, step], h, c)
        return self.fc(h)
