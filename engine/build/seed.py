"""First weights that can be drawn again."""

from __future__ import annotations

from engine.build.compiler import Compiled
from engine.build.layers import found_layer, make_layers, seeded


def initialize(compiled: Compiled, seed: int) -> None:
    """Give every layer the first weights that its node asks for, drawn under a seed.

    They are the same on every device and in every process, and the same that the exported source draws
    after `torch.manual_seed(seed)`. Torch's random state is left as it was.
    """
    with seeded(seed):
        made = make_layers(compiled.plan, compiled.attributes)
    for module in compiled.modules():
        for name, fresh in made.items():
            layer = found_layer(module, name)
            if layer is not None:
                layer.load_state_dict(fresh.state_dict())
