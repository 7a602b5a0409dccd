"""Blocks of sequences and gates equal torch's layers with the same weights, or their paper's equations."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.build import compile
from tests.support.library import Ran, State, placed


def line(x: Tensor, state: State, name: str) -> Tensor:
    return functional.linear(x, state[f"{name}.weight"], state.get(f"{name}.bias"))


def layer_norm(x: Tensor, state: State, name: str) -> Tensor:
    return functional.layer_norm(x, x.shape[-1:], state[f"{name}.weight"], state[f"{name}.bias"])


def gelu(x: Tensor) -> Tensor:
    return x * 0.5 * (1 + torch.erf(x / 2**0.5))


def randomized(layer: nn.Module) -> State:
    """The state of a layer whose weights are random, those of norms too."""
    for weight in layer.parameters():
        weight.data.normal_(0.0, 0.3)
    return dict(layer.eval().state_dict())


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("transformer_encoder", {"norm_first": True, "activation": "gelu"}),
        ("transformer_encoder_post", {"norm_first": False, "activation": "relu"}),
    ],
)
def test_a_transformer_encoder_equals_torchs_own(name: str, options: dict[str, Any]) -> None:
    torch.manual_seed(1)
    layer = nn.TransformerEncoderLayer(8, 2, 32, batch_first=True, **options)
    ran = Ran(name, {"in": (5, 8)}, training=False, state=randomized(layer), d_model=8, nhead=2)
    ran.gives(layer(ran.inputs[0]))


def test_a_transformer_decoder_equals_torchs_own() -> None:
    torch.manual_seed(1)
    layer = nn.TransformerDecoderLayer(8, 2, 32, batch_first=True, norm_first=True, activation="gelu")
    state, shapes = randomized(layer), {"in": (5, 8), "memory": (6, 8)}
    ran = Ran("transformer_decoder", shapes, training=False, state=state, d_model=8, nhead=2)
    mask = nn.Transformer.generate_square_subsequent_mask(5)
    ran.gives(layer(*ran.inputs, tgt_mask=mask, tgt_is_causal=True))


def test_repeated_decoders_all_look_at_the_memory() -> None:
    torch.manual_seed(1)
    layer = nn.TransformerDecoderLayer(8, 2, 32, batch_first=True, norm_first=True, activation="gelu")
    stack = nn.TransformerDecoder(layer, 3)
    state = {key.removeprefix("layers."): value for key, value in randomized(stack).items()}
    shapes = {"in": (5, 8), "memory": (6, 8)}
    ran = Ran("transformer_decoder", shapes, training=False, state=state, d_model=8, nhead=2, repeat=3)
    ran.gives(stack(*ran.inputs, tgt_mask=nn.Transformer.generate_square_subsequent_mask(5), tgt_is_causal=True))


def causal(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Softmax over what came before, written out; (N, heads, T, E)."""
    scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
    later = torch.ones(scores.shape[-2:]).triu(1).bool()
    return torch.softmax(scores.masked_fill(later, float("-inf")), -1) @ value


def heads(x: Tensor, count: int) -> Tensor:
    return x.unflatten(-1, (count, -1)).transpose(1, 2)


def test_gpt_block() -> None:
    ran = Ran("gpt_block", {"in": (5, 8)}, training=False, d_model=8, nhead=2)
    (x,), state = ran.inputs, ran.state
    y = layer_norm(x, state, "ln_1")
    parts = functional.linear(y, state["attn.in_proj_weight"], state["attn.in_proj_bias"]).chunk(3, -1)
    gathered = causal(*(heads(part, 2) for part in parts)).transpose(1, 2).flatten(2)
    x = x + line(gathered, state, "attn.out_proj")
    hidden = line(layer_norm(x, state, "ln_2"), state, "c_fc")
    cubic = (2 / torch.pi) ** 0.5 * (hidden + 0.044715 * hidden**3)
    ran.gives(x + line(0.5 * hidden * (1 + torch.tanh(cubic)), state, "c_proj"))
    assert hidden.shape[-1] == 32


