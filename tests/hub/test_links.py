"""The `Link` header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.hub.links import next_link


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('<https://h/a?cursor=x%3D>; rel="next"', "https://h/a?cursor=x%3D"),
        ("<https://h/a>;rel=next", "https://h/a"),
        ('<https://h/a> ; title="x, y" ; rel="next"', "https://h/a"),
        ('<https://h/p>; rel="prev", <https://h/n>; rel="next"', "https://h/n"),
        ('<https://h/a?x=1,2;3>; REL="prefetch next"', "https://h/a?x=1,2;3"),
        ('<https://h/a>; rel="last"', None),
        ("<https://h/a>", None),
        ("https://h/a; rel=next", None),
        ("", None),
    ],
)
def test_next(header: str, target: str | None) -> None:
    assert next_link(header) == target


@given(st.text(alphabet="<>;,=\"rel next'/x", max_size=80))
def test_no_header_breaks_it(header: str) -> None:
    target = next_link(header)
    assert target is None or target in header
