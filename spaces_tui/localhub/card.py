"""The YAML block at the top of README.md, which configures a Space."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

COLOURS: Final = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
SDKS: Final = ("gradio", "docker", "static", "streamlit")
_BLOCK: Final = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Card:
    """The parsed block and what is wrong with it."""

    data: dict[str, Any] | None
    """None when there is no block."""
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def sdk(self) -> str | None:
        """The SDK named, if it is one the Hub knows."""
        sdk = (self.data or {}).get("sdk")
        return sdk if sdk in SDKS else None

    @property
    def app_file(self) -> str:
        """The file without which nothing can run."""
        if self.sdk == "docker":
            return "Dockerfile"
        if self.sdk == "static":
            return "index.html"
        return str((self.data or {}).get("app_file") or "app.py")


def parse_card(readme: str | None) -> Card:
    """Read and check the card of a README text (None: no README)."""
    found = _BLOCK.match(readme or "")
    if not found:
        return Card(None, warnings=["empty or missing yaml metadata in repo card"])
    try:
        data = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        return Card(None, errors=[f"Invalid YAML metadata: {str(error).splitlines()[0]}"])
    if not isinstance(data, dict):
        return Card(None, errors=["Invalid YAML metadata: expected a mapping"])
    plain = {str(key): _jsonable(value) for key, value in data.items()}
    return Card(plain, errors=_complaints(plain), warnings=[])


def _jsonable(value: object) -> object:
    """Dates and the like become text; what JSON knows stays as it is."""
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _complaints(data: dict[str, Any]) -> list[str]:
    errors = []
    sdk = data.get("sdk")
    if sdk not in SDKS:
        errors.append('"sdk" must be one of [gradio, docker, static]')
    errors += [
        f'"{key}" must be one of [{", ".join(COLOURS)}]'
        for key in ("colorFrom", "colorTo")
        if key in data and data[key] not in COLOURS
    ]
    if len(str(data.get("short_description") or "")) > 60:
        errors.append("short_description length must be less than or equal to 60 characters")
    emoji = data.get("emoji")
    if emoji is not None and (not isinstance(emoji, str) or not emoji or emoji.isascii()):
        errors.append('"emoji" must be an emoji')
    if sdk == "static" and "app_port" in data:
        errors.append('"app_port" is not allowed')
    elif "app_port" in data and not isinstance(data["app_port"], int):
        errors.append('"app_port" must be a number')
    return errors
