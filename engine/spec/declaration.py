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
        params = [
            _param(field, hints[field.name])
            for field in dataclasses.fields(cls)  # type: ignore[arg-type]  # made a dataclass above
            if "param" in field.metadata
        ]
        cls.params = {param.name: param for param in sorted(params, key=lambda param: bool(param.group))}

    @classmethod
    def parse(cls, values: Values) -> Self:
        """The declaration with the given parameters; those not given keep their default.

        Raises:
            ParamError: an unknown parameter, or a value that breaks its parameter's rule.
        """
        made, problems = cls._read(values)
        if made is None:
            raise problems[0]
        return made

    @classmethod
    def problems(cls, values: Values) -> list[ParamError]:
        """Every parameter at fault, one error each; empty where `parse` succeeds."""
        return cls._read(values)[1]

    def conflicts(self) -> list[ParamError]:
        """Parameters that are each legal but do not go together; each error names the one to change."""
        return []

    @classmethod
    def _read(cls, values: Values) -> tuple[Self | None, list[ParamError]]:
        parsed, found = {}, []
        for name, value in values.items():
            rule = cls.params.get(name)
            try:
                if rule is None:
                    title, hint = cls.title or cls.__name__, nearest(str(name), cls.params)
                    raise ParamError(str(name), f"is no parameter of {title}", value, hint)
                parsed[name] = rule.parse(value)
            except ParamError as error:
                found.append(error)
        if found:
            return None, found
        made = cls(**parsed)
        conflicts = made.conflicts()
        return (None, conflicts) if conflicts else (made, [])

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
