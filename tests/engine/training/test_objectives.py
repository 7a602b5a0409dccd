"""Objectives: each loss teaches its own weights, in turn, as a hand-written loop does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import BuildError, NeuroloomError
from engine.graph import Document, SetParams
from engine.messages.frames import LayerNorms
from engine.recipe import Objective
from engine.runs import RunReader
from engine.training import Summary
from engine.training.checkpoint import load_newest, steps
from engine.training.setup import build
from tests.support.recipes import objective, rivals
from tests.support.training import curves, newest_tensors, same

Train = Callable[..., Summary]
ADAM, SGD = {"id": "adam", "params": {"lr": 0.02}}, {"id": "sgd", "params": {"lr": 0.1, "momentum": 0.5}}


class ByHand(nn.Module):
    """The net of `rivals`."""

    def __init__(self) -> None:
        super().__init__()
        self.gen1, self.gen2, self.critic = nn.Linear(10, 6), nn.Linear(6, 4), nn.Linear(4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.critic(self.gen2(torch.tanh(self.gen1(x))))

    def generator(self) -> list[nn.Parameter]:
        """Its weights."""
        return [*self.gen1.parameters(), *self.gen2.parameters()]


def d_loss(scores: Tensor, y: Tensor) -> Tensor:
    """The critic's loss."""
    return functional.binary_cross_entropy_with_logits(scores, y) * -0.5


def by_hand() -> ByHand:
    """The net with its first weights."""
    torch.manual_seed(5)
    network = ByHand()
    torch.manual_seed(5)
    return network


def batches(document: Document, epochs: int = 3) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches that a plain loop takes."""
    train = build(document).data.train
    x, y = train.inputs[0], train.targets[0]
    for epoch in range(epochs):
        rows = torch.randperm(len(x), generator=torch.Generator().manual_seed(5 * 1_000_003 + epoch))
        for chosen in rows.split(64):
            yield x[chosen], y[chosen]


def weights(done: Summary) -> dict[str, Tensor]:
    """A run's last weights."""
    return load_file(Path(done.run) / "checkpoints" / str(done.steps) / "weights.safetensors")


@pytest.mark.parametrize(("period", "updates"), [(1, 1), (3, 1), (1, 2)])
def test_a_generator_and_its_critic_equal_a_plain_loop_bit_for_bit(
    train: Train, period: int, updates: int
) -> None:
    torch.set_num_threads(1)
    two = [
        objective("D", ["d_loss"], ["critic"], optimizer=ADAM, updates=updates),
        objective("G", ["g_loss"], ["gen*"], optimizer=SGD, period=period),
    ]
    document = rivals(objectives=two)
    done = train(document)
    network = by_hand()
    critic = torch.optim.Adam(network.critic.parameters(), lr=0.02, fused=True)
    generator = torch.optim.SGD(network.generator(), lr=0.1, momentum=0.5, fused=True)
    first_losses = []
    for step, (x, y) in enumerate(batches(document)):
        for update in range(updates):
            critic.zero_grad()
            loss = d_loss(network(x), y)
            loss.backward(inputs=list(network.critic.parameters()))
            critic.step()
            if update == 0:
                first_losses.append(loss.item())
        if step % period == 0:
            generator.zero_grad()
            functional.mse_loss(network(x), y).backward(inputs=network.generator())
            generator.step()
    found = weights(done)
    for name, tensor in network.state_dict().items():
        assert torch.equal(found[name], tensor), name
    assert [value for _, _, value in curves(done.run)["train/d_loss"]] == first_losses


def test_two_losses_with_weights_equal_a_plain_loop(train: Train) -> None:
    torch.set_num_threads(1)
    one = [objective("both", ["g_loss", "d_loss"], [], weights=[0.7, 0.2], optimizer=ADAM)]
    document = rivals(objectives=one)
    done = train(document)
    network = by_hand()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02, fused=True)
    totals = []
    for x, y in batches(document):
        optimizer.zero_grad()
        scores = network(x)
        loss = 0.2 * d_loss(scores, y) + 0.7 * functional.mse_loss(scores, y)
        loss.backward()
        optimizer.step()
        totals.append(loss.item())
    for name, tensor in network.state_dict().items():
        assert torch.equal(weights(done)[name], tensor), name
    assert [value for _, _, value in curves(done.run)["train/loss"]] == totals


def test_an_objectives_weights_change_by_it_alone(train: Train) -> None:
    first = build(rivals()).forward.compiled.network.state_dict()
    done = train(rivals(objectives=[objective("G", ["g_loss"], [], without=["critic"])]))
    for name, tensor in weights(done).items():
        assert torch.equal(tensor, first[name]) is name.startswith("critic"), name


def test_an_objective_of_all_losses_and_weights_is_the_implied_one(train: Train) -> None:
    plain = train(rivals(optimizer=ADAM))
    given = train(rivals(objectives=[objective("all", [], [], optimizer=ADAM)]))
    assert same(weights(plain), weights(given))


