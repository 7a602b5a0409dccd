"""Documents become graph modules."""

from __future__ import annotations

import copy
import gc
import weakref

import pytest
import torch
from torch import Tensor, fx, nn

from engine.build import as_tuple, compile, initialize
from engine.errors import BuildError
from engine.graph import Connect, Disconnect, Edge, SetParams
from tests.support import networks
from tests.support.drawing import Drawing
from tests.support.executed import feeds


def test_attributes_are_node_ids() -> None:
    network = compile(networks.lenet()).network
    layers = ("conv1", "conv2", "fc1", "fc2", "fc3")
    assert list(network.state_dict()) == [f"{name}.{part}" for name in layers for part in ("weight", "bias")]
    assert all(type(module).__module__.startswith("torch.nn") for module in network.children())


def test_functions_are_not_modules() -> None:
    network = compile(networks.lenet()).network
    called = [node.target for node in network.graph.nodes if node.op == "call_function"]
    assert called.count(torch.tanh) == 4
    assert torch.flatten in called


def test_every_fx_node_names_its_node() -> None:
    compiled = compile(networks.encoder(6, 16, 4, 1))
    assert compiled.criterion is not None
    for module in compiled.modules():
        module.graph.lint()
        named = {node.meta["node"] for node in module.graph.nodes if node.op != "output"}
        assert {"fc"} <= named
    variables = {node.name for node in compiled.network.graph.nodes}
    assert {"attn_norm0", "attn0", "attn_sum0", "pooled", "fc"} <= variables


def test_criterion_gives_losses_and_metrics_by_node() -> None:
    compiled = compile(networks.mlp(), seed=0)
    assert compiled.criterion is not None
    x, label = torch.randn(5, 64), torch.tensor([0, 1, 2, 3, 4])
    scores = compiled.network(x)
    found = compiled.criterion(scores, label)
    assert compiled.losses == ("loss",)
    assert compiled.metrics == ("accuracy",)
    torch.testing.assert_close(found["loss"], nn.CrossEntropyLoss()(scores, label))
    assert found["accuracy"] == (scores.argmax(1) == label).sum() / 5


def test_without_targets_there_is_no_criterion() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[3])
    drawing.add("fc", "dense", "x", out_features=2)
    compiled = compile(drawing.document)
    assert compiled.criterion is None
    assert compiled.modules() == (compiled.network,)
    assert compiled.network(torch.zeros(4, 3)).shape == (4, 2)


def test_several_outputs_come_as_a_tuple_in_plan_order() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[6])
    drawing.add("halves", "split", "x", chunks=2)
    drawing.add("a", "dense", "halves.out1", out_features=1)
    drawing.add("b", "dense", "halves.out2", out_features=2)
    compiled = compile(drawing.document)
    shapes = [tuple(tensor.shape) for tensor in as_tuple(compiled.network(torch.zeros(4, 6)))]
    assert shapes == [{"a": (4, 1), "b": (4, 2)}[value.node] for value in compiled.outputs]
    assert len(shapes) == 2


def test_an_autoencoder_is_judged_against_its_input() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[4])
    drawing.add("small", "dense", "x", out_features=2)
    drawing.add("back", "dense", "small", out_features=4)
    drawing.add("loss", "mse", to={"in": "back", "target": "x"})
    compiled = compile(drawing.document, seed=0)
    assert compiled.criterion is not None
    x = torch.randn(3, 4)
    outputs = as_tuple(compiled.network(x))
    by_node = dict(zip([value.node for value in compiled.outputs], outputs, strict=True))
    torch.testing.assert_close(compiled.criterion(*outputs)["loss"], (by_node["back"] - x).square().mean())


def test_dead_values_are_freed() -> None:
    """Without gradients a pass holds what is still needed: activations of a chain die one by one."""
    drawing = Drawing()
    last = drawing.add("x", "input", shape=[8])
    for number in range(6):
        last = drawing.add(f"fc{number}", "dense", last, out_features=8)
    network = compile(drawing.document).network
    alive: list[weakref.ref[Tensor]] = []
    most = 0

    def count(module: nn.Module, args: object, output: Tensor) -> None:
        nonlocal most
        most = max(most, 1 + sum(ref() is not None for ref in alive))
        alive.append(weakref.ref(output))

    for layer in network.children():
        layer.register_forward_hook(count)
    with torch.no_grad():
        network(torch.zeros(2, 8))
    assert len(alive) == 6
    assert most <= 2


def test_train_and_eval_mode_reach_the_layers() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[50])
    drawing.add("norm", "batch_norm1d", "x")
    drawing.add("drop", "dropout", "norm", p=0.5)
    network = compile(drawing.document).network
    x = torch.randn(8, 50)
    trained = network.train()(x)
    assert (trained == 0).float().mean() > 0.2
    assert network.norm.num_batches_tracked == 1
    still = network.eval()(x)
    assert torch.equal(still, network(x))
    assert network.norm.num_batches_tracked == 1


