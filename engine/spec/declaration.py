"""The base of everything declared: frozen values whose class knows its own form."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import sys
import types
import typing
from typing import Any, ClassVar, Literal, Self, dataclass_transform, get_args, get_origin

from engine.errors import ParamError, nearest
from engine.spec.params import Param, Values, param


@dataclass_transform(frozen_default=True, field_specifiers=(param,))
class Declaration:
    """A declared thing: its class attributes say what it is, its annotated `param`s what the user sets.

    A subclass becomes a frozen value. One with an `id` of its own is registered by its family's `Registry`;
    one without is a family base.
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    params: ClassVar[dict[str, Param]] = {}
    _defaults: ClassVar[Values] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # What dataclasses would write and compile anew for each of hundreds of classes stands below, once.
        dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
        fields = dataclasses.fields(cls)  # type: ignore[arg-type]  # made a dataclass above
        cls._defaults = {field.name: field.default for field in fields}
        params = [_param(cls, field) for field in fields if "param" in field.metadata]
        cls.params = {param.name: param for param in sorted(params, key=lambda param: bool(param.group))}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        known = self._defaults
        values = {**known, **dict(zip(known, args, strict=False)), **kwargs}
        if len(args) > len(known) or len(values) > len(known):
            wrong = next(iter(values.keys() - known.keys()), f"{len(args)} values")
            raise TypeError(f"{type(self).__name__} takes {', '.join(known) or 'nothing'}. Received: {wrong}.")
        missing = [name for name, value in values.items() if value is dataclasses.MISSING]
        if missing:
            raise TypeError(f"{type(self).__name__} needs {', '.join(missing)}.")
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: Any) -> None:
        raise dataclasses.FrozenInstanceError(f"{type(self).__name__} cannot change {name}: make another.")

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"{type(self).__name__} cannot lose {name}.")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((type(self), self._content()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={self.__dict__[name]!r}' for name in self._defaults)})"

    def _content(self) -> tuple[Any, ...]:
        return tuple(map(self.__dict__.get, self._defaults))

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


def _param(cls: type[Declaration], field: dataclasses.Field[Any]) -> Param:
    """The rule of a field: that of the declaration it comes from, if that is another."""
    name = field.name
    owner = next(base for base in cls.__mro__ if name in inspect.get_annotations(base))
    if owner is not cls and issubclass(owner, Declaration):
        return owner.params[name]
    annotation = inspect.get_annotations(owner)[name]
    kind = _meaning(owner.__module__, annotation) if isinstance(annotation, str) else annotation
    choices = get_args(kind) if get_origin(kind) is Literal else ()
    return Param(name=name, type=kind, default=field.default, choices=choices, **field.metadata["param"])


@functools.cache
def _meaning(module: str, annotation: str) -> Any:
    """What an annotation of a module stands for; hundreds of parameters are annotated in a few ways."""
    bearer = types.SimpleNamespace(__annotations__={"it": annotation})
    return typing.get_type_hints(bearer, vars(sys.modules[module]))["it"]
