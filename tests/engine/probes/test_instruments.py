"""What probes record, against what torch says."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from engine.messages.control import Watch
from engine.messages.frames import FeatureMaps, Frame, LayerNorms, Progress, Samples
from engine.probes import Readback, Scene, all_probes, pictures
from engine.probes.readback import DelayedReadback
from engine.probes.scores import DeviceScores, HostScores, Scores
from engine.training.setup import Setup, build
from tests.support.training import digits, spirals


@dataclasses.dataclass
class Stage:
    """A training without its loop."""

    setup: Setup
    scene: Scene
    frames: list[Frame]

    def take(self, probe: str) -> Any:
        """One look of a probe around an optimizer's step; the last frame it recorded."""
        instrument = all_probes()[probe]().start(self.scene)
        assert instrument is not None
        batch = self.setup.data.train.between(0, 32)
        self.setup.optimizer.zero_grad()
        self.setup.forward(batch)[0].backward()  # type: ignore[no-untyped-call]
        instrument.before()
        self.setup.optimizer.step()
        self.scene.step += 1
        instrument.after()
        self.scene.readback.drain()
        return self.frames[-1]

    def named(self, node: str, size: str = "small") -> FeatureMaps:
        """The picture of a node."""
        return next(f for f in self.frames if isinstance(f, FeatureMaps) and (f.node, f.size) == (node, size))


def staged(document: Any, readback: Readback | None = None) -> Stage:
    """A document ready to be looked at."""
    setup = build(document)
    frames: list[Frame] = []
    scene = Scene(
        compiled=setup.forward.compiled,
        readback=readback or Readback(),
        record=frames.append,
        sample=lambda index: setup.data.val.between(index, index + 1),
        samples=setup.data.val.count,
        classes=setup.data.classes,
    )
    return Stage(setup, scene, frames)


@pytest.mark.parametrize("readback", [Readback(), DelayedReadback()], ids=["at once", "delayed"])
def test_norms_are_those_of_all_gradients_and_updates(readback: Readback) -> None:
    stage = staged(digits(optimizer={"id": "sgd", "params": {"lr": 0.1}}), readback)
    network = stage.setup.forward.compiled.network
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    frame = stage.take("layer_norms")
    assert isinstance(frame, LayerNorms)
    assert (frame.nodes, frame.step) == (["conv", "fc"], 1)
    for node, gradient, ratio in zip(frame.nodes, frame.gradients, frame.ratios, strict=True):
        layer = network.get_submodule(node)
        gradients = torch.cat([p.grad.flatten() for p in layer.parameters() if p.grad is not None])
        old = torch.cat([before[f"{node}.{name}"].flatten() for name, _ in layer.named_parameters()])
        assert gradient == pytest.approx(gradients.norm().item(), rel=1e-5)
        # Plain SGD moves weights by lr times the gradient.
        assert ratio == pytest.approx((0.1 * gradients.norm() / old.norm()).item(), rel=1e-4)


def test_weights_without_gradient_count_nothing() -> None:
    stage = staged(digits())
    instrument = all_probes()["layer_norms"]().start(stage.scene)
    assert instrument is not None
    instrument.before()
    instrument.after()
    assert stage.frames == []
    for parameter in stage.setup.forward.compiled.network.get_submodule("conv").parameters():
        parameter.requires_grad_(False)
    frame = stage.take("layer_norms")
    assert frame.nodes == ["fc"]


def test_feature_maps_are_what_the_nodes_give_in_eval_mode() -> None:
    stage = staged(digits())
    stage.scene.watch = Watch("conv", 3)
    random = torch.get_rng_state()
    stage.take("feature_maps")
    network = stage.setup.forward.compiled.network
    (image,), _ = stage.setup.data.val.between(3, 4)
    conv = network.get_submodule("conv")(image)[0].detach().numpy()
    large = stage.named("conv", "large")
    assert (large.sample, large.shape, large.count, large.height, large.width) == (3, (6, 8, 8), 6, 8, 8)
    pixels = np.frombuffer(large.pixels, np.uint8).reshape(6, 8, 8)
    restored = large.low + pixels / 255 * (large.high - large.low)
    np.testing.assert_allclose(restored, conv, atol=(large.high - large.low) / 255)
    small = stage.named("conv")
    assert (small.count, small.shape) == (4, (6, 8, 8))
    assert {frame.node for frame in stage.frames if isinstance(frame, FeatureMaps)} >= {
        "image",
        "pool",
        "flat",
        "fc",
    }
    assert (stage.named("fc").height, stage.named("fc").width) == (1, 10)
    assert network.training
    assert torch.equal(torch.get_rng_state(), random)


