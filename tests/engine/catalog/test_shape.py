from __future__ import annotations

import pytest

from engine.catalog import Inputs, Shape
from engine.errors import ShapeError


def test_axes_have_the_letters_of_their_rank() -> None:
    assert Shape.batch(3, 8, 8).axes == "NCHW"
    assert Shape.batch(5, 4).axes == "NTF"
    assert Shape.batch(5).axes == "NF"
    assert Shape.batch().axes == "N"
    assert Shape(()).axes == ""
    assert Shape.batch(1, 2, 3, 4, 5).axes == "N·····"
    assert Shape.batch(7, axes="T").axes == "NT"


def test_a_shape_reads_well() -> None:
    shape = Shape.batch(6, 28, 28)
    assert str(shape) == "N×6×28×28"
    assert shape.words() == "N batch × 6 channels × 28 height × 28 width"
    assert (str(Shape(())), Shape(()).words()) == ("scalar", "a single number")


def test_counts_are_of_one_sample() -> None:
    assert Shape.batch(6, 28, 28).count == 4_704
    assert Shape.batch(6, 28, 28).nbytes == 18_816
    assert Shape.batch(3, dtype="int64").nbytes == 24
    assert Shape(()).count == 1
    assert Shape(("N", "T", 8)).count == 8


def test_a_size_is_a_number_or_an_error_that_names_the_port() -> None:
    shape = Shape(("N", "T", 8))
    assert shape.size(-1) == 8
    with pytest.raises(
        ShapeError, match=r"must be known before data flows. Received: N batch × T time"
    ) as open_size:
        shape.size(1, port="key")
    assert open_size.value.port == "key"
    with pytest.raises(ShapeError, match="An axis 3 is needed"):
        shape.size(3)
    with pytest.raises(ShapeError):
        shape.size(-4)


def test_with_last_and_with_dtype() -> None:
    shape = Shape.batch(5, 8, dtype="int64")
    assert shape.with_last(3) == Shape(("N", 5, 3), "NTF")
    assert shape.with_last(3, "E").axes == "NTE"
    assert shape.with_dtype("int64") is shape
    assert shape.with_dtype("float32").dtype == "float32"


def test_inputs_know_which_ports_are_wired() -> None:
    a, b = Shape.batch(1), Shape.batch(2)
    inputs = Inputs({"in": (a, b), "gate": (b,), "key": ()})
    assert inputs["in"] is a
    assert inputs.many("in") == (a, b)
    assert inputs.get("key") is None
    assert inputs.get("nothing") is None
    assert list(inputs) == ["in", "gate"]
    assert ("gate" in inputs, "key" in inputs) == (True, False)
    assert inputs.all() == [a, b, b]
    assert Inputs.of(a, b, gate=a).many() == (a, b)
