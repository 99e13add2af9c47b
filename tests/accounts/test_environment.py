"""Endpoint and token of the environment, read as the official client reads them."""

import pytest

from spaces_tui.accounts.environment import endpoint_from, token_from


@pytest.mark.parametrize(
    ("environment", "endpoint"),
    [
        ({}, "https://huggingface.co"),
        ({"HF_ENDPOINT": ""}, "https://huggingface.co"),
        ({"HF_ENDPOINT": "http://127.0.0.1:8000/"}, "http://127.0.0.1:8000"),
        ({"HUGGINGFACE_CO_STAGING": "yes"}, "https://hub-ci.huggingface.co"),
        ({"HUGGINGFACE_CO_STAGING": "0"}, "https://huggingface.co"),
        ({"HUGGINGFACE_CO_STAGING": "1", "HF_ENDPOINT": "http://h"}, "http://h"),
    ],
)
def test_endpoint(environment: dict[str, str], endpoint: str) -> None:
    assert endpoint_from(environment) == endpoint


def test_the_new_name_wins_and_blanks_are_forgiven() -> None:
    found = token_from({"HF_TOKEN": " hf_a\r\nb \n", "HUGGING_FACE_HUB_TOKEN": "old"})
    assert found is not None
    assert found.token.reveal() == "hf_ab"
    assert found.source == "HF_TOKEN"


def test_an_empty_value_is_no_token() -> None:
    found = token_from({"HF_TOKEN": " \n", "HUGGING_FACE_HUB_TOKEN": "old"})
    assert found is not None
    assert found.source == "HUGGING_FACE_HUB_TOKEN"
    assert token_from({"HF_TOKEN": ""}) is None