def test_watching_nothing_or_an_unknown_node_gives_small_pictures_only() -> None:
    stage = staged(digits())
    stage.scene.watch = Watch("gone", 10**9)
    stage.take("feature_maps")
    assert {frame.size for frame in stage.frames if isinstance(frame, FeatureMaps)} == {"small"}
    assert stage.named("fc").sample == stage.setup.data.val.count - 1


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((), (1, 1, 1)),
        ((7,), (1, 1, 7)),
        ((500,), (1, 1, 64)),
        ((9, 16), (1, 9, 16)),
        ((200, 16), (1, 48, 16)),
        ((64, 100, 90), (4, 48, 48)),
        ((2, 3, 5, 5), (4, 5, 5)),
    ],
)
def test_every_shape_has_a_picture(shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    found = pictures.maps(torch.rand(shape), pictures.FEW, pictures.SMALL)
    assert tuple(found.shape) == expected
    picture = pictures.picture(found.numpy())
    assert (picture.maps, picture.height, picture.width) == expected
    assert len(picture.pixels) == np.prod(expected)


def test_pictures_of_odd_values() -> None:
    flat = pictures.picture(np.full((1, 2, 2), 3.0, np.float32))
    assert (flat.low, flat.high, set(flat.pixels)) == (3.0, 3.0, {0})
    odd = pictures.picture(np.array([[[np.nan, np.inf, -1.0, 1.0]]], np.float32))
    assert (odd.low, odd.high) == (-1.0, 1.0)
    assert list(odd.pixels) == [128, 128, 0, 255]


def test_the_watched_sample_has_its_picture_label_and_answer() -> None:
    stage = staged(digits())
    stage.scene.watch = Watch("", 8)
    frame = stage.take("samples")
    assert isinstance(frame, Samples)
    (image,), (label,) = stage.setup.data.val.between(8, 9)
    assert (frame.index, frame.total, frame.height, frame.width, frame.channels) == (8, 359, 8, 8, 1)
    assert frame.label == str(label.item())
    network = stage.setup.forward.compiled.network.eval()
    assert frame.prediction == str(network(image).argmax().item())
    np.testing.assert_allclose(
        np.frombuffer(frame.pixels, np.uint8).reshape(8, 8), image[0, 0].numpy() * 255, atol=0.51
    )


def test_progress_says_where_the_run_is(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [10.0]
    monkeypatch.setattr("engine.probes.progress.time.perf_counter", lambda: now[0])
    stage = staged(spirals())
    scene = stage.scene
    scene.steps, scene.epochs = 100, 5
    instrument = all_probes()["progress"]().start(scene)
    assert instrument is not None
    now[0], scene.step, scene.seen = 12.0, 20, 640
    instrument.after()
    frame = stage.frames[-1]
    assert isinstance(frame, Progress)
    assert frame.rate == pytest.approx(320.0)
    assert frame.eta == pytest.approx(8.0)
    scene.status, now[0] = "paused", 1_000.0
    instrument.after()
    scene.status, now[0], scene.step, scene.seen = "running", 1_002.0, 40, 1_280
    instrument.after()
    assert stage.frames[-1].rate == pytest.approx(320.0)  # type: ignore[union-attr]


def scores(kind: str, names: list[str], recorded: int, log: list[Any]) -> Scores:
    """Scores of either kind, on the CPU."""

    def record(step: int, epoch: float, values: dict[str, float]) -> None:
        log.append((step, epoch, values))

    if kind == "host":
        return HostScores(names, recorded, record)
    return DeviceScores(names, recorded, record, Readback(), torch.device("cpu"))


@pytest.mark.parametrize("kind", ["host", "device"])
def test_scores_are_recorded_averaged_over_samples_and_watched(kind: str) -> None:
    log: list[Any] = []
    found = scores(kind, ["loss", "accuracy"], 1, log)
    found.add(1, 0.5, [torch.tensor(2.0), torch.tensor(0.5)], 10)
    found.add(2, 1.0, [torch.tensor(4.0), torch.tensor(1.0)], 30)
    assert log == [(1, 0.5, {"train/loss": 2.0}), (2, 1.0, {"train/loss": 4.0})]
    assert found.averages() == {"loss": 3.5, "accuracy": 0.875}
    sums, count = found.sums(), found.count
    again = scores(kind, ["loss", "accuracy"], 1, log)
    again.reset(sums, count)
    assert again.averages() == found.averages()
    found.add(3, 1.5, [torch.tensor(float("nan")), torch.tensor(1.0)], 1)
    found.add(4, 2.0, [torch.tensor(float("inf")), torch.tensor(1.0)], 1)
    assert found.bad_step == 3
    found.reset()
    assert found.averages() == {}
