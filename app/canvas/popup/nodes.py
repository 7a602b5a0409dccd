"""Nodes to find in the document, by name or kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.canvas.popup.choice import Choice
from app.canvas.stage import Stage


def nodes_for(stage: Stage) -> Callable[[str], Sequence[Choice]]:
    """What a text finds among the nodes."""

    def find(text: str) -> Sequence[Choice]:
        wanted = text.strip().lower()
        found = []
        for view in stage.scene.nodes.values():
            name = view.node.title or view.id
            place = name.lower().find(wanted)
            rank = 0 if place == 0 else 1 if place > 0 else 2
            if place < 0 and wanted not in view.title.lower() and wanted not in view.id.lower():
                continue
            spans = ((place, place + len(wanted)),) if wanted and place >= 0 else ()
            choice = Choice(name, view.detail, view.category, view.icon, view.category, view.id, spans)
            found.append((rank, view.serial, choice))
        return [choice for _, _, choice in sorted(found, key=lambda row: row[:2])][:80]

    return find
