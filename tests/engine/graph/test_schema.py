"""The published schema is the format's own."""

from __future__ import annotations

import json
from pathlib import Path

from engine.graph import text

PUBLISHED = Path(__file__).parents[3] / "resources" / "loom.schema.json"


def test_the_published_schema_is_in_step() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == text.schema_text(), (
        "write it anew: python -c \"from engine.graph import text; print(text.schema_text(), end='')\" "
        "> resources/loom.schema.json"
    )


def test_it_names_every_key_of_a_file() -> None:
    schema = json.loads(text.schema_text())
    records = schema["$defs"]
    assert set(records["FileRecord"]["properties"]) == {"format", "title", "notes", "graphs", "recipe"}
    assert set(records["NodeRecord"]["required"]) == {"id", "kind"}
    assert set(records["EdgeRecord"]["properties"]) == {"from", "to", "slot"}
    assert all(record["additionalProperties"] is False for record in records.values())
