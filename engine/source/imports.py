"""The import lines of a printed file."""

from __future__ import annotations

from collections.abc import Iterable

from engine.source.copied import ROOT, Import

ALWAYS: frozenset[Import] = frozenset({("torch", "Tensor", "Tensor"), ("torch", "nn", "nn")})
FUNCTIONAL, NN = "torch.nn.functional.", "torch.nn."


def imports_for(targets: Iterable[str]) -> set[Import]:
    """What must be imported to name the given targets as source spells them."""
    return {found for target in targets for found in _import_for(target)}


def _import_for(target: str) -> list[Import]:
    if target.startswith(FUNCTIONAL):
        return [("torch.nn.functional", "", "F")]
    if target.startswith((NN, ROOT)):
        return []
    root = target.partition(".")[0]
    return [(root, "", root)]


def import_lines(imports: Iterable[Import]) -> str:
    """The lines: the standard library, then torch; plain imports before chosen names."""
    plain: list[str] = []
    chosen: dict[str, list[str]] = {}
    for module, name, bound in sorted(imports):
        if name:
            chosen.setdefault(module, []).append(name if name == bound else f"{name} as {bound}")
        else:
            plain.append(
                f"import {module}" if module.partition(".")[0] == bound else f"import {module} as {bound}"
            )
    lines = [*plain, *(f"from {module} import {', '.join(names)}" for module, names in chosen.items())]
    groups = ([line for line in lines if _of_torch(line) is late] for late in (False, True))
    return "\n\n".join("\n".join(group) for group in groups if group)


def _of_torch(line: str) -> bool:
    return line.split()[1].partition(".")[0] == "torch"
