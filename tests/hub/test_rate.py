"""`RateLimit` headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.hub.rate import RateLimit, parse_rate, parse_retry_after


@pytest.mark.parametrize(
    ("rate", "policy", "wanted"),
    [
        (
            '"api";r=489;t=189',
            '"fixed window";"api";q=500;w=300',
            RateLimit("api", 489, 189, 500, 300),
        ),
        (
            '"resolvers" ; r = 0 ; t= 7',
            '"fixed window" ; "resolvers"; q = 3000 ; w =300',
            RateLimit("resolvers", 0, 7, 3000, 300),
        ),
        ('"api";t=1;r=5', "", RateLimit("api", 5, 1)),
        ('"api";r=5', "nonsense", RateLimit("api", 5)),
        ('"api";r=5, "pages";r=1', '"x";q=1;w=2, "y";q=3', RateLimit("api", 5, None, 1, 2)),
        ('"api";t=5', "", None),
        ('"api";r=-1', "", None),
        ("api;r=1", "", None),
        ("", "", None),
    ],
)
def test_headers(rate: str, policy: str, wanted: RateLimit | None) -> None:
    assert parse_rate({"ratelimit": rate, "ratelimit-policy": policy}) == wanted


@given(st.text(), st.text())
def test_no_header_breaks_it(rate: str, policy: str) -> None:
    found = parse_rate({"ratelimit": rate, "ratelimit-policy": policy})
    assert found is None or found.left >= 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("3", 3.0), (" 10 ", 10.0), ("-1", None), ("soon", None), ("", None), ("²", None)],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert parse_retry_after({"retry-after": value}) == seconds


def test_a_date_is_no_number_of_seconds() -> None:
    assert parse_retry_after({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}) is None
