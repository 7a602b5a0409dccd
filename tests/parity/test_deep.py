"""Networks of thousands of nodes drawn in a few cost what is published, what torch counts, what a formula says."""

from __future__ import annotations

import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.analysis import Analysis, analyse, expanded, plan
from engine.build import compile
from engine.nodes import standard_catalog
from tests.support import deep, handwritten

PARAMETERS, MULTIPLY_ADDS = 60_192_808, 11_513_626_624
"""Of ResNet-152 at 224×224, as torchvision documents it: 60,192,808 and 11.51 billion."""


def multiplied(analysis: Analysis) -> int:
    """Operations of the convolutions and dense layers, inside blocks too."""
    found = 0
    for report in analysis.nodes.values():
        if report.inside is not None:
            found += sum(multiplied(each.analysis) * each.count for each in report.inside.passes)
        elif report.kind is not None and report.kind.id in ("conv2d", "dense"):
            found += report.flops
    return found


def test_resnet_152_costs_what_is_published() -> None:
    analysis = analyse(deep.resnet152())
    assert analysis.parameters == PARAMETERS
    assert multiplied(analysis) == 2 * MULTIPLY_ADDS


def test_resnet_152_costs_what_torch_counts() -> None:
    with torch.device("meta"):
        network = compile(deep.resnet152()).network
        with FlopCounterMode(display=False) as counter:
            scores = network(torch.empty(1, 3, 224, 224))
    assert scores.shape == (1, 1000)
    assert sum(weight.numel() for weight in network.parameters()) == PARAMETERS
    assert counter.get_total_flops() == 2 * MULTIPLY_ADDS


def test_resnet_152_has_the_tensors_of_the_one_written_by_hand() -> None:
    with torch.device("meta"):
        ours, theirs = compile(deep.resnet152()).network, handwritten.ResNet152()
    drawn, written = (
        {name.replace(".", "_"): tensor.shape for name, tensor in module.state_dict().items()}
        for module in (ours, theirs)
    )
    assert drawn == written


def test_a_few_nodes_may_stand_for_twenty_thousand() -> None:
    document = deep.towers(29)
    analysis = analyse(document)
    program = expanded(plan(document, analysis, standard_catalog())).network
    blocks = 29 * 10 * 10
    assert len(program.steps) == 7 * blocks + 3  # the stem, the flatten and the dense layer
    block = 2 * (16 * 16 * 3 * 3 + 2 * 16)
    assert analysis.parameters == blocks * block + (16 * 1 * 3 * 3 + 16) + (16 * 6 * 6 * 10 + 10)
    names = [step.node for step in program.steps]
    assert len(set(names)) == len(names)
    assert names[1] == "tower0.0.blocks.0.a_conv"
    assert names[-3] == "tower28.9.blocks.9.relu"
