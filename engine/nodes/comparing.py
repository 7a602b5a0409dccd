"""How a prediction meets its target: what losses and metrics share."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, Name, NodeKind, Port, Shape, Shapes, function
from engine.errors import ShapeError
from engine.nodes.rules import breach, need_axes, need_floats

NUMBER = Shape(())
PORTS = (Port("in", "What the network answers."), Port("target", "What it should answer."))


class Comparison(NodeKind):
    """A single number for a batch of predictions and their targets."""

    inputs = PORTS

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each number predicted."""
        return inputs["in"].count


def clash(kind: NodeKind, rule: str, inputs: Inputs, suggestion: str) -> ShapeError:
    """The error that prediction and target do not go together."""
    found, target = inputs["in"], inputs["target"]
    return ShapeError(
        f"{kind.title} {rule}. Received: in {found.words()}, target {target.words()}.",
        port="in",
        suggestion=suggestion,
    )


def need_pairs(kind: NodeKind, inputs: Inputs) -> None:
    """Refuse predictions and targets that are not number for number; a last axis of size 1 may be missing.

    Torch would broadcast (N, 1) against (N) to N×N pairs, silently.
    """
    found, target = inputs["in"], inputs["target"]
    need_floats(kind, found)
    need_axes(kind, found, 1)
    if found.sizes != target.sizes and found.sizes != (*target.sizes, 1) and target.sizes != (*found.sizes, 1):
        wanted = target.count if target.rank <= 2 else target
        raise clash(
            kind,
            "compares number with number, so both need the same shape",
            inputs,
            f"Give the last layer {wanted} outputs a sample, or change the target's shape.",
        )


def need_classes(kind: NodeKind, inputs: Inputs) -> None:
    """Refuse anything but scores (N, K, …) with labels (N, …) of int64, or with shares (N, K, …)."""
    found, target = inputs["in"], inputs["target"]
    need_floats(kind, found)
    if found.rank < 2:
        raise clash(kind, "needs a score for each class", inputs, "Put a Dense with one output a class before it.")
    if found.sizes == target.sizes and target.dtype == "float32":
        return
    if target.dtype != "int64":
        raise breach(
            kind,
            "needs class labels (int64), or a share for each class",
            target,
            port="target",
            suggestion="Set the target's dtype to int64.",
        )
    wanted = (found.sizes[0], *found.sizes[2:])
    if target.sizes not in (wanted, (*wanted, 1)):
        fix = "Insert a Flatten and a Dense before it." if found.rank > target.rank + 1 else ""
        raise clash(
            kind,
            "needs batch × classes scores and one label a sample (or a label for each further position)",
            inputs,
            fix or "Set the target's shape to (), or bring the classes to axis 1.",
        )


def classes(inputs: Inputs) -> int | None:
    """How many classes labels tell apart; None where the target holds shares, or the number is open."""
    size = inputs["in"].sizes[1]
    return size if inputs["target"].dtype == "int64" and isinstance(size, int) else None


def labels(inputs: Inputs) -> In | Call:
    """The target's labels, a last axis of size 1 dropped where the scores have none."""
    extra = inputs["target"].rank == inputs["in"].rank and inputs["target"].dtype == "int64"
    return function("torch.squeeze", In("target"), -1) if extra else In("target")


def pair(inputs: Inputs) -> tuple[In | Call, In | Call]:
    """Prediction and target, number for number: a lone last axis of size 1 dropped, the target decimal."""
    found, target = inputs["in"], inputs["target"]
    left: In | Call = In()
    right: In | Call = In("target")
    if found.rank > target.rank:
        left = function("torch.squeeze", left, -1)
    elif target.rank > found.rank:
        right = function("torch.squeeze", right, -1)
    if target.dtype != "float32":
        right = function("torch.Tensor.to", right, Name("torch.float32"))
    return left, right
