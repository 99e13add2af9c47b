"""What is masked wherever something is written down."""

from __future__ import annotations

import gc

import pytest

from spaces_tui.model.identity import Secret, secrets_held
from spaces_tui.model.redaction import redacted

TOKEN = "hf_" + "planted" * 5


@pytest.mark.parametrize(
    "text",
    [
        f"no access with {TOKEN}",
        f"GET /?token={TOKEN}&x=1",
        f"x%20{TOKEN}%20x",
        f"HF_TOKEN={TOKEN}",
        f"__{TOKEN}__",
        "Authorization: Bearer planted.token",
        "authorization%3Dbearer%20planted.token",
        '{"authorization": "Bearer planted"}',
        "password=planted, and more",
        "https://storage.example/x?Expires=3&Signature=planted",
        f"hf_oauth_{TOKEN[3:]} hf_jwt_{TOKEN[3:]} api_org_{TOKEN[3:]}",
    ],
)
def test_what_looks_like_a_token_is_masked(text: str) -> None:
    assert "planted" not in redacted(text)


def test_what_is_held_is_masked_whatever_it_looks_like() -> None:
    whole, part = Secret("a-passphrase-of-mine"), Secret("passphrase")
    assert redacted("it is a-passphrase-of-mine, a passphrase") == "it is •••, a •••"
    del whole
    gc.collect()
    assert redacted("it is a-passphrase-of-mine") == "it is a-•••-of-mine"
    assert part.reveal() in secrets_held()


def test_equal_secrets_come_and_go_each_by_itself() -> None:
    first, second = Secret("held-twice-now"), Secret("held-twice-now")
    del first
    gc.collect()
    assert redacted("held-twice-now") == "•••"
    del second
    gc.collect()
    assert redacted("held-twice-now") == "held-twice-now"


def test_the_beginning_of_a_longer_token_does_not_uncover_the_rest() -> None:
    held = Secret("hf_plantedplanted")
    assert redacted("with hf_plantedplantedplanted, it says") == "with •••, it says"
    assert held


def test_ordinary_text_stays() -> None:
    short = Secret("true")
    text = "GET /api/spaces/a/chf_abcdef 200 12 ms Root=1-2 it is true; ratelimit: 3"
    assert redacted(text) == text
    assert short
