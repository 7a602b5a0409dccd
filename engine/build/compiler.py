"""A document compiled: its network and its criterion as graph modules."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from torch import fx, nn

from engine.analysis import Analysis, Placeholder, Plan, Step, Value, analyse, expanded, plan
from engine.build.graph import Tracing
from engine.build.layers import assemble, found_layer, make_layers, returned, seeded
from engine.build.scan import Scan
from engine.catalog import Catalog
from engine.graph import Document
from engine.source.names import Attributes, attributes, variables


@dataclasses.dataclass(frozen=True)
class Compiled:
    """What a document became.

    `network(*inputs)` gives the tensor at `outputs[0]`, or a tuple where there are several. `criterion`,
    None without losses and metrics, takes all network outputs, then the targets, and gives each loss and
    metric by node id, every one a single number; the total loss is the sum over `losses`.

    A layer is the attribute of its node's id, so state-dict keys read `conv1.weight`; a node that uses the
    layer of another has that one's. Names and meanings of `inputs`, `targets` and the rest are those of the
    plan.
    """

    network: fx.GraphModule
    criterion: fx.GraphModule | None
    plan: Plan
    attributes: Attributes
    variables: dict[Value, str]

    @property
    def inputs(self) -> tuple[Placeholder, ...]:
        """What the network takes, in order."""
        return self.plan.network.placeholders

    @property
    def targets(self) -> tuple[Placeholder, ...]:
        """What the criterion takes after the network's outputs, in order."""
        return self.plan.criterion.placeholders

    @property
    def outputs(self) -> tuple[Value, ...]:
        """What the network gives, in order."""
        return self.plan.network.outputs

    @property
    def predictions(self) -> tuple[Value, ...]:
        """Those outputs that are answers."""
        return self.plan.predictions

    @property
    def losses(self) -> tuple[str, ...]:
        """The nodes whose sum is minimized."""
        return self.plan.losses

    @property
    def metrics(self) -> tuple[str, ...]:
        """The nodes that only measure."""
        return self.plan.metrics

    def layer(self, attribute: str) -> nn.Module:
        """The layer behind an attribute of the network or the criterion, `stage.0.conv1`."""
        for module in self.modules():
            found = found_layer(module, attribute)
            if found is not None:
                return found
        raise KeyError(attribute)

    def modules(self) -> tuple[fx.GraphModule, ...]:
        """The network, and the criterion where there is one."""
        return (self.network,) if self.criterion is None else (self.network, self.criterion)


def compile(
    document: Document,
    catalog: Catalog | None = None,
    analysis: Analysis | None = None,
    *,
    seed: int | None = None,
) -> Compiled:
    """Compile a document; `analysis` is that of the document as it is now, made here unless given.

    Blocks are expanded. Layers have the first weights that their nodes ask for, torch's own without, drawn
    under `seed` (see `initialize`), without one from torch's present random state.

    Raises:
        BuildError: a node is in error, or torch refuses a layer; names the node.
    """
    if catalog is None:
        from engine.nodes import standard_catalog

        catalog = standard_catalog()
    planned = expanded(plan(document, analysis or analyse(document, catalog), catalog))
    names, values = attributes(planned), variables(planned)
    with seeded(seed):
        made = make_layers(planned, names)

    tracing = Tracing(planned.network, names, values)
    tracing.graph.output(returned([tracing.values[value] for value in planned.network.outputs]))
    network = assemble(_owned(planned.network.steps, names, made), tracing.graph, "Net")
    return Compiled(network, _criterion(planned, names, values, made), planned, names, values)


def _criterion(
    planned: Plan, names: Attributes, values: dict[Value, str], made: dict[str, nn.Module]
) -> fx.GraphModule | None:
    program = planned.criterion
    if not program.outputs:
        return None
    tracing = Tracing(program, names, values, before=planned.network.outputs)
    tracing.graph.output({value.node: tracing.values[value] for value in program.outputs})
    return assemble(_owned(program.steps, names, made), tracing.graph, "Criterion")


def _owned(steps: Iterable[Step], names: Attributes, made: dict[str, nn.Module]) -> dict[str, nn.Module]:
    nodes = {step.node for step in steps}
    return {name: made[name] for (node, _), name in names.items() if node in nodes}


def truncate(compiled: Compiled, steps: int) -> None:
    """Let gradients go back at most so many time steps in every recurrent group; 0 lets them go all the way."""
    for module in compiled.modules():
        Scan.cut(module, steps)
