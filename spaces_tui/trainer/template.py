"""The files of the Space, for the console to upload."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files as resources
from typing import Final

_APP: Final = '''"""What the Space runs: the page, and a worker beside it."""

from trainer.page import main

main()
'''
_README: Final = """---
title: Tasks
emoji: 🏋️
colorFrom: blue
colorTo: green
sdk: gradio
sdk_version: 6.31.0
python_version: "3.12"
app_file: app.py
pinned: false
---

# Tasks

This Space takes tasks from the private dataset that is named like it with `-tasks` at the end: one
file per task. For each it asks for the hardware the task names, runs its command, goes back to the
hardware from before, and closes the task once a read has shown that it is back.

- Put your program beside `app.py`; `train.py` is an example.
- What your program writes into the folder in `CHECKPOINT_DIR` is kept in the dataset, and is there
  again when the task is resumed. It does not get the worker's token.
- The secret `HF_TOKEN` is a fine-grained token which may write to this Space and to its dataset,
  and to nothing else. The page says which scopes these are.
- A task ends at its deadline and before it costs more than its budget. If the old hardware is
  refused, the Space is paused.
"""
_REQUIREMENTS: Final = "huggingface_hub>=1.0\n"
_MODULES: Final = (
    "__init__", "config", "job", "keeper", "machine", "page", "pulse", "scopes", "taskfile",
    "taskqueue", "trouble", "tasks", "worker",
)  # fmt: skip


def files() -> Mapping[str, bytes]:
    """Return every file of the Space by its path."""
    here = resources(__package__)
    return {
        "README.md": _README.encode(),
        "app.py": _APP.encode(),
        "requirements.txt": _REQUIREMENTS.encode(),
        "train.py": (here / "train.py").read_bytes(),
    } | {f"trainer/{name}.py": (here / f"{name}.py").read_bytes() for name in _MODULES}
