"""Requests about why a Space is down."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.model.diagnosis import Diagnosis
from spaces_tui.session.requests.base import Request


@dataclass(frozen=True, slots=True)
class Diagnose(Request[Diagnosis]):
    """Read what a cause may show in, and say which it is.

    What cannot be read is named among the facts and stops nothing.
    """

    space: str


@dataclass(frozen=True, slots=True)
class WriteBundle(Request[str]):
    """Write what somebody who is to help needs into one text file, without secrets.

    The answer is the whole path. Refused when there is something at that path already.
    """

    diagnosis: Diagnosis
    path: str
    """`~` stands for the home folder; else from the working folder."""