def rms(x: Tensor, state: State, name: str) -> Tensor:
    return x / torch.sqrt(x.square().mean(-1, keepdim=True) + 1e-6) * state[f"{name}.weight"]


def turned(x: Tensor) -> Tensor:
    """Each pair of features as a complex number, turned by its position."""
    pairs = x.shape[-1] // 2
    speeds = 10000.0 ** (-torch.arange(pairs) / pairs)
    angles = torch.arange(x.shape[-2])[:, None] * speeds
    numbers = torch.view_as_complex(x.unflatten(-1, (pairs, 2)).contiguous())
    return torch.view_as_real(numbers * torch.polar(torch.ones_like(angles), angles)).flatten(-2)


def test_llama_block() -> None:
    ran = Ran("llama_block", {"in": (5, 12)}, d_model=12, nhead=3)
    (x,), state = ran.inputs, ran.state
    q, k, v = (heads(line(rms(x, state, "attention_norm"), state, f"w{n}"), 3) for n in "qkv")
    x = x + line(causal(turned(q), turned(k), v).transpose(1, 2).flatten(2), state, "wo")
    y = rms(x, state, "ffn_norm")
    gate = line(y, state, "w1")
    ran.gives(x + line(gate * torch.sigmoid(gate) * line(y, state, "w3"), state, "w2"))
    assert gate.shape[-1] == 32


def mlp(x: Tensor, state: State, way: str = "") -> Tensor:
    return line(gelu(line(x, state, f"{way}fc1")), state, f"{way}fc2")


def test_mlp_block() -> None:
    ran = Ran("mlp_block", {"in": (6,)}, training=False, hidden_size=9, out_features=4)
    ran.gives(mlp(ran.inputs[0], ran.state))


def test_mixer_block() -> None:
    ran = Ran("mixer_block", {"in": (5, 8)}, tokens=5, d_model=8)
    (x,), state = ran.inputs, ran.state
    x = x + mlp(layer_norm(x, state, "norm1").transpose(1, 2), state, "token_mixing.").transpose(1, 2)
    ran.gives(x + mlp(layer_norm(x, state, "norm2"), state, "channel_mixing."))
    assert state["token_mixing.fc1.weight"].shape == (4, 5)
    assert state["channel_mixing.fc1.weight"].shape == (32, 8)


def test_highway_block() -> None:
    """Equation 3 of Srivastava, Greff and Schmidhuber 2015."""
    ran = Ran("highway_block", {"in": (6,)}, features=6)
    (x,), state = ran.inputs, ran.state
    gate = torch.sigmoid(line(x, state, "transform"))
    ran.gives(torch.relu(line(x, state, "plain")) * gate + x * (1 - gate))


def test_a_highway_begins_with_carrying() -> None:
    network = compile(placed("highway_block", {"in": (6,)}, features=6), seed=0).network
    assert network.state_dict()["block.transform.bias"].tolist() == [-1.0] * 6


def past(x: Tensor, state: State, name: str, dilation: int = 1) -> Tensor:
    """A convolution that sees each moment and those before, tap by tap."""
    weight = state[f"{name}.weight"]
    taps, length = weight.shape[-1], x.shape[-1]
    total = state[f"{name}.bias"][:, None].expand(len(x), -1, length)
    for tap in range(taps):
        back = (taps - 1 - tap) * dilation
        shifted = functional.pad(x, (back, 0))[..., :length]
        total = total + torch.einsum("oc,nct->not", weight[..., tap], shifted)
    return total


def test_gated_linear() -> None:
    """Equation 1 of Dauphin et al. 2017, with the residual of its figure 1."""
    ran = Ran("gated_linear", {"in": (4, 9)}, channels=4, kernel_size=3)
    (x,), state = ran.inputs, ran.state
    ran.gives(x + past(x, state, "value") * torch.sigmoid(past(x, state, "control")))


