"""The keys of a card that a person sets by hand, and what each of them takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

from spaces_tui.model.card import CardValue

COLOURS: Final = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
SDKS: Final = ("gradio", "docker", "static")
_SHORT: Final = 60
_EMOJI: Final = 12
"""Code points of the longest emoji there are."""
_SDK_VERSION: Final = re.compile(
    r"\d+(?:\.\d+)*(?:(?:a|b|rc|\.dev|\.post)\d+|-[a-z]+\.\d+)?", re.ASCII
)
_PYTHON: Final = re.compile(r"3(?:\.\d+){1,2}", re.ASCII)
_LICENSE: Final = re.compile(r"[a-z0-9.-]+")
_DURATION: Final = re.compile(r"\d+(?:\.\d+)?\s*(?:ms|s|m|h|d)", re.ASCII)


class FieldKind(Enum):
    """How a key is edited."""

    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class CardField:
    """One key of a card."""

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    sdks: tuple[str, ...] = ()
    """The SDKs that know it; empty for all."""
    hint: str = ""
    """What it takes, in a few words."""
    needed: bool = False
    """Whether a card cannot do without it."""
    check: Callable[[str], str] = lambda _: ""
    """Says what is wrong with a value that is not empty; empty when nothing is."""

    def problem(self, text: str) -> str:
        """Say what is wrong with a value in one sentence; empty when the Hub will take it."""
        if not text:
            return f"{self.label} cannot be empty." if self.needed else ""
        if self.choices and text not in self.choices:
            return f"{self.label} is one of {', '.join(self.choices)}."
        return self.check(text)

    def value(self, text: str) -> CardValue:
        """Return a value as a card holds it."""
        return CardValue(text, bare=self.kind in (FieldKind.FLAG, FieldKind.NUMBER))


def fields_for(sdk: str | None, present: frozenset[str]) -> tuple[CardField, ...]:
    """Return the keys that mean something for an SDK, and those that are in the card anyway."""
    return tuple(
        field for field in FIELDS if not field.sdks or sdk in field.sdks or field.key in present
    )


def _short(text: str) -> str:
    over = len(text) - _SHORT
    return f"At most {_SHORT} characters: {over} too many." if over > 0 else ""


def _emoji(text: str) -> str:
    fine = not text.isascii() and len(text) <= _EMOJI and not any(map(str.isalnum, text))
    return "" if fine or _keycap(text) else "One emoji, such as 🚀."


def _keycap(text: str) -> bool:
    return text.endswith("\u20e3") and len(text) <= 3


def _port(text: str) -> str:
    fine = text.isdecimal() and text.isascii() and 0 < int(text[:6]) < 65_536
    return "" if fine else "A port is a number from 1 to 65535."


def _path(text: str) -> str:
    parts = text.split("/")
    fine = not text.startswith("/") and "\\" not in text and not {"", ".", ".."} & set(parts)
    return "" if fine else "A path in the repository, such as app.py."


def _url(text: str) -> str:
    try:
        place = urlsplit(text)
    except ValueError:
        return "An address such as https://…"
    fine = place.scheme == "https" and place.netloc
    return "" if fine else "An address such as https://…"


def _matching(pattern: re.Pattern[str], said: str) -> Callable[[str], str]:
    return lambda text: "" if pattern.fullmatch(text) else said


_FLAGS: Final = ("true", "false")
FIELDS: Final[tuple[CardField, ...]] = (
    CardField("title", "Title", needed=True),
    CardField("emoji", "Emoji", hint="one emoji", check=_emoji),
    CardField("short_description", "Description", hint="at most 60 characters", check=_short),
    CardField(
        "sdk",
        "SDK",
        FieldKind.CHOICE,
        SDKS,
        needed=True,
        hint="another one builds the Space anew, from other files",
    ),
    CardField(
        "sdk_version",
        "SDK version",
        sdks=("gradio",),
        hint="such as 5.49.1; empty for the newest",
        check=_matching(_SDK_VERSION, "A version such as 5.49.1."),
    ),
    CardField(
        "python_version",
        "Python",
        sdks=("gradio",),
        hint="such as 3.12; empty for 3.10",
        check=_matching(_PYTHON, "A version such as 3.12."),
    ),
    CardField("app_file", "App file", sdks=("gradio", "static"), check=_path),
    CardField(
        "app_port",
        "App port",
        FieldKind.NUMBER,
        sdks=("docker",),
        hint="empty for 7860",
        check=_port,
    ),
    CardField("app_build_command", "Build command", sdks=("static",), hint="such as npm run build"),
    CardField(
        "base_path",
        "First page",
        hint="a path of the app, such as /docs",
        check=_matching(re.compile(r"/\S*"), "It begins with /."),
    ),
    CardField("colorFrom", "Colour from", FieldKind.CHOICE, COLOURS),
    CardField("colorTo", "Colour to", FieldKind.CHOICE, COLOURS),
    CardField("thumbnail", "Thumbnail", hint="an address of a picture", check=_url),
    CardField("pinned", "Pinned", FieldKind.FLAG, _FLAGS, hint="first on the owner's page"),
    CardField("fullWidth", "Full width", FieldKind.FLAG, _FLAGS),
    CardField("header", "Header", FieldKind.CHOICE, ("default", "mini")),
    CardField("disable_embedding", "No embedding", FieldKind.FLAG, _FLAGS),
    CardField(
        "startup_duration_timeout",
        "Start limit",
        sdks=("gradio", "docker"),
        hint="such as 1h; empty for 30 minutes",
        check=_matching(_DURATION, "A time such as 45m or 1h."),
    ),
    CardField(
        "license",
        "License",
        hint="such as apache-2.0",
        check=_matching(_LICENSE, "A short name such as apache-2.0."),
    ),
    CardField("hf_oauth", "Sign in with HF", FieldKind.FLAG, _FLAGS),
)
BY_KEY: Final = {field.key: field for field in FIELDS}
