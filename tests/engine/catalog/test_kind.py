from __future__ import annotations

import pytest

from engine.catalog import Call, In, Inputs, Item, NodeKind, Shape, function, layer
from engine.catalog.call import attribute, layers
from engine.errors import ParamError, UnknownIdError
from engine.nodes import standard_catalog
from engine.spec import Pair, param


class Bare(NodeKind):
    """Shows its parameters."""

    size: Pair = param((3, 5), "Size.", card=True)
    rate: float = param(0.25, "Rate.", card=True)
    hidden: int = param(1, "Hidden.")


def test_the_card_shows_the_parameters_that_matter() -> None:
    assert Bare().card() == "3×5, 0.25"


def test_a_kind_passes_its_input_on_unless_it_says_otherwise() -> None:
    shape = Shape.batch(4, 4)
    inputs = Inputs.of(shape)
    assert Bare().shapes(inputs) == {"out": shape}
    assert (Bare().weights(inputs), Bare().buffers(inputs), Bare().placeholder()) == ({}, {}, None)
    assert Bare().flops(inputs, {"out": shape}) == 16
    with pytest.raises(NotImplementedError, match="Bare must define call or calls"):
        Bare().calls(inputs)


def test_the_catalogue_parses_a_kind() -> None:
    catalog = standard_catalog()
    values = catalog.parse("dense", {"out_features": 3}).values()
    assert list(values.items())[:2] == [("out_features", 3), ("bias", True)]
    with pytest.raises(UnknownIdError, match=r'There is no node kind "densse". Did you mean "dense"'):
        catalog.parse("densse", {})
    with pytest.raises(ParamError, match=r"out_features must be a whole number. Received: 'many'"):
        catalog.parse("dense", {"out_features": "many"})


def test_all_files_of_the_catalogue_were_taken() -> None:
    catalog = standard_catalog()
    assert catalog.problems == []
    assert len(catalog) >= 40
    assert standard_catalog() is catalog


def test_layers_of_expressions_come_once_and_in_order() -> None:
    first = layer("torch.nn.Linear", in_features=1, out_features=1, part="a")
    second = layer("torch.nn.Linear", args=(first,), in_features=1, out_features=1)
    expressions = {"out": Item(second, 0), "more": function("torch.add", first, (second, [first])), "in": In()}
    assert layers(expressions) == [first, second]
    assert attribute("fc", first) == "fc_a"
    assert attribute("fc", second) == "fc"


def test_a_function_takes_the_input_unless_told() -> None:
    assert function("torch.relu").args == (In("in"),)
    assert Call("torch.relu").build is None
