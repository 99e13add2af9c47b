"""The configuration file: read as a whole, and refused as a whole with the line that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from spaces_tui.model.budget import Budget
from spaces_tui.model.redaction import redacted

_LONGEST: Final = 1024 * 1024
_SETTLE: Final = 60_000
_LINES: Final = ("soft", "hard", "soft-day", "hard-day")
_MOST: Final = 1_000_000
"""Dollars."""


class ConfigurationError(Exception):
    """The file cannot be used; the message is one sentence with file, line and what to do."""


class Option(NamedTuple):
    """An option that the command line and the environment know, too."""

    path: tuple[str, ...]
    """Where it stands in the file."""
    variable: str
    default: str
    words: tuple[str, ...] = ()
    """What it may be; empty: any text."""
    switch: bool = False
    """Whether it is true or false."""

    @property
    def name(self) -> str:
        """Its name, as it is written in a message."""
        return ".".join(self.path)


_LEVELS: Final = ("debug", "info", "warning", "error")
OPTIONS: Final = (
    Option(("endpoint",), "SPACES_TUI_ENDPOINT", "https://huggingface.co"),
    Option(("account",), "SPACES_TUI_ACCOUNT", ""),
    Option(("theme",), "SPACES_TUI_THEME", ""),
    Option(("read-only",), "SPACES_TUI_READ_ONLY", "off", switch=True),
    Option(("low-bandwidth",), "SPACES_TUI_LOW_BANDWIDTH", "off", switch=True),
    Option(("last-words",), "SPACES_TUI_LAST_WORDS", "on", switch=True),
    Option(("log-file",), "SPACES_TUI_LOG_FILE", ""),
    Option(("log-level",), "SPACES_TUI_LOG_LEVEL", "info", _LEVELS),
    Option(("notifications", "way"), "SPACES_TUI_NOTIFY", "", ("bell", "desktop", "off")),
)
"""What holds where nobody says otherwise is `default`; empty: the program finds it out."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration file says."""

    path: Path
    text: str = field(default="", repr=False)
    found: bool = False
    """Whether there is such a file."""
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    """As their environment variables would say it, by the name of the variable."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the id of the action."""
    ignore: tuple[str, ...] = ()
    """Lines as in `.gitignore`, for every watched folder."""
    settle: float | None = None
    """Quiet seconds before a batch is sent."""
    budgets: tuple[Budget, ...] = ()
    """What identities may spend."""

    def at(self, *path: str) -> str:
        """Return where something stands, such as `config.toml:12`."""
        from spaces_tui.store.tomlplaces import line_of  # noqa: PLC0415 - for messages alone

        line = line_of(self.text, *path)
        return f"{self.path}:{line}" if line else str(self.path)

    def under(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the environment with what it leaves open said by the file."""
        said = {name: value for name, value in environment.items() if value.strip()}
        return {**environment, **self.options, **said}


def read_configuration(path: Path, *, must: bool = False) -> Configuration:
    """Return what a file says; nothing where there is none, unless there `must` be one.

    Raises:
        ConfigurationError: it cannot be read, or says what cannot be.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        if must:
            raise ConfigurationError(f"{path}: there is no such file.") from error
        return Configuration(path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > _LONGEST:
        raise ConfigurationError(f"{path} is too large for a configuration file.")
    return parse_configuration(path, content)


def parse_configuration(path: Path, content: bytes) -> Configuration:
    """Return what the content of a file says.

    Raises:
        ConfigurationError: it says what cannot be.
    """
    import tomllib  # noqa: PLC0415 - only where there is a file

    try:
        text = content.decode()
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigurationError(f"{path}:{line}: this is not UTF-8: save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        # Its message may quote what stands there: only the place is taken from it.
        where, why = _syntax(str(error), text)
        raise ConfigurationError(f"{path}:{where}: {why}") from error
    return _Reading(Configuration(path, text, found=True), table).result()


class _Reading:
    """Takes one file apart."""

    def __init__(self, source: Configuration, table: Mapping[str, Any]) -> None:
        self._source = source
        self._table = table
        self._sections: dict[str, Callable[[], None]] = {
            "keys": self._read_keys,
            "notifications": self._read_notifications,
            "watch": self._read_watch,
            "budget": self._read_budgets,
        }
        self._options: dict[str, str] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._ignore: tuple[str, ...] = ()
        self._settle: float | None = None
        self._budgets: list[Budget] = []

    def result(self) -> Configuration:
        """Return all of it, or complain about the first thing that is wrong."""
        plain = {option.path[0] for option in OPTIONS if len(option.path) == 1}
        self._known((), self._table, (*sorted(plain), *self._sections))
        self._read_options(())
        for name, read in self._sections.items():
            if name in self._table:
                if not isinstance(self._table[name], dict):
                    self._wrong((name,), f"{name} is a table: write [{name}] on a line of its own.")
                read()
        return Configuration(
            self._source.path,
            self._source.text,
            found=True,
            options=self._options,
            keys=self._keys,
            ignore=self._ignore,
            settle=self._settle,
            budgets=tuple(self._budgets),
        )

    def _read_options(self, table: tuple[str, ...]) -> None:
        for option in OPTIONS:
            if option.path[:-1] == table:
                found = self._table[table[0]] if table else self._table
                if option.path[-1] in found:
                    self._options[option.variable] = self._value(option, found[option.path[-1]])

    def _value(self, option: Option, value: object) -> str:
        if option.switch:
            if not isinstance(value, bool):
                self._wrong(option.path, f"{option.name} is true or false, without quotes.")
            return "on" if value else "off"
        said = f"{option.name} is a text in quotes"
        if option.words:
            said += f": {', '.join(option.words)}"
        text = value.strip() if isinstance(value, str) and value.isprintable() else ""
        if not text:
            self._wrong(option.path, f"{said}.")
        if option.words and text not in option.words:
            self._wrong(option.path, f"{said}, not “{redacted(text)}”.")
        return text

    def _read_notifications(self) -> None:
        self._known(("notifications",), self._table["notifications"], ("way",))
        self._read_options(("notifications",))

    def _read_keys(self) -> None:
        for name, value in self._table["keys"].items():
            keys = [value] if isinstance(value, str) else value
            if not isinstance(keys, list) or not keys or not all(_is_text(key) for key in keys):
                said = "is a key in quotes, or a list of keys"
                self._wrong(("keys", name), f"{_named(name)} {said}; as a name with a dot, quoted.")
            self._keys[name] = tuple(keys)

    def _read_watch(self) -> None:
        table = self._table["watch"]
        self._known(("watch",), table, ("ignore", "settle"))
        ignore = table.get("ignore", [])
        if not isinstance(ignore, list) or not all(_is_text(one) for one in ignore):
            self._wrong(("watch", "ignore"), "watch.ignore is a list of rules as in .gitignore.")
        self._ignore = tuple(ignore)
        settle = table.get("settle")
        if settle is None:
            return
        number = isinstance(settle, int | float) and not isinstance(settle, bool)
        if not number or not 0 <= settle <= _SETTLE:
            said = f"watch.settle is a number of milliseconds from 0 to {_SETTLE}."
            self._wrong(("watch", "settle"), said)
        self._settle = settle / 1000

    def _read_budgets(self) -> None:
        for name, table in self._table["budget"].items():
            at = ("budget", name)
            who, _, endpoint = name.partition("@")
            if not isinstance(table, dict) or not who or not name.isprintable():
                self._wrong(at, 'A budget is a table: write [budget.NAME] or [budget."NAME@URL"].')
            self._known(at, table, (*_LINES, "pause"))
            pause = table.get("pause", False)
            if not isinstance(pause, bool):
                self._wrong((*at, "pause"), "pause is true or false, without quotes.")
            sums = {line: self._sum((*at, line), table.get(line)) for line in _LINES}
            soft, hard, soft_day, hard_day = sums.values()
            if pause and hard is None and hard_day is None:
                self._wrong((*at, "pause"), "pause needs a hard line: add hard or hard-day.")
            if all(one is None for one in sums.values()):
                self._wrong(at, f"A budget needs a line: {', '.join(_LINES)}.")
            budget = Budget(who, endpoint.rstrip("/"), soft, hard, soft_day, hard_day, pause=pause)
            self._budgets.append(budget)

    def _sum(self, at: tuple[str, ...], value: object) -> int | None:
        """Return an amount in micro-dollars."""
        if value is None:
            return None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 < value <= _MOST:  # type: ignore[operator]  # a number, see above
            self._wrong(at, f"{at[-1]} is a number of dollars above 0.")
        return round(float(value) * 1_000_000)  # type: ignore[arg-type]  # the same

    def _known(self, at: tuple[str, ...], table: Mapping[str, Any], names: tuple[str, ...]) -> None:
        for name in table:
            if name not in names:
                where = f"in [{'.'.join(at)}]" if at else "here"
                said = f"{_named(name)} is not known {where}: it may be {', '.join(names)}."
                self._wrong((*at, name), said)

    def _wrong(self, path: tuple[str, ...], said: str) -> NoReturn:
        raise ConfigurationError(f"{self._source.at(*path)}: {said}")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _named(name: str) -> str:
    return redacted(name) if name.isprintable() else "A name"


def _syntax(message: str, text: str) -> tuple[int, str]:
    """Return the line that cannot be read, and one sentence."""
    import re  # noqa: PLC0415 - only where something is wrong

    found = re.search(r"at line (\d+), column (\d+)", message)
    line = int(found[1]) if found else max(1, len(text.splitlines()))
    if "overwrite" in message.lower() or "declare" in message.lower():
        return line, "this was said above already: keep one of the two."
    if found is None:
        return line, "the file ends in the middle: close what is open."
    said = f"this is no TOML at column {found[2]}"
    return line, f"{said}: a text stands in quotes, a table in brackets."
