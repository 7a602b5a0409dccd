"""Rules are found in their folder, and every one of them can find something."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.analysis import analyse, checks
from engine.analysis.rules import all_rules
from engine.analysis.sites import (
    AimSite,
    BlockSite,
    ClashSite,
    DataSite,
    DeclaredSite,
    GraphSite,
    LearningSite,
    RecipeSite,
    WiredSite,
)
from engine.catalog import Shape
from tests.support.tiny import Feed, small_net, tiny_catalog

SITES = {DeclaredSite, WiredSite, ClashSite, GraphSite, RecipeSite, DataSite, AimSite, BlockSite, LearningSite}


def test_rules_are_found_with_code_severity_and_site() -> None:
    rules = all_rules()
    assert len(rules) >= 15
    assert {rule.on for rule in rules} == SITES
    assert {rule.severity for rule in rules} == {"error", "warning", "hint"}
    assert all(rule.code and rule.check.__doc__ for rule in rules)


def test_every_code_is_looked_for_in_a_test() -> None:
    texts = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    missing = {rule.code for rule in all_rules() if f'"{rule.code}"' not in texts}
    assert missing == set()


def test_a_check_that_fails_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    document = small_net(data={"id": "wine"})
    whole = analyse(document, tiny_catalog())
    monkeypatch.setattr(
        Feed, "placeholder", lambda self: 1 / 0 if self.shape == (13,) else Shape.batch(*self.shape)
    )
    broken = [each for each in analyse(document, tiny_catalog()).diagnostics if each.code == "broken-check"]
    assert [each.severity for each in broken] == ["warning"]
    assert "The check data-shape failed: ZeroDivisionError" in broken[0].message
    assert not any(each.code == "broken-check" for each in whole.diagnostics)


def test_every_file_of_the_folder_holds_rules() -> None:
    files = {path.stem for path in Path(checks.__path__[0]).glob("*.py")} - {"__init__"}
    assert files == {rule.check.__module__.rpartition(".")[2] for rule in all_rules()}
