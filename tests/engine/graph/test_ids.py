"""Names of nodes become attributes of modules and variables of source."""

from __future__ import annotations

import keyword

import pytest

from engine.errors import EditError
from engine.graph import check_id, free_id
from engine.graph.node import RESERVED


@pytest.mark.parametrize("id", ["a", "conv1", "Conv_2d", "x" * 64, "parameters_", "lists"])
def test_good_ids(id: str) -> None:
    check_id(id)


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("", "starts with a letter"),
        ("1a", "starts with a letter"),
        ("_a", "starts with a letter"),
        ("__class__", "starts with a letter"),
        ("a.b", "letters, digits and _"),
        ("a b", "letters, digits and _"),
        ("a\n", "letters, digits and _"),
        ("größe", "letters, digits and _"),
        ("<img src=x>", "starts with a letter"),
        ("x" * 65, "at most 64 characters"),
        ("lambda", "needs for itself"),
        ("None", "needs for itself"),
        ("match", "needs for itself"),
        ("forward", "needs for itself"),
        ("training", "needs for itself"),
        ("torch", "needs for itself"),
    ],
)
def test_bad_ids_say_why(id: str, words: str) -> None:
    with pytest.raises(EditError, match=words):
        check_id(id)


def test_every_name_that_torch_modules_use_is_reserved() -> None:
    from torch import fx, nn

    module = fx.GraphModule(nn.Module(), fx.Graph())
    names = {name for name in {*dir(nn.Module()), *dir(module)} if not name.startswith("_")}
    assert names <= RESERVED | set(keyword.kwlist)


def test_free_ids_count_from_one() -> None:
    assert free_id("conv", {}) == "conv1"
    assert free_id("conv2", {"conv1": 0, "conv2": 0}) == "conv3"
    assert free_id("12_", set()) == "node1"
