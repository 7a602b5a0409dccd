"""First weights that can be drawn again."""

from __future__ import annotations

from engine.build.compiler import Compiled, make, seeded


def initialize(compiled: Compiled, seed: int) -> None:
    """Give every layer torch's own first weights, drawn under a seed.

    They are the same on every device and in every process, and the same that the exported source draws
    after `torch.manual_seed(seed)`. Torch's random state is left as it was.
    """
    with seeded(seed):
        for name, call in compiled.calls.items():
            fresh = make(name, call).state_dict()
            for module in compiled.modules():
                if name in module._modules:
                    module.get_submodule(name).load_state_dict(fresh)
