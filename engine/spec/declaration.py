"""The base of everything declared: frozen values whose class knows its own form."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from typing import Any, ClassVar, Literal, Self, dataclass_transform, get_args, get_origin

from engine.errors import ParamError, nearest
from engine.spec.params import Param, Values, param


@dataclass_transform(frozen_default=True, field_specifiers=(param,))
class Declaration:
    """A declared thing: its class attributes say what it is, its annotated `param`s what the user sets.

    A subclass becomes a frozen dataclass. One with an `id` of its own is registered by its family's
    `Registry`; one without is a family base.
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    params: ClassVar[dict[str, Param]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclasses.dataclass(frozen=True)(cls)
        hints = typing.get_type_hints(cls)
        cls.params = {
            field.name: _param(field, hints[field.name])
            for field in dataclasses.fields(cls)  # type: ignore[arg-type]  # made a dataclass above
            if "param" in field.metadata
        }

    @classmethod
    def parse(cls, values: Values) -> Self:
        """The declaration with the given parameters; those not given keep their default.

        Raises:
            ParamError: an unknown parameter, or a value that breaks its parameter's rule.
        """
        problems = cls.problems(values)
        if problems:
            raise problems[0]
        return cls(**{name: cls.params[name].parse(value) for name, value in values.items()})

    @classmethod
    def problems(cls, values: Values) -> list[ParamError]:
        """Every parameter at fault, one error each; empty where `parse` succeeds."""
        found = []
        for name, value in values.items():
            if name not in cls.params:
                hint = nearest(name, cls.params)
                found.append(ParamError(name, f"is no parameter of {cls.title or cls.__name__}", value, hint))
                continue
            try:
                cls.params[name].parse(value)
            except ParamError as error:
                found.append(error)
        return found

    @classmethod
    def help(cls) -> str:
        """The first line of the docstring: what the thing is, for tool tips and the palette."""
        return (inspect.getdoc(cls) or "").partition("\n")[0]

    @classmethod
    def details(cls) -> str:
        """The docstring without its first line: shapes, equation, source."""
        return (inspect.getdoc(cls) or "").partition("\n")[2].strip()

    def values(self) -> Values:
        """All parameters by name."""
        return {name: getattr(self, name) for name in self.params}


def _param(field: dataclasses.Field[Any], annotation: Any) -> Param:
    choices = get_args(annotation) if get_origin(annotation) is Literal else ()
    return Param(
        name=field.name, type=annotation, default=field.default, choices=choices, **field.metadata["param"]
    )
