"""Nodes and edges as values, and the rule for ids."""

from __future__ import annotations

import itertools
import keyword
import re
from collections.abc import Container
from typing import Any, Final

import msgspec

from engine.errors import EditError

MAX_ID: Final = 64
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z", re.ASCII)

# Names that torch.nn.Module keeps for itself (a test holds this list against torch), and the names
# that exported source uses.
RESERVED: Final = frozenset(
    """
    add_module add_submodule apply bfloat16 buffers call_super_init children code compile cpu cuda
    delete_all_unused_submodules delete_submodule double dump_patches eval extra_repr float forward get_buffer
    get_extra_state get_parameter get_submodule graph half int ipu len list load_state_dict math meta modules
    mtia named_buffers named_children named_modules named_parameters nn operator parameters print
    print_readable range recompile register_backward_hook register_buffer register_forward_hook
    register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ self set_extra_state
    set_submodule shape_env share_memory state_dict super T_destination Tensor to to_empty to_folder torch train
    training tuple type xpu zero_grad
    """.split()
)


def check_id(id: str) -> None:
    """Refuse an id that could not be an attribute of a module or a variable of exported source.

    Raises:
        EditError: naming the rule.
    """
    if not _ID.match(id):
        raise EditError(
            f"A node's name starts with a letter and holds only letters, digits and _. Received: {id[:80]!r}."
        )
    if len(id) > MAX_ID:
        raise EditError(f"A node's name has at most {MAX_ID} characters. Received {len(id)}: {id[:20]!r}…")
    if id in RESERVED or keyword.iskeyword(id) or keyword.issoftkeyword(id):
        raise EditError(f'"{id}" is a word that Python or torch needs for itself. Take another name.')


def free_id(stem: str, taken: Container[str]) -> str:
    """The first of `stem1`, `stem2`, … that is not taken; digits and _ at the stem's end are dropped first."""
    base = stem.rstrip("0123456789_") or "node"
    return next(id for n in itertools.count(1) if (id := f"{base}{n}") not in taken)


class Node(msgspec.Struct, frozen=True, omit_defaults=True):
    """A node of a graph.

    `id` is its name, an identifier; `kind` the id of its declaration; `params` hold what differs from
    the kind's defaults, as a file holds them, known to be valid only after analysis. (x, y) is the top
    left corner in DIPs. Treat `params` as frozen: change a node by an edit.
    """

    id: str
    kind: str
    params: dict[str, Any] = {}
    x: float = 0.0
    y: float = 0.0
    title: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        # Two decimals are plenty on a screen, and leave no long tails in files.
        msgspec.structs.force_setattr(self, "x", round(self.x, 2))
        msgspec.structs.force_setattr(self, "y", round(self.y, 2))


class Edge(msgspec.Struct, frozen=True, order=True):
    """A wire from an output port to an input port.

    `slot` orders the edges at an input that takes many; gaps are fine. Elsewhere it is 0.
    """

    source: str
    output: str
    target: str
    input: str
    slot: int = 0

    def __str__(self) -> str:
        return f"{self.source}.{self.output} → {self.target}.{self.input}"
