"""Sleep times as people write them and as we write them back."""

from __future__ import annotations

import pytest

from spaces_tui.model.sleep import NEVER, PRESETS, parse_sleep, sleep_words


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45m", 2700),
        ("45", 2700),
        (" 2 H ", 7200),
        ("1h30m", 5400),
        ("1 hour, 30 minutes", 5400),
        ("3 days", 3 * 86400),
        ("1w", 7 * 86400),
        ("90s", 90),
        ("Never", NEVER),
        ("off", NEVER),
    ],
)
def test_what_people_write(text: str, seconds: int) -> None:
    assert parse_sleep(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "2x", "h", "-5m", "0", "1h never", "m5"])
def test_what_is_no_time_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_sleep(text)


@pytest.mark.parametrize("seconds", [*PRESETS, 1, 61, 3661, 90061])
def test_what_we_write_can_be_read_back(seconds: int) -> None:
    assert parse_sleep(sleep_words(seconds)) == seconds
