"""First weights that can be drawn again."""

from __future__ import annotations

import torch

from engine.build.compiler import Compiled
from engine.torchside.make import make_layer


def initialize(compiled: Compiled, seed: int) -> None:
    """Give every layer torch's own first weights, drawn under a seed.

    They are the same on every device and in every process, and the same that the exported source draws
    after `torch.manual_seed(seed)`. Torch's random state is left as it was.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        for name, call in compiled.calls.items():
            fresh = make_layer(call)
            for module in compiled.modules():
                if name in module._modules:
                    module.get_submodule(name).load_state_dict(fresh.state_dict())