def test_objectives_go_on_exactly(train: Train) -> None:
    two = [
        objective("D", ["d_loss"], ["critic"], schedule={"id": "exponential"}, warmup=4),
        objective("G", ["g_loss"], ["gen*"], optimizer=SGD, period=2, schedule={"id": "cosine"}),
    ]
    recipe = {"objectives": two, "ema": 0.9, "accumulate": 2, "l2": 0.01, "clip_norm": 1.0}
    whole = train(rivals(epochs=6, **recipe))
    half = train(rivals(epochs=6, **recipe))
    folder = Path(half.run) / "checkpoints"
    assert len(steps(folder)) > 1
    (folder / str(steps(folder)[-1])).rename(folder / ".lost")
    rest = train(None, resume=Path(half.run))
    assert same(newest_tensors(whole.run), newest_tensors(rest.run))
    assert curves(whole.run) == curves(rest.run)
    assert {"lr/D", "lr/G"} <= set(curves(whole.run))


def test_states_of_two_optimizers_come_back_to_their_own(train: Train) -> None:
    two = [objective("D", ["d_loss"], ["critic"], optimizer=ADAM), objective("G", ["g_loss"], ["gen*"])]
    done = train(rivals(objectives=two, epochs=1))
    held = load_newest(Path(done.run) / "checkpoints")
    assert held is not None
    assert [group["lr"] for group in held.state.groups] == [0.02, 0.001]
    assert held.tensors["state.0.exp_avg"].shape == (1, 4)  # the critic's
    assert held.tensors["state.2.exp_avg"].shape == (6, 10)  # the generator's first


@pytest.mark.parametrize(
    ("objectives", "words"),
    [
        ([objective("D", ["dloss"], [])], r'names the loss "dloss"; the losses are d_loss, g_loss.*mean "d_loss"'),
        ([objective("D", ["d_loss"], ["critik"])], r'"critik", which is no node with weights.*mean "critic"'),
        ([objective("D", ["d_loss"], [], without=["*"])], r'"D": The network has no weights to learn'),
        ([objective("D", ["d_loss"], [], weights=[0.0])], r"no loss with a weight other than 0"),
        ([objective("D", [], []), objective("D", [], [])], r'Two objectives are called "D"'),
        ([objective("D", ["d_loss"], [], weights=[1.0, 2.0])], r"one number for each of the 1 losses"),
    ],
)
def test_wrong_objectives_are_refused(objectives: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(NeuroloomError, match=words):
        build(rivals(objectives=objectives))


def test_lbfgs_gathers_no_gradients() -> None:
    with pytest.raises(BuildError, match="cannot be gathered"):
        build(rivals(optimizer={"id": "lbfgs"}, accumulate=2))


def test_an_objective_pays_the_penalty_of_its_own_weights(train: Train) -> None:
    two = [
        objective("D", ["d_loss"], ["critic"], optimizer=ADAM),
        objective("G", ["g_loss"], ["gen*"], optimizer=SGD),
    ]
    document = rivals(objectives=two)
    document.apply(SetParams("critic", {"l2": 0.5}))
    document.apply(SetParams("gen2", {"l1": 0.1}))
    done = train(document)
    network = by_hand()
    critic = torch.optim.Adam(network.critic.parameters(), lr=0.02)
    generator = torch.optim.SGD(network.generator(), lr=0.1, momentum=0.5)
    for x, y in batches(document):
        critic.zero_grad()
        (d_loss(network(x), y) + 0.5 * network.critic.weight.square().sum()).backward()
        critic.step()
        generator.zero_grad()
        (functional.mse_loss(network(x), y) + 0.1 * network.gen2.weight.abs().sum()).backward()
        generator.step()
    for name, tensor in network.state_dict().items():
        torch.testing.assert_close(weights(done)[name], tensor, rtol=1e-4, atol=1e-5)


def test_a_name_with_a_star_stands_for_many_and_a_block_for_all_inside() -> None:
    aim = Objective.parse({"parameters": ["gen*", "stem"], "without": ["gen3"]})
    found = [
        node for node in ("gen1", "gen3", "stem", "stem.conv", "stem/conv", "stems", "critic") if aim.moves(node)
    ]
    assert found == ["gen1", "stem", "stem.conv", "stem/conv"]
    assert not aim.moves("gen1", "gen3")  # one weight that both use


def test_norms_are_shown_for_the_weights_of_every_objective(train: Train) -> None:
    two = [
        objective("D", ["d_loss"], ["critic"], optimizer={"id": "sgd", "params": {"lr": 0.1}}),
        objective("G", ["g_loss"], ["gen*"], optimizer={"id": "sgd", "params": {"lr": 0.1}}, period=2),
    ]
    done = train(rivals(objectives=two, epochs=1))
    with RunReader(Path(done.run)) as reader:
        frames = [frame for frame in reader.frames(LayerNorms) if isinstance(frame, LayerNorms)]
    first = next(frame for frame in frames if frame.step == 1)
    assert first.nodes == ["gen1", "gen2", "critic"]
    assert all(norm > 0 for norm in first.gradients)
    assert all(ratio > 0 for ratio in first.ratios)
    second = next(frame for frame in frames if frame.step == 2)
    assert [norm > 0 for norm in second.gradients] == [False, False, True]  # the generator rests
    assert [ratio > 0 for ratio in second.ratios] == [False, False, True]
