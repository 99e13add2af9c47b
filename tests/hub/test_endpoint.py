"""The endpoint and the spelling of URLs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.hub.endpoint import (
    Endpoint,
    check_space_id,
    is_space_id,
    origin_of,
    quoted,
    quoted_path,
    space_in,
)
from spaces_tui.hub.errors import InvalidEndpoint, InvalidSpaceId, Untrusted


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://huggingface.co", "https://huggingface.co"),
        ("https://huggingface.co/", "https://huggingface.co"),
        (" http://127.0.0.1:8000// ", "http://127.0.0.1:8000"),
        ("https://proxy.example/hf/", "https://proxy.example/hf"),
    ],
)
def test_an_endpoint_loses_blanks_and_trailing_slashes(text: str, base: str) -> None:
    assert Endpoint.parse(text).base == base


@pytest.mark.parametrize(
    "text",
    [
        "",
        "huggingface.co",
        "ftp://huggingface.co",
        "https://",
        "https:///path",
        "https://host:port",
        "https://[::1",
        "https://ada:secret@host",
        "https://host?x=1",
        "https://host/#top",
        "https://ho\nst",
    ],
)
def test_what_is_no_web_address_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidEndpoint) as caught:
        Endpoint.parse(text)
    assert caught.value.message.endswith(".")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "mine"),
    [
        ("https://hub.example/x", True),
        ("https://HUB.example:443/x", True),
        ("http://hub.example/x", False),
        ("https://hub.example:8443/x", False),
        ("https://hub.example.evil.org/x", False),
        ("https://evil.org/hub.example", False),
        ("https://hub.example@evil.org/", False),
        ("ftp://hub.example/", False),
        ("https://hub.example:99999999/", False),
    ],
)
def test_only_the_same_scheme_host_and_port_is_ours(url: str, mine: bool) -> None:
    assert Endpoint.parse("https://hub.example").mine(url) is mine


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("[::1]", True),
        ("localhost", True),
        ("hub.localhost", True),
        ("10.0.0.1", False),
        ("huggingface.co", False),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert Endpoint.parse(f"http://{host}:80").loopback is loopback


def test_the_next_page_comes_to_the_endpoint_whatever_it_names() -> None:
    endpoint = Endpoint.parse("http://127.0.0.1:8000/hf")
    link = "https://huggingface.co/api/spaces?limit=2&cursor=ab%3D"
    here = "http://127.0.0.1:8000/hf/api/spaces?limit=2"
    wanted = "http://127.0.0.1:8000/hf/api/spaces?limit=2&cursor=ab%3D"
    assert endpoint.next_page(link, here) == wanted
    assert endpoint.next_page("/hf/api/spaces?p=1", here).endswith(":8000/hf/api/spaces?p=1")
    assert endpoint.next_page("https://evil.org/api/spaces?p=1", here).startswith(endpoint.base)


def test_a_redirect_to_production_comes_to_the_endpoint_and_a_foreign_one_stays() -> None:
    endpoint = Endpoint.parse("http://127.0.0.1:8000")
    here = "http://127.0.0.1:8000/api/spaces/a/b"
    moved = endpoint.redirected("https://huggingface.co/api/spaces/a/c?x=1", here)
    assert moved == "http://127.0.0.1:8000/api/spaces/a/c?x=1"
    assert endpoint.redirected("/api/spaces/a/c", here) == "http://127.0.0.1:8000/api/spaces/a/c"
    assert endpoint.redirected("https://s3.example/x?sig=1", here) == "https://s3.example/x?sig=1"


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "https://u:p@hub.example/", "https://[::", "javascript:1"]
)
def test_a_redirect_to_something_odd_is_not_trusted(location: str) -> None:
    with pytest.raises(Untrusted):
        Endpoint.parse("https://hub.example").redirected(location, "https://hub.example/a")


@pytest.mark.parametrize("name", ["ada/demo", "Ada-1/my_space.v2"])
def test_space_ids(name: str) -> None:
    assert check_space_id(name) == name


@pytest.mark.parametrize("name", ["demo", "a/b/c", "a/..", "./b", "a/", "/b", "a b/c", "a/b?x", ""])
def test_what_is_no_space_id(name: str) -> None:
    with pytest.raises(InvalidSpaceId):
        check_space_id(name)


@pytest.mark.parametrize(
    ("url", "space"),
    [
        ("https://h/api/spaces/ada/new/commit/main", "ada/new"),
        ("https://h/hf/api/spaces/ada/new", "ada/new"),
        ("https://h/spaces/ada/new/resolve/main/app.py", "ada/new"),
        ("https://h/api/spaces/ada", None),
        ("https://h/login?next=/api/spaces/a/b", None),
        ("https://h/api/spaces/ada/b%2Fc/pause", None),
    ],
)
def test_the_space_a_url_names(url: str, space: str | None) -> None:
    assert space_in(url) == space


def test_quoting() -> None:
    assert quoted("refs/pr/3") == "refs%2Fpr%2F3"
    assert quoted("src/ä b.py") == "src%2F%C3%A4%20b.py"
    assert quoted_path("src/ä b?.py") == "src/%C3%A4%20b%3F.py"
    assert quoted("bad\udcff") == "bad%FF"


@given(st.text())
def test_no_text_breaks_the_reading_of_urls_and_ids(text: str) -> None:
    origin = origin_of(text)
    assert origin is None or origin[0] in ("http", "https")
    if is_space_id(text):
        assert quoted(text).count("%2F") == 1
