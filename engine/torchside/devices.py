"""Where to compute: the devices of this machine, best first, and which to take."""

from __future__ import annotations

import platform

import torch

from engine.errors import BuildError


def devices() -> list[str]:
    """The devices that work here, best first, each with its card's name: `cuda:0 (NVIDIA H200)`."""
    found = []
    if torch.cuda.is_available():
        found += [
            f"cuda:{index} ({torch.cuda.get_device_name(index)})" for index in range(torch.cuda.device_count())
        ]
    if torch.backends.mps.is_available():
        found.append("mps (Apple GPU)")
    return [*found, f"cpu ({_cpu()})"]


def pick(wanted: str = "auto") -> tuple[torch.device, str]:
    """The device to compute on, and a sentence that says which and why.

    `wanted` is "auto" (CUDA, else MPS, else the CPU) or a device's name: "cpu", "cuda", "cuda:1", "mps".

    Raises:
        BuildError: the device is not there; names those that are.
    """
    found = devices()
    if wanted == "auto":
        return _named(found[0]), f"Auto took {found[0]}: {_why(found[0])}."
    match = next(
        (name for name in found if wanted in (name.split(" ")[0], name.split(" ")[0].split(":")[0])), None
    )
    if match is None:
        raise BuildError(f'There is no device "{wanted}" here. Available: {", ".join(found)}.')
    return _named(match), f"{match} was asked for."


def _named(found: str) -> torch.device:
    return torch.device(found.split(" ")[0])


def _why(best: str) -> str:
    if best.startswith("cpu"):
        return "torch sees neither a CUDA nor an Apple GPU"
    return "a GPU comes first"


def _cpu() -> str:
    count = torch.get_num_threads()
    return f"{platform.machine()}, {count} thread{'s' if count != 1 else ''}"
