"""Frames and controls as they are kept in a run folder."""

from __future__ import annotations

import msgspec
import pytest

from engine.messages import control, frames
from engine.messages.frames import ConfusionMatrix, FeatureMaps, Frame, LayerNorms, Progress, Scalars

ALL = Frame.__args__


def feature_maps(node: str, size: str) -> FeatureMaps:
    return FeatureMaps(
        step=1,
        node=node,
        sample=0,
        shape=(1, 1),
        count=1,
        height=1,
        width=1,
        low=0,
        high=1,
        pixels=b"\0",
        size=size,
    )


@pytest.mark.parametrize("kind", ALL)
def test_a_frame_names_its_type_and_says_what_it_is(kind: type) -> None:
    assert kind.__struct_config__.tag == kind.__name__
    assert kind.__doc__
    assert isinstance(kind.latest_only, bool)


def test_frames_come_back_equal() -> None:
    for frame in (
        feature_maps("conv1", "large"),
        Scalars(step=3, time=1.5, epoch=0.25, values={"train/loss": 0.5}),
        LayerNorms(step=3, nodes=["a", "b"], gradients=[1.0, 2.0], ratios=[0.1, 0.2]),
        ConfusionMatrix(step=3, node="a", part="val", epoch=1, labels=["x", "y"], counts=[1, 2, 3, 4]),
    ):
        assert frames.decode(frames.encode(frame)) == frame


def test_series_are_never_dropped_and_pictures_give_way_by_node_and_size() -> None:
    assert not Scalars.latest_only
    assert not LayerNorms.latest_only
    assert Progress.latest_only
    keys = {feature_maps(node, size).key for node in ("a", "b") for size in ("small", "large")}
    assert len(keys) == 4


def test_an_unknown_frame_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        frames.decode(msgspec.msgpack.encode({"type": "Nonsense", "step": 1}))


def test_controls_come_back_equal() -> None:
    every = [
        control.Pause(),
        control.Resume(),
        control.Stop(),
        control.Step(),
        control.Set({"lr": 0.1}),
        control.Watch("conv1", 3),
    ]
    assert {type(one) for one in every} == set(control.Control.__args__)
    for one in every:
        assert control.decode(control.encode(one)) == one


@pytest.mark.parametrize(
    ("action", "values", "expected"),
    [
        ("pause", {}, control.Pause()),
        ("step", {}, control.Step()),
        ("set", {"values": {"lr": 0.5}}, control.Set({"lr": 0.5})),
        ("watch", {"node": "conv1", "sample": 2}, control.Watch("conv1", 2)),
    ],
)
def test_a_control_is_made_from_its_action(action: str, values: dict[str, object], expected: object) -> None:
    assert control.control(action, values) == expected


@pytest.mark.parametrize(
    ("action", "values"),
    [("explode", {}), ("set", {"values": {"lr": "fast"}}), ("set", {}), ("watch", {"node": 1})],
)
def test_what_is_no_control_is_refused(action: str, values: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        control.control(action, values)


def test_actions_are_named_as_the_protocol_names_them() -> None:
    assert control.ACTIONS == ("pause", "resume", "stop", "step", "set", "watch")