def test_wavenet_block() -> None:
    """Equation 2 of van den Oord et al. 2016."""
    ran = Ran("wavenet_block", {"in": (4, 12)}, channels=4, skip_channels=5, dilation=3)
    (x,), state = ran.inputs, ran.state
    z = torch.tanh(past(x, state, "filter", 3)) * torch.sigmoid(past(x, state, "control", 3))
    ran.gives(x + past(z, state, "residual"), past(z, state, "skip"))


def joined(layer: nn.RNNBase, gates: str) -> dict[str, tuple[Tensor, Tensor]]:
    """Weight and bias of each gate over input and state side by side."""
    both = torch.cat([layer.weight_ih_l0, layer.weight_hh_l0], 1).detach().chunk(len(gates))
    bias = (layer.bias_ih_l0 + layer.bias_hh_l0).detach().chunk(len(gates))
    return {gate: (both[place], bias[place]) for place, gate in enumerate(gates)}


def test_an_lstm_from_gates_equals_torchs_own() -> None:
    torch.manual_seed(1)
    layer = nn.LSTM(5, 7, batch_first=True)
    state = {}
    for gate, (weight, bias) in joined(layer, "ifgo").items():
        state |= {f"{gate}_sum.weight": weight, f"{gate}_sum.bias": bias}
    ran = Ran("lstm_cell", {"in": (6, 5)}, state=state, hidden_size=7)
    ran.gives(layer(ran.inputs[0])[0])


def test_a_gru_from_gates_equals_torchs_own() -> None:
    torch.manual_seed(1)
    layer = nn.GRU(5, 7, batch_first=True)
    state = {}
    for gate, (weight, bias) in joined(layer, "rzn").items():
        state |= {f"{gate}_sum.weight": weight, f"{gate}_sum.bias": bias} if gate != "n" else {}
    for ours, theirs in (("n_x", "ih"), ("n_h", "hh")):
        for part in ("weight", "bias"):
            state[f"{ours}.{part}"] = getattr(layer, f"{part}_{theirs}_l0").detach().chunk(3)[2]
    ran = Ran("gru_cell", {"in": (6, 5)}, state=state, hidden_size=7)
    ran.gives(layer(ran.inputs[0])[0])


def test_an_elman_cell_equals_torchs_own() -> None:
    torch.manual_seed(1)
    layer = nn.RNN(5, 7, batch_first=True)
    weight, bias = joined(layer, "h")["h"]
    state = {"h_next_sum.weight": weight, "h_next_sum.bias": bias}
    ran = Ran("elman_cell", {"in": (6, 5)}, state=state, hidden_size=7)
    ran.gives(layer(ran.inputs[0])[0])


def test_a_minimal_gated_unit() -> None:
    """Table 1 of Zhou et al. 2016."""
    ran = Ran("minimal_gated_unit", {"in": (6, 5)}, hidden_size=7)
    (x,), state = ran.inputs, ran.state
    h, found = torch.zeros(3, 7), []
    for step in range(6):
        f = torch.sigmoid(line(torch.cat([x[:, step], h], 1), state, "f_sum"))
        new = torch.tanh(line(torch.cat([x[:, step], f * h], 1), state, "n_sum"))
        h = (1 - f) * h + f * new
        found.append(h)
    ran.gives(torch.stack(found, 1))


def test_repeated_cells_are_stacked_layers() -> None:
    torch.manual_seed(1)
    layers = [nn.RNN(7, 7, batch_first=True) for _ in range(2)]
    state = {}
    for place, layer in enumerate(layers):
        weight, bias = joined(layer, "h")["h"]
        state |= {f"{place}.h_next_sum.weight": weight, f"{place}.h_next_sum.bias": bias}
    ran = Ran("elman_cell", {"in": (6, 7)}, state=state, hidden_size=7, repeat=2)
    ran.gives(layers[1](layers[0](ran.inputs[0])[0])[0])
