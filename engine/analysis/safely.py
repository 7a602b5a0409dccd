"""Applying the fixes that are safe, one after the other, until none is left."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.analysis.analyser import Analyser
from engine.analysis.report import Analysis, Diagnostic, Fix
from engine.errors import EditError
from engine.graph import Document

MOST: Final = 1_000


class Fixed(msgspec.Struct, frozen=True):
    """A diagnostic and the fix that mended it."""

    diagnostic: Diagnostic
    fix: Fix


def fix_safely(document: Document, analyser: Analyser) -> tuple[list[Fixed], Analysis]:
    """Apply safe fixes to a document; what was done, and the analysis of what came of it.

    A fix after which its diagnostic is still there is taken back, and not tried again.
    """
    done: list[Fixed] = []
    tried: set[tuple[str, ...]] = set()
    analysis = analyser.run(document)
    while len(tried) < MOST:
        found = next(
            (
                (each, fix)
                for each in analysis.diagnostics
                for fix in each.fixes
                if fix.safe and (*_key(each), fix.title) not in tried
            ),
            None,
        )
        if found is None:
            break
        diagnostic, fix = found
        tried.add((*_key(diagnostic), fix.title))
        try:
            inverse, _ = document.apply(fix.edit)
        except EditError:
            continue
        after = analyser.run(document)
        if any(_key(each) == _key(diagnostic) for each in after.diagnostics):
            document.apply(inverse)
            analysis = analyser.run(document)
            continue
        analysis = after
        done.append(Fixed(diagnostic, fix))
    return done, analysis


def _key(diagnostic: Diagnostic) -> tuple[str, ...]:
    return (diagnostic.code, diagnostic.graph, diagnostic.node, diagnostic.param, diagnostic.message)
