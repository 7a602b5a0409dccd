from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import NeuroloomError, UnknownIdError
from engine.spec import Declaration, Registry, family, family_of

PREAMBLE = "from tests.engine.spec.test_registry import Animal\n"
FILES = {
    "__init__.py": "",
    "cats.py": PREAMBLE + "class Feline(Animal):\n    pass\nclass Cat(Feline):\n    id = 'cat'\n",
    "dogs.py": PREAMBLE + "from zoo.cats import Cat\nclass Dog(Animal):\n    id = 'dog'\n",
    "broken.py": "raise RuntimeError('no such beast')\n",
    "again.py": PREAMBLE + "class OtherCat(Animal):\n    id = 'cat'\n",
    "birds/__init__.py": "",
    "birds/owls.py": PREAMBLE + "class Owl(Animal):\n    id = 'owl'\n",
}


class Animal(Declaration):
    """A family."""


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry[Animal]]:
    for name, text in FILES.items():
        file = tmp_path / "zoo" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "tests.engine.spec.test_registry", sys.modules[__name__])
    yield Registry(Animal, "animal").discover(importlib.import_module("zoo"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "zoo"]:
        del sys.modules[name]


def test_a_folder_is_walked_and_family_bases_left_out(zoo: Registry[Animal]) -> None:
    assert sorted(zoo.ids()) == ["cat", "dog", "owl"]
    assert len(zoo) == 3
    assert [kind.id for kind in zoo] == zoo.ids()
    assert "cat" in zoo
    assert zoo.get("cow") is None


def test_a_failing_module_becomes_a_problem(zoo: Registry[Animal]) -> None:
    problems = {problem.module: problem.message for problem in zoo.problems}
    assert problems["zoo.broken"] == "RuntimeError: no such beast"


def test_a_double_id_is_a_problem_that_names_both(zoo: Registry[Animal]) -> None:
    message = next(problem.message for problem in zoo.problems if problem.module != "zoo.broken")
    assert 'The animal "cat" is declared twice' in message
    assert "zoo.cats" in message
    assert "zoo.again" in message


def test_an_unknown_id_names_the_nearest(zoo: Registry[Animal]) -> None:
    with pytest.raises(UnknownIdError, match=r'There is no animal "cta". Did you mean "cat"'):
        zoo["cta"]


def test_adding_twice_is_fine_and_another_of_the_id_is_refused(zoo: Registry[Animal]) -> None:
    class Cow(Animal):
        """Moos."""

        id = "cow"

    class Impostor(Animal):
        """Moos too."""

        id = "cow"

    zoo.add(Cow)
    zoo.add(Cow)
    with pytest.raises(NeuroloomError, match='"cow" is declared twice'):
        zoo.add(Impostor)
    assert zoo["cow"] is Cow


def test_a_missing_module_is_a_problem() -> None:
    registry = Registry(Animal, "animal")
    registry.take_module("no.such.module")
    assert registry.problems[0].message.startswith("ModuleNotFoundError")


def test_no_plug_ins_no_problems() -> None:
    registry = Registry(Animal, "animal")
    assert len(registry.plug_ins("neuroloom.no_such_group")) == 0


def test_a_family_is_made_once_and_found_by_its_word() -> None:
    @family("test animal")
    def all_animals() -> Registry[Animal]:
        return Registry(Animal, "animal")

    assert family_of("test animal") is all_animals()
    assert all_animals() is all_animals()
    with pytest.raises(UnknownIdError, match=r'There is no family "test animol"\. Did you mean "test animal"'):
        family_of("test animol")
