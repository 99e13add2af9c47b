"""`spaces-tui config`: what holds now, and who said so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.headless.exits import Exit
from spaces_tui.model.budget import dollars
from spaces_tui.model.redaction import redacted
from spaces_tui.model.text import clean_line
from spaces_tui.store.configuration import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spaces_tui.store.configuration import Configuration, Option

_BY_ITSELF: Final = "found out at start"


class Setting(NamedTuple):
    """One setting as it holds now."""

    name: str
    value: str
    source: str


def show_configuration(
    configuration: Configuration,
    environment: Mapping[str, str],
    arguments: Mapping[str, str],
    *,
    as_json: bool,
) -> Exit:
    """Print every setting with its value and its source; return the exit code.

    `arguments` is what the command line says, by the name of the variable that could have said it.
    """
    rows = settings(configuration, environment, arguments)
    where = str(configuration.path)
    if as_json:
        fields = [one._asdict() for one in rows]
        said = {"path": where, "found": configuration.found, "settings": fields}
        print(json.dumps(said, indent=2, ensure_ascii=False))
        return Exit.DONE
    print(clean_line(where) if configuration.found else f"{clean_line(where)} (there is none)")
    name = max(len(one.name) for one in rows)
    value = min(32, max(len(one.value) for one in rows))
    for one in rows:
        print(f"  {one.name:<{name}}  {one.value:<{value}}  {one.source}")
    return Exit.DONE


def show_actions(rows: Sequence[tuple[str, str, str]]) -> Exit:
    """Print ids, keys and titles of the actions that keys can be chosen for."""
    width = max(len(name) for name, _, _ in rows)
    for name, keys, title in rows:
        print(f"{name:<{width}}  {keys:<14}  {title}")
    return Exit.DONE


def settings(
    configuration: Configuration, environment: Mapping[str, str], arguments: Mapping[str, str]
) -> list[Setting]:
    """Return every setting; what looks like a token is masked."""
    rows = [_option(one, configuration, environment, arguments) for one in OPTIONS]
    for action, keys in configuration.keys.items():
        rows.append(Setting(f"keys.{action}", " ".join(keys), configuration.at("keys", action)))
    rows.append(
        Setting("watch.ignore", " ".join(configuration.ignore), configuration.at("watch", "ignore"))
        if configuration.ignore
        else Setting("watch.ignore", "", "default")
    )
    rows.append(
        Setting(
            "watch.settle",
            f"{configuration.settle * 1000:g}",
            configuration.at("watch", "settle"),
        )
        if configuration.settle is not None
        else Setting("watch.settle", "learned, from 150", "default")
    )
    for budget in configuration.budgets:
        name = f"{budget.name}@{budget.endpoint}" if budget.endpoint else budget.name
        lines = {
            "soft": budget.soft,
            "hard": budget.hard,
            "soft-day": budget.soft_day,
            "hard-day": budget.hard_day,
        }
        said = [f"{line} {dollars(each)}" for line, each in lines.items() if each is not None]
        said += ["pauses by itself"] if budget.pause else []
        at = configuration.at("budget", name)
        rows.append(Setting(f"budget.{name}", ", ".join(said), at))
    return [
        Setting(clean_line(one.name), _shown(one.value), clean_line(one.source)) for one in rows
    ]


def _shown(value: str) -> str:
    return clean_line(redacted(_bare(value)))


def _option(
    option: Option,
    configuration: Configuration,
    environment: Mapping[str, str],
    arguments: Mapping[str, str],
) -> Setting:
    if option.variable in arguments:
        return Setting(option.name, arguments[option.variable], "command line")
    names = [option.variable]
    if option.variable == "SPACES_TUI_ENDPOINT":
        names.append("HF_ENDPOINT")
    for name in names:
        if value := environment.get(name, "").strip():
            return Setting(option.name, _switch(option, value), name)
    if option.variable in configuration.options:
        value = configuration.options[option.variable]
        return Setting(option.name, value, configuration.at(*option.path))
    return Setting(option.name, option.default or _BY_ITSELF, "default")


def _switch(option: Option, value: str) -> str:
    if not option.switch:
        return value
    return "on" if value.lower() in ("1", "on", "yes", "true") else "off"


def _bare(value: str) -> str:
    """Return an address without the name and password that somebody may have put into it."""
    scheme, mark, rest = value.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}" if mark else value
