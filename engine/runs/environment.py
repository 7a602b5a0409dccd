"""What a run was made with, kept beside it: versions and the machine's kind, nothing personal."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from typing import Any, Final

PACKAGES: Final = ("torch", "numpy", "scikit-learn", "safetensors", "msgspec", "networkx", "pillow")


def describe() -> dict[str, Any]:
    """Versions and machine, without importing any of the packages; no host name, user name or path."""
    return {
        "neuroloom": _version("neuroloom"),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "cores": os.cpu_count() or 1,
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