def test_parts_that_would_hide_a_method_of_modules_are_renamed() -> None:
    """A node `a` with part `b` must not take the place of a node `a_b`."""
    from engine.analysis import Plan, Program, Step
    from engine.catalog import Inputs, NodeKind, layer
    from engine.source.names import attributes

    def step(node: str, part: str) -> Step:
        return Step(node, NodeKind(), Inputs({}), {"out": layer("torch.nn.Identity", part=part)}, {})

    empty = Program((), (), ())
    steps = (step("register", "buffer"), step("a", "b"), step("a_b", ""))
    found = attributes(Plan(Program((), steps, ()), empty, (), (), ()))
    assert found == {
        ("register", "buffer"): "register_buffer_2",
        ("a", "b"): "a_b_2",
        ("a_b", ""): "a_b",
    }


def test_a_node_in_error_is_named() -> None:
    document = networks.lenet()
    document.apply(SetParams("conv1", {"kernel_size": 99}))
    with pytest.raises(BuildError, match="conv1"):
        compile(document)


def test_an_edit_after_analysis_is_seen() -> None:
    document = networks.mlp()
    document.apply(Disconnect(Edge("relu1", "out", "fc2", "in")))
    document.apply(Connect(Edge("fc1", "out", "fc2", "in")))
    compiled = compile(document, seed=0)
    x = torch.randn(2, 64)
    layers = compiled.network
    expected = layers.fc3(torch.relu(layers.fc2(layers.fc1(x))))
    scores, open_end = layers(x)
    torch.testing.assert_close(scores, expected)
    torch.testing.assert_close(open_end, torch.relu(layers.fc1(x)))


def test_networks_are_collected_when_nobody_holds_them() -> None:
    compiled = compile(networks.mlp())
    dead = weakref.ref(compiled.network)
    del compiled
    gc.collect()
    assert dead() is None


def test_export_and_compile_of_torch_take_the_network() -> None:
    compiled = compile(networks.lenet(), seed=0)
    network, x = compiled.network.eval(), torch.randn(4, 1, 28, 28)
    expected = network(x)
    batch = torch.export.Dim("N")
    exported = torch.export.export(network, (x,), dynamic_shapes=({0: batch},)).module()
    torch.testing.assert_close(exported(x), expected)
    torch.testing.assert_close(exported(x[:3]), expected[:3])
    fast = torch.compile(network, backend="aot_eager")
    torch.testing.assert_close(fast(x), expected)


def test_a_deep_copy_trains_alone() -> None:
    compiled = compile(networks.mlp(), seed=0)
    twin = copy.deepcopy(compiled.network)
    with torch.no_grad():
        twin.fc1.weight.zero_()
    assert isinstance(twin, fx.GraphModule)
    assert compiled.network.fc1.weight.abs().sum() > 0


def test_layers_that_nothing_calls_for_keep_their_weights() -> None:
    """The state dict is that of the drawing: an output that nobody reads takes no layer away."""
    drawing = Drawing()
    drawing.add("x", "input", shape=[5, 3])
    drawing.add("read", "lstm", "x", hidden_size=4)
    drawing.add("last", "select", "read.h", dim=1, index=-1)
    compiled = compile(drawing.document)
    assert compiled.network(torch.zeros(2, 5, 3)).shape == (2, 4)
    assert [name for name in compiled.network.state_dict() if name.startswith("read.")]


def test_the_same_seed_draws_the_same_weights_and_leaves_the_dice_alone() -> None:
    document = networks.encoder(6, 16, 4, 1)
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one = compile(document, seed=11)
    assert torch.equal(torch.rand(3), expected)
    other = compile(document)
    initialize(other, 11)
    for (name, weight), (_, twin) in zip(
        one.network.state_dict().items(), other.network.state_dict().items(), strict=True
    ):
        assert torch.equal(weight, twin), name
    initialize(other, 12)
    assert not torch.equal(one.network.fc.weight, other.network.fc.weight)


def test_first_weights_are_torchs_own() -> None:
    compiled = compile(networks.mlp(), seed=4)
    torch.manual_seed(4)
    for name, layer in (("fc1", nn.Linear(64, 128)), ("fc2", nn.Linear(128, 64)), ("fc3", nn.Linear(64, 10))):
        assert torch.equal(compiled.network.get_submodule(name).weight, layer.weight)


def test_random_inputs_pass_every_example_of_the_networks() -> None:
    for document in (networks.inception(4, 8), networks.lstm(5, 9, 4)):
        compiled = compile(document)
        inputs, targets = feeds(compiled)
        assert compiled.criterion is not None
        found = compiled.criterion(*as_tuple(compiled.network(*inputs)), *targets)
        assert all(value.shape == () for value in found.values())
