"""What somebody who is to help needs, as one text, without anything secret in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from spaces_tui.model.redaction import MASK, masked, secret_spans, spans_of
from spaces_tui.model.tokens import TOKEN_SHAPES

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.diagnosis import Diagnosis, Verdict
    from spaces_tui.model.journal import Record
    from spaces_tui.model.stagehistory import History

_SHAPES: Final = re.compile("|".join(f"(?:{one.pattern})" for one in TOKEN_SHAPES), re.ASCII)
_PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_URL_PASSWORD: Final = re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)")
_SHORTEST: Final = 4
"""Characters of a variable's value that is masked: shorter ones are words that occur anyway."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes into it."""

    diagnosis: Diagnosis
    at: datetime
    versions: tuple[str, ...]
    endpoint: str
    stages: History = ()
    records: tuple[Record, ...] = ()
    """What was done to this Space from here, the newest first."""
    logs: tuple[tuple[str, Sequence[str]], ...] = ()
    """Each log's name and its last lines; none says why in its place."""
    names: tuple[str, ...] = ()
    """Names of secrets and variables."""
    values: tuple[str, ...] = ()
    """Values of variables, which are masked wherever they appear."""


def bundle_text(bundle: Bundle) -> str:
    """Return the whole text, redacted."""
    sections = [
        _head(bundle),
        ("Diagnosis", _diagnosis(bundle.diagnosis)),
        ("Stages seen from here", [_span_line(bundle, at) for at in range(len(bundle.stages))]),
        ("Done from here", [_record_line(record) for record in bundle.records]),
        *[(name, list(lines) or ["(empty)"]) for name, lines in bundle.logs],
    ]
    text = "\n\n".join("\n".join([f"== {title} ==", *lines]) for title, lines in sections if lines)
    return without_secrets(text, bundle.names, bundle.values) + "\n"


def without_secrets(text: str, names: Iterable[str], values: Iterable[str]) -> str:
    """Mask what is secret in a text: tokens, keys, passwords in addresses, values of variables,
    and whatever is written behind the name of a variable or secret.
    """
    spans = secret_spans(text)
    for shape in (_PRIVATE_KEY, _SHAPES, _URL_PASSWORD):
        spans += [found.span() for found in shape.finditer(text)]
    for value in set(values):
        if len(value) >= _SHORTEST:
            spans += spans_of(value, text)
    for name in set(names):
        assigned = re.compile(rf"\b{re.escape(name)}['\"]?\s*[=:]\s*(?!\s)([^\n]+)")
        spans += [found.span(1) for found in assigned.finditer(text)]
    return masked(text, spans)


def _head(bundle: Bundle) -> tuple[str, list[str]]:
    lines = [
        f"Space      {bundle.diagnosis.space}",
        f"Hub        {bundle.endpoint}",
        f"Written    {bundle.at.isoformat(timespec='seconds')}",
        *(f"Version    {version}" for version in bundle.versions),
        f"Tokens, keys and values of variables are masked as {MASK}; read it before you send it.",
    ]
    return ("Support bundle", lines)


def _diagnosis(diagnosis: Diagnosis) -> list[str]:
    if diagnosis.verdict is None:
        lines = ["No cause was found."]
    else:
        lines = _verdict(diagnosis.verdict)
        for other in diagnosis.others:
            lines += ["", "Also found:", *_verdict(other)]
    return [*lines, "", *(f"{fact.what}: {fact.value}" for fact in diagnosis.facts)]


def _verdict(verdict: Verdict) -> list[str]:
    shown = [f"  {trace.place}: {trace.text}" for trace in verdict.evidence]
    return [f"{verdict.cause} ({verdict.rule})", *shown]


def _span_line(bundle: Bundle, at: int) -> str:
    span = bundle.stages[at]
    extras = " ".join(one for one in (span.hardware, (span.sha or "")[:7]) if one)
    begun = span.begin.isoformat(timespec="seconds")
    return f"{begun}  {span.stage.name:<22} {span.seconds(bundle.at):8.0f} s  {extras}".rstrip()


def _record_line(record: Record) -> str:
    ended = f"failed: {record.error}" if record.error else "done"
    request = f" (request {record.request_id})" if record.request_id else ""
    return f"{record.at.isoformat(timespec='seconds')}  {record.what}: {ended}{request}"
