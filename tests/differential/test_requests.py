"""Both clients ask the same, but for differences that are listed with their reasons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from huggingface_hub.utils._http import close_session

from tests.differential.compare import differences
from tests.differential.contents import CONTENTS
from tests.differential.operation import Operation
from tests.differential.spaces import SPACES
from tests.differential.uploads import UPLOADS

pytestmark = [
    pytest.mark.oracle,
    # The official client's own way of sending large files to storage.
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def fresh_connections() -> Iterator[None]:
    """Close what the official client keeps open in between."""
    yield
    close_session()


@pytest.mark.parametrize(
    "operation", [pytest.param(each, id=each.name) for each in (*SPACES, *CONTENTS, *UPLOADS)]
)
def test_both_ask_the_same(operation: Operation) -> None:
    ours = operation.asked_by_us()
    assert ours
    found = differences(ours, operation.asked_by_them())
    unknown = [each for each in found if not any(known.covers(each) for known in operation.differs)]
    assert unknown == []
    gone = [known for known in operation.differs if not any(known.covers(each) for each in found)]
    assert gone == []
