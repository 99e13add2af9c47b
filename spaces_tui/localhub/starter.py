"""The files a new Space begins with."""

from __future__ import annotations

from spaces_tui.localhub.attributes import ATTRIBUTES, DEFAULT_ATTRIBUTES
from spaces_tui.localhub.space import text_files
from spaces_tui.localhub.tree import Blob


def card_text(title: str, sdk: str, **extra: str) -> str:
    """Return a README with a card; `extra` keys follow the usual ones."""
    keys = {"title": title, "emoji": "🚀", "colorFrom": "blue", "colorTo": "green", "sdk": sdk}
    if sdk == "gradio":
        keys |= {"sdk_version": "6.2.0", "app_file": "app.py"}
    keys |= {"pinned": "false"} | extra
    block = "\n".join(f"{key}: {value}" for key, value in keys.items())
    guide = "https://huggingface.co/docs/hub/spaces-config-reference"
    return f"---\n{block}\n---\n\nCheck out the configuration reference at {guide}\n"


def starter_files(sdk: str, name: str, **extra: str) -> dict[str, Blob]:
    """Return `.gitattributes`, the card and, for a static site, a page.

    `extra` keys, in YAML, go to the card.
    """
    title = name.replace("-", " ").replace("_", " ").title()
    files = {ATTRIBUTES: DEFAULT_ATTRIBUTES, "README.md": card_text(title, sdk, **extra)}
    if sdk == "static":
        files["index.html"] = f"<!doctype html>\n<title>{title}</title>\n<h1>{title}</h1>\n"
    return text_files(files)
