"""The card: the YAML block at the top of README.md, edited line by line.

Comments, order, quotes and keys that nobody touched stay as they are, byte for byte. That is only
possible for values that stand on one line; for anything else there is a reason why not, and a
block of a form this module does not know is not edited at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

_FENCE: Final = re.compile(r"---[ \t]*\r?\n?")
_ENTRY: Final = re.compile(r"(?P<key>[A-Za-z_][\w.-]*)(?P<colon>[ \t]*:)(?P<rest>(?:[ \t].*)?)")
_QUOTED_ENTRY: Final = re.compile(r"""(['"])(?P<key>[^'"\\]*)\1[ \t]*:(?:[ \t]|$)""")
_DOUBLE: Final = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"(?P<after>[ \t]*|[ \t]+#.*)')
_SINGLE: Final = re.compile(r"'(?P<text>(?:[^']|'')*)'(?P<after>[ \t]*|[ \t]+#.*)")
_PLAIN: Final = re.compile(r"(?P<text>.*?)(?P<after>[ \t]*|[ \t]+#.*)")
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_ESCAPED: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/", " ": " ", "0": "\0"}
_INDICATORS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`=<~")
_OTHER_TYPES: Final = re.compile(r"(?:y|n|yes|no|on|off|true|false|null)", re.IGNORECASE)
_VERSION: Final = re.compile(r"\d+(?:\.\d+){2,}(?:[A-Za-z]\w*)?", re.ASCII)
"""Starts like a number and cannot be taken for one."""
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_LONGEST: Final = 4_000
"""Characters of a line of the card."""
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


class CardError(ValueError):
    """The card cannot be read or edited safely; the message is one sentence for a person."""


class CardValue(NamedTuple):
    """What is to stand behind a key."""

    text: str
    bare: bool = False
    """Whether it is a number or a truth value, which goes without quotes."""


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One key of the card."""

    key: str
    line: int
    """Index among the lines of the file."""
    value: str = ""
    """As YAML reads it, without quotes; empty for null. Meaningless where `why_not` is set."""
    why_not: str = ""
    """Why it cannot be edited here, in a few words."""
    before: str = ""
    """What stands before the value on its line."""
    after: str = ""
    """What stands behind it, such as a comment."""
    quote: str = ""


class Card:
    """A README, read. Nothing in it changes: `edited` returns a new text."""

    def __init__(self, readme: str) -> None:
        """Read a README; one without a card has no keys.

        Raises:
            CardError: the block has a form that cannot be edited safely.
        """
        self.text = readme
        self._lines = re.findall(r"[^\n]*\n|[^\n]+", readme)
        self._end = self._find_end()
        self.entries: Mapping[str, CardEntry] = self._read()

    def get(self, key: str) -> str | None:
        """Return the value of a key; None when it is not there or is more than one line."""
        entry = self.entries.get(key)
        return None if entry is None or entry.why_not else entry.value

    def why_not(self, key: str) -> str:
        """Say why a key cannot be edited here; empty when it can, or can be added."""
        entry = self.entries.get(key)
        return entry.why_not if entry else ""

    def written(self, key: str) -> str:
        """Return what stands behind a key, as it is written, on one line; empty for nothing."""
        entry = self.entries.get(key)
        if entry is None:
            return ""
        later = [one.line for one in self.entries.values() if one.line > entry.line]
        lines = self._lines[entry.line : min(later, default=self._end)]
        first, *rest = (each.strip() for each in lines)
        return " ".join([first.partition(":")[2].strip(), *(each for each in rest if each)]).strip()

    def edited(self, changes: Mapping[str, CardValue | None]) -> str:
        """Return the README with these keys set; None takes a key out.

        Raises:
            CardError: one of them cannot be edited here, or has a value a card cannot hold.
        """
        lines = list(self._lines)
        eol = "\r\n" if self.text.partition("\n")[0].endswith("\r") else "\n"
        added: list[str] = []
        for key, value in changes.items():
            entry = self.entries.get(key)
            if entry is None:
                if value is not None:
                    added.append(f"{key}: {_written(value, '')}{eol}")
                continue
            if entry.why_not:
                raise CardError(f"{key} {entry.why_not}.")
            lines[entry.line] = "" if value is None else _replaced(lines[entry.line], entry, value)
        new = self._joined(lines, added, eol)
        self._prove(new, changes)
        return new

    def _joined(self, lines: list[str], added: list[str], eol: str) -> str:
        if self._end is not None:
            return "".join((*lines[: self._end], *added, *lines[self._end :]))
        if not added:
            return self.text
        block = "".join((f"---{eol}", *added, f"---{eol}"))
        return block + (eol + self.text if self.text else "")

    def _find_end(self) -> int | None:
        """Return the line that closes the block; None when there is no block."""
        if not self._lines or not _FENCE.fullmatch(self._lines[0]):
            if self.text.lstrip("\ufeff \t\r\n").startswith("---"):
                raise CardError("The card does not begin on the first line of README.md.")
            return None
        for index, line in enumerate(self._lines[1:], 1):
            if _FENCE.fullmatch(line):
                return index
        raise CardError("The card at the top of README.md is never closed with ---.")

    def _read(self) -> dict[str, CardEntry]:
        entries: dict[str, CardEntry] = {}
        last = ""
        for index in range(1, self._end or 0):
            line = self._lines[index].rstrip("\r\n")
            if len(line) > _LONGEST:
                raise CardError(f"Line {index + 1} of README.md is too long to edit.")
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if line[0] in " \t" or line == "-" or line.startswith("- "):
                if not last:
                    raise CardError(f"Line {index + 1} of README.md belongs to no key.")
                entries[last] = _opaque(entries[last], "has several lines")
                continue
            entry = _entry(line, index)
            if entry.key in entries:
                entry = _opaque(entry, "is in the card twice")
            entries[entry.key] = entry
            last = entry.key
        return entries

    def _prove(self, new: str, changes: Mapping[str, CardValue | None]) -> None:
        """Read the new text again: what was asked is there, and nothing else has changed."""
        after = Card(new)
        for key, value in changes.items():
            if after.get(key) != (None if value is None else value.text):
                raise CardError(f"{key} cannot be written so that it is read back the same.")
        kept = [key for key in self.entries if key not in changes]
        if kept != [key for key in after.entries if key not in changes]:
            raise CardError("The card cannot be edited without changing other keys.")


def _entry(line: str, index: int) -> CardEntry:
    found = _ENTRY.fullmatch(line)
    if found is None:
        quoted = _QUOTED_ENTRY.match(line)
        if quoted is None:
            raise CardError(f"Line {index + 1} of README.md is not of the form key: value.")
        _check_closed(line[quoted.end() :].strip(), index)
        return CardEntry(quoted["key"], index, why_not="is written with a quoted key")
    rest = found["rest"]
    body = rest.lstrip(" \t")
    before = found["key"] + found["colon"] + rest[: len(rest) - len(body)]
    bare = CardEntry(found["key"], index, before=before)
    if not body or body.startswith("#"):
        return CardEntry(bare.key, index, before=before.rstrip(" \t"), after=body and f" {body}")
    _check_closed(body, index)
    if body[0] in "\"'":
        return _quoted(bare, body)
    if body[0] in _INDICATORS and body != "~" and not re.match(r"[-?:][^\s]", body):
        return _opaque(bare, "is not a plain value")
    plain = _PLAIN.fullmatch(body)
    assert plain is not None  # every text has a value and something behind it
    value = plain["text"]
    if ": " in value or value.endswith(":"):
        return _opaque(bare, "is not a plain value")
    value = "" if value in _NULLS else value
    return CardEntry(bare.key, index, value, before=before, after=plain["after"])


def _quoted(bare: CardEntry, body: str) -> CardEntry:
    quote = body[0]
    found = (_DOUBLE if quote == '"' else _SINGLE).fullmatch(body)
    if found is None:
        return _opaque(bare, "is not a plain value")
    try:
        value = _unescaped(found["text"]) if quote == '"' else found["text"].replace("''", "'")
    except (KeyError, ValueError):
        return _opaque(bare, "has an escape that is not known")
    return CardEntry(bare.key, bare.line, value, "", bare.before, found["after"], quote)


def _check_closed(body: str, index: int) -> None:
    """Refuse a quote or bracket that is closed on a later line: what follows is not keys."""
    opening = {"[": "]", "{": "}", '"': '"', "'": "'"}.get(body[:1])
    if opening is None:
        return
    bare = re.sub(r"""\\.|"(?:[^"\\]|\\.)*"|'[^']*'""", "", body)
    bare = re.sub(r"(?:^|[ \t])#.*", "", bare)
    opened = bare.count("[") + bare.count("{")
    if opened != bare.count("]") + bare.count("}") or '"' in bare or "'" in bare:
        raise CardError(f"Line {index + 1} of README.md goes on in the next line.")


def _opaque(entry: CardEntry, why: str) -> CardEntry:
    return CardEntry(entry.key, entry.line, why_not=entry.why_not or why)


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1]
        return _ESCAPED[code] if len(code) == 1 else chr(int(code[1:], 16))

    return _ESCAPE.sub(one, text)


def _replaced(line: str, entry: CardEntry, value: CardValue) -> str:
    end = line[len(line.rstrip("\r\n")) :]
    before = entry.before if entry.before[-1:] in (" ", "\t") else entry.before + " "
    return before + _written(value, entry.quote) + entry.after + end


def _written(value: CardValue, quote: str) -> str:
    """Return a value as YAML that reads back as the same text, or number, or truth value."""
    text = value.text
    if _UNWRITABLE.search(text):
        raise CardError("A value in a card has one line and no control characters.")
    if value.bare or (not quote and _safe_bare(text)):
        return text
    if quote == "'":
        return "'" + text.replace("'", "''") + "'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'


def _safe_bare(text: str) -> bool:
    if not text or text != text.strip() or "\t" in text or text[0] in _INDICATORS:
        return False
    if ": " in text or " #" in text or text.endswith(":") or _OTHER_TYPES.fullmatch(text):
        return False
    numeric = text[0] in "+." or text[0].isdigit()
    return not numeric or bool(_VERSION.fullmatch(text))
