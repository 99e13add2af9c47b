"""Both clients ask the same, but for differences that are listed with their reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import pytest
from huggingface_hub.utils._http import close_session

from tests.differential.compare import differences
from tests.differential.contents import CONTENTS
from tests.differential.operation import Operation
from tests.differential.requests_seen import Asked
from tests.differential.spaces import SPACES
from tests.differential.uploads import UPLOADS
from tests.hub.every_call import CASES

pytestmark = [
    pytest.mark.oracle,
    # The official client's own way of sending large files to storage.
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]

OPERATIONS: Final = (*SPACES, *CONTENTS, *UPLOADS)
OURS_ALONE: Final = {
    "GET /api/quicksearch",
    "GET /api/settings/billing/usage",
    "POST /oauth/device",  # theirs signs in outside of its API, to the Hub's own address
    "POST /oauth/token",
    "GET {space}/compare",
    "GET {space}/events",
    "GET {space}/jwt",
    "GET {space}/metrics",
    "GET {space}/treesize",
    "DELETE {space}/lfs-files",  # theirs deletes by lists alone
    "POST {space}/lfs-files/duplicate",  # theirs needs the newer storage for it
    "POST {space}/replicas",
    "POST {space}/storage",  # gone from theirs, as the storage is no longer sold
    "DELETE {space}/storage",
}
"""What the official client has no call for, or none that could be compared."""
_SPACE: Final = re.compile(r"/(api/)?spaces/\w+/[\w-]+(\.git/info/lfs)?(?=/|$)")


@pytest.fixture(autouse=True)
def fresh_connections() -> Iterator[None]:
    """Close what the official client keeps open in between."""
    yield
    close_session()


@cache
def asked_by_us(operation: Operation) -> list[Asked]:
    """Return what our client asks; it is asked but once."""
    return operation.asked_by_us()


@pytest.mark.parametrize("operation", [pytest.param(each, id=each.name) for each in OPERATIONS])
def test_both_ask_the_same(operation: Operation) -> None:
    ours = asked_by_us(operation)
    assert ours
    found = differences(ours, operation.asked_by_them())
    unknown = [each for each in found if not any(known.covers(each) for known in operation.differs)]
    assert unknown == []
    gone = [known for known in operation.differs if not any(known.covers(each) for each in found)]
    assert gone == []


def test_every_call_is_compared_where_both_have_it() -> None:
    compared = {kind(asked.line) for operation in OPERATIONS for asked in asked_by_us(operation)}
    assert {kind(case.asks) for case in CASES} - compared == OURS_ALONE


def kind(line: str) -> str:
    """Return which call a request is: its method and path, without names and revisions."""
    method, _, path = line.partition(" ")
    if "/--replicas/" in path:
        return f"{method} {{app}}/get-reload"
    path = re.sub(r"(?<=/organizations/)\w+|(?<=/users/)\w+", "{name}", path)
    below = _SPACE.sub("{space}", path, count=1)
    if not below.startswith("{space}") or "/spaces/zero-gpu/" in path:
        return f"{method} {path}"
    return f"{method} {'/'.join(below.split('/')[: 3 if _has_more(below) else 2])}"


def _has_more(below: str) -> bool:
    """Whether the second step of a path is part of the call's name, too."""
    steps = below.split("/")[1:]
    return steps[:1] == ["auth-check"] or steps[1:] in (["batch"], ["duplicate"], ["verify"])
