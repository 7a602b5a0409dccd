"""Texts from files, shown as texts: Qt takes whatever looks like HTML in a tool tip for HTML."""

from __future__ import annotations

import html


def tip(*lines: str, shortcut: str = "") -> str:
    """A tool tip of plain lines, empty ones left out; the first may be followed by a shortcut."""
    shown = [html.escape(line).replace("\n", "<br>") for line in lines if line]
    if shown and shortcut:
        shown[0] += f" &nbsp;<b>{html.escape(shortcut)}</b>"
    return f"<p style='white-space: pre-wrap; margin: 0'>{'<br>'.join(shown)}</p>" if shown else ""
