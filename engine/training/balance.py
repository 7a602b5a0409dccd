"""Weights of classes from how often the training split has them."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from engine.analysis import Plan, Step
from engine.graph import Document, SetParams
from engine.runs import with_recipe
from engine.training.data import TrainingData


def balanced(document: Document, plan: Plan, data: TrainingData) -> Document | None:
    """The document with class weights on each loss that takes them and has none; None where no loss does.

    A class weighs samples / (classes · its samples), as scikit-learn balances; the ones of a yes-or-no loss
    weigh as many times more as they are rarer.
    """
    found = {step.node: values for step in _losses(plan) if (values := _weights(step, plan, data))}
    drawn = document.graph()
    edits = [SetParams(node, values) for node, values in found.items() if node in drawn]
    if not edits:
        return None
    weighed = with_recipe(document, {})
    for edit in edits:
        weighed.apply(edit)
    return weighed


def _losses(plan: Plan) -> Iterator[Step]:
    return (step for step in plan.criterion.steps if step.kind.role == "loss")


def _weights(step: Step, plan: Plan, data: TrainingData) -> dict[str, object]:
    """Values for a loss's own parameters for this: `weight` for each class, or `pos_weight` for the ones."""
    truth = _truth(step, plan, data)
    given = step.kind.values()
    if truth is None:
        return {}
    if given.get("weight") == () and not truth.is_floating_point():
        classes = step.kind.labels(step.inputs)
        counts = torch.bincount(truth.flatten(), minlength=classes or 0).double()
        weights = counts.sum() / (len(counts) * counts.clamp(min=1))
        return {"weight": torch.where(counts > 0, weights, 0.0).tolist()}
    if given.get("pos_weight") == 1.0:
        ones = (truth > 0.5).sum().item()
        return {"pos_weight": (truth.numel() - ones) / ones} if ones else {}
    return {}


def _truth(step: Step, plan: Plan, data: TrainingData) -> Tensor | None:
    places = {held.node: place for place, held in enumerate(plan.criterion.placeholders)}
    fed = (value.node for values in step.feeds.values() for value in values)
    return next((data.train.targets[places[node]] for node in fed if node in places), None)
