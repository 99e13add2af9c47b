"""Cards are edited line by line: what nobody touched stays, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.model.card import Card, CardError, CardValue
from spaces_tui.model.cardfields import BY_KEY, FIELDS, fields_for

README = """---
# what the page shows
title: "Whisper: live"   # quoted
emoji: 🐢
colorFrom: 'blue'
sdk: gradio
sdk_version: 4.10
tags:
  - audio
  - demo
models: [openai/whisper-small]
custom_headers:
  cross-origin-embedder-policy: require-corp
pinned: false
unknown-key: {a: 1}
notes: |
  two
  lines
---
# Whisper

---
not a card
"""


def card_of(text: str) -> Mapping[str, object]:
    found = yaml.safe_load(text.split("---\n")[1])
    assert isinstance(found, dict)
    return found


def set_to(**values: str | None) -> str:
    changes = {
        key: None if value is None else BY_KEY[key].value(value) for key, value in values.items()
    }
    return Card(README).edited(changes)


def test_values_are_read_as_yaml_reads_them() -> None:
    card = Card(README)
    assert card.get("title") == "Whisper: live"
    assert card.get("colorFrom") == "blue"
    assert card.get("sdk_version") == "4.10"
    assert card.get("pinned") == "false"
    assert card.get("tags") is None
    assert card.get("absent") is None


def test_one_key_changes_its_value_and_nothing_else() -> None:
    new = set_to(title="Whisper, live")
    assert new == README.replace('"Whisper: live"', '"Whisper, live"')
    assert set_to(colorFrom="red") == README.replace("'blue'", "'red'")
    assert set_to(pinned="true") == README.replace("pinned: false", "pinned: true")


def test_what_looks_like_a_number_stays_a_text() -> None:
    assert card_of(set_to(sdk_version="5.10"))["sdk_version"] == "5.10"
    assert "sdk_version: 5.49.1\n" in set_to(sdk_version="5.49.1")
    assert card_of(set_to(python_version="3.10"))["python_version"] == "3.10"
    assert card_of(set_to(app_port="8080"))["app_port"] == 8080


def test_a_new_key_goes_to_the_end_and_an_old_one_can_go() -> None:
    assert set_to(license="mit") == README.replace("  lines\n---", "  lines\nlicense: mit\n---")
    assert set_to(emoji=None) == README.replace("emoji: 🐢\n", "")
    assert set_to(license=None) == README


def test_line_ends_stay_what_they_are() -> None:
    text = README.replace("\n", "\r\n")
    new = Card(text).edited({"title": CardValue("x"), "license": CardValue("mit")})
    assert new.replace("\r\n", "") == new.replace("\r", "").replace("\n", "")
    assert new.count("\r\n") == text.count("\r\n") + 1


@pytest.mark.parametrize("key", ["tags", "models", "custom_headers", "unknown-key", "notes"])
def test_values_of_several_lines_are_refused(key: str) -> None:
    assert Card(README).why_not(key)
    with pytest.raises(CardError, match=key):
        Card(README).edited({key: CardValue("x")})


@pytest.mark.parametrize(
    "block",
    [
        "title: x\n? odd\n: key\n",
        'title: "on\nthe: next"\n',
        "tags: [a,\nb: c]\n",
        "  - nothing above\n",
        "title x\n",
        "title: x\n...\n",
        "%YAML 1.2\n",
    ],
)
def test_blocks_of_another_form_are_refused(block: str) -> None:
    with pytest.raises(CardError, match=r"README\.md"):
        Card(f"---\n{block}---\n")


@pytest.mark.parametrize(
    "text", ["---\ntitle: x\n", "\n---\ntitle: x\n---\n", "\ufeff---\na: b\n---\n"]
)
def test_a_block_that_is_not_closed_or_not_first_is_refused(text: str) -> None:
    with pytest.raises(CardError):
        Card(text)


def test_a_key_that_is_there_twice_is_refused() -> None:
    card = Card("---\ntitle: a\nsdk: static\ntitle: b\n---\n")
    assert card.why_not("title") == "is in the card twice"


def test_a_readme_without_a_card_gets_one() -> None:
    new = Card("# Hello\n").edited({"title": CardValue("Hi"), "sdk": CardValue("static")})
    assert new == "---\ntitle: Hi\nsdk: static\n---\n\n# Hello\n"
    assert Card("").edited({"sdk": CardValue("static")}) == "---\nsdk: static\n---\n"
    assert Card("# Hello\n").edited({"title": None}) == "# Hello\n"


def test_a_value_of_several_lines_is_not_written() -> None:
    with pytest.raises(CardError):
        Card(README).edited({"title": CardValue("a\nb: c")})


TEXTS = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff\x85\ufffe\uffff"
    ),
    min_size=1,
    max_size=40,
) | st.sampled_from(
    ["yes", "No", "null", "~", "1e3", "0x1f", "1_000", "12:30", "2026-05-04", "- a", "a: b", "a #b",
     "#a", "'", '"', "\\", "<<", "=", ".inf", "&a", "*a", "!a", "{a", "[a", "%a", "@a", "`a", "a:"]
)  # fmt: skip


@given(text=TEXTS, key=st.sampled_from(["title", "colorFrom", "emoji", "sdk_version", "license"]))
def test_any_text_reads_back_and_leaves_the_rest(text: str, key: str) -> None:
    before = card_of(README)
    new = Card(README).edited({key: CardValue(text)})
    assert card_of(new) == {**before, key: text}
    assert new.split("---\n", 2)[2] == README.split("---\n", 2)[2]
    assert Card(new).get(key) == text


@given(st.text(st.sampled_from("ab:-#'\"[]{}|>&*!?%~ \n\t"), max_size=40))
def test_no_block_breaks_it_and_what_it_reads_yaml_reads_too(block: str) -> None:
    try:
        card = Card(f"---\nsdk: static\n{block}\n---\n")
    except CardError:
        return
    try:
        known = yaml.safe_load(f"sdk: static\n{block}\n")
    except yaml.YAMLError:
        return
    if not isinstance(known, dict):
        return
    for key, entry in card.entries.items():
        if not entry.why_not and isinstance(known.get(key), str):
            assert known[key] == entry.value
    new = card.edited({"title": CardValue("new")})
    assert yaml.safe_load(new.split("---\n")[1]) == {**known, "title": "new"}


def test_fields_are_those_of_the_sdk_and_those_that_are_there() -> None:
    keys = {field.key for field in fields_for("docker", frozenset({"app_file"}))}
    assert {"app_port", "app_file", "title"} <= keys
    assert "sdk_version" not in keys


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("title", "Whisper", ""),
        ("emoji", "🧑‍💻", "x"),
        ("short_description", "x" * 60, "x" * 61),
        ("sdk", "docker", "streamlit"),
        ("sdk_version", "5.0.0b3", "new"),
        ("python_version", "3.12", "2.7"),
        ("app_file", "src/app.py", "../app.py"),
        ("app_port", "7860", "70000"),
        ("base_path", "/docs", "docs"),
        ("colorTo", "pink", "black"),
        ("thumbnail", "https://x.org/a.png", "http://["),
        ("pinned", "true", "yes"),
        ("startup_duration_timeout", "1h", "long"),
        ("license", "apache-2.0", "Apache 2"),
    ],
)
def test_fields_say_what_is_wrong(key: str, good: str, bad: str) -> None:
    assert BY_KEY[key].problem(good) == ""
    assert BY_KEY[key].problem(bad)


def test_every_field_has_a_name_of_its_own() -> None:
    assert len({field.label for field in FIELDS}) == len(FIELDS)


def test_what_is_written_behind_a_key_is_shown_on_one_line() -> None:
    card = Card(
        "---\ntags: [a, b]\nmodels:\n  - one\n\n  - two\ntitle: 'A: b' # why\n---\n# Text\n"
    )
    assert [card.written(key) for key in ("tags", "models", "title", "none")] == [
        "[a, b]",
        "- one - two",
        "'A: b' # why",
        "",
    ]
