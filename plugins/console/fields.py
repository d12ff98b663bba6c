"""The fields of a settings form: what stands in them, what is allowed, who changed them last, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import ConfigurationError
from core.setting import Setting
from core.store.configuration import Version

# Set on a page of its own.
ELSEWHERE = {"roles"}
PATIENCE = ("_seconds", "_times")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    setting: Setting
    value: str
    default: str
    changed: Version | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One part of the configuration: its word, its title, its fields."""

    name: str
    title: str
    fields: tuple[Field, ...]

    @property
    def patience(self) -> list[Field]:
        """How long to wait for a tool, and how often: rarely changed, so folded away."""
        return [one for one in self.fields if one.setting.key.endswith(PATIENCE)]

    @property
    def plain(self) -> list[Field]:
        """All others."""
        return [one for one in self.fields if not one.setting.key.endswith(PATIENCE)]


def shown(value: Any) -> str:
    """Say a value as it stands in a field."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {one}" for key, one in value.items()) or "nobody"
    return f"{value:g}" if isinstance(value, float) else str(value if value is not None else "")


def form(
    name: str,
    title: str,
    settings: Sequence[Setting],
    held: Mapping[str, Any],
    defaults: Mapping[str, Any],
    changed: Mapping[str, Version],
) -> Form:
    """Return the form of a part as it is set now."""
    return Form(
        name,
        title,
        tuple(
            Field(
                setting=one,
                value=shown(held.get(one.key, _default(one, defaults))),
                default=shown(_default(one, defaults)),
                changed=changed.get(f"{name} / {one.key}"),
            )
            for one in settings
            if one.kind not in ELSEWHERE
        ),
    )


def given(shown_form: Form, sent: Mapping[str, str]) -> tuple[Form, dict[str, Any]]:
    """Return the form with what was sent and what is wrong in it, and the values of those that are right."""
    fields, values = [], {}
    for field in shown_form.fields:
        said = sent.get(field.setting.key, field.value).strip()
        wrong = ""
        try:
            values[field.setting.key] = field.setting.checked(said)
        except ConfigurationError as error:
            wrong = f"{error}."
        fields.append(Field(field.setting, said, field.default, field.changed, wrong))
    return Form(shown_form.name, shown_form.title, tuple(fields)), values


def chosen(values: Mapping[str, Any], held: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be kept of a vendor's form: what was set before, and what is not as it would be anyway."""
    return {key: value for key, value in values.items() if key in held or value != defaults.get(key, "")}


def _default(setting: Setting, defaults: Mapping[str, Any]) -> Any:
    return defaults.get(setting.key, "") if setting.default is None else setting.default
