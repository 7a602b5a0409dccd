"""How a prediction meets its target: what losses and metrics share."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, Name, NodeKind, Port, Shape, Shapes, function
from engine.errors import ShapeError
from engine.nodes.rules import breach, need_axes, need_floats
from engine.spec import Values

NUMBER = Shape(())
PORTS: tuple[Port, ...] = (Port("in", "What the network answers."), Port("target", "What it should answer."))


class Comparison(NodeKind):
    """A single number for a batch of predictions and their targets."""

    inputs = PORTS

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """One operation for each number predicted."""
        return inputs.all()[0].count


def clash(kind: NodeKind, rule: str, inputs: Inputs, suggestion: str, fits: Values | None = None) -> ShapeError:
    """The error that what comes in does not go together; it is told at the first input."""
    ports = [port.name for port in kind.input_ports() if port.name in inputs]
    received = ", ".join(f"{port} {inputs[port].words()}" for port in ports)
    message = f"{kind.title} {rule}. Received: {received}."
    return ShapeError(message, port=ports[0], suggestion=suggestion, fits=fits)


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


def need_labels(kind: NodeKind, inputs: Inputs) -> None:
    """Refuse anything but scores (N, K, …) with labels (N, …) of int64."""
    need_classes(kind, inputs)
    if inputs["target"].dtype != "int64":
        raise breach(
            kind,
            "needs class labels (int64)",
            inputs["target"],
            port="target",
            suggestion="Set the target's dtype to int64, or use Cross entropy, which takes shares too.",
        )


def need_alike(kind: NodeKind, inputs: Inputs, *ports: str, least: int = 2) -> None:
    """Refuse decimals at the given ports that have too few axes, or not all the same shape."""
    for port in ports:
        need_floats(kind, inputs[port], port)
        need_axes(kind, inputs[port], least, port=port)
    if any(inputs[port].sizes != inputs[ports[0]].sizes for port in ports):
        raise clash(
            kind,
            f"compares number with number, so {' and '.join(ports)} need the same shape",
            inputs,
            "Give the layers before them the same number of outputs.",
        )


def need_one_each(kind: NodeKind, inputs: Inputs, port: str = "target") -> None:
    """Refuse anything but one number or label a sample at a port."""
    if inputs[port].rank < 1 or inputs[port].count != 1:
        raise breach(
            kind,
            "needs one number or label a sample",
            inputs[port],
            port=port,
            suggestion="Set the target's shape to ().",
        )


def one_score(inputs: Inputs) -> bool:
    """Whether the scores are a yes or no each, not one a class."""
    sizes = inputs["in"].sizes
    return len(sizes) == 1 or (len(sizes) == 2 and sizes[1] == 1)


def classified(inputs: Inputs) -> bool:
    """Whether the target holds labels of classes that have a score each; if not, number meets number."""
    found, target = inputs["in"], inputs["target"]
    return target.dtype == "int64" and found.rank >= 2 and found.sizes[1] != 1 and found.sizes != target.sizes


def classes(inputs: Inputs) -> int | None:
    """How many classes labels tell apart; None where the target holds shares, or the number is open."""
    size = inputs["in"].sizes[1]
    return size if inputs["target"].dtype == "int64" and isinstance(size, int) else None


def labels(inputs: Inputs) -> In | Call:
    """The target's labels, a last axis of size 1 dropped where the scores have none."""
    extra = inputs["target"].rank == inputs["in"].rank and inputs["target"].dtype == "int64"
    return function("torch.squeeze", In("target"), -1) if extra else In("target")


def one_each(inputs: Inputs, port: str = "target") -> In | Call:
    """The numbers or labels of a port, one a sample, as (N)."""
    return In(port) if inputs[port].rank == 1 else function("torch.flatten", In(port))


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
