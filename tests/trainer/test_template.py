"""What is uploaded, and that it holds together without the console."""

from __future__ import annotations

import ast
from pathlib import Path

from spaces_tui import trainer
from spaces_tui.trainer.template import files


def test_every_module_is_uploaded_and_imports_nothing_of_the_console() -> None:
    uploaded = files()
    here = Path(trainer.__file__).parent
    modules = {path.name for path in here.glob("*.py")} - {"template.py", "train.py"}
    assert {name.removeprefix("trainer/") for name in uploaded if "/" in name} == modules
    for name, data in uploaded.items():
        if name.endswith(".py"):
            tree = ast.parse(data)
            named = {
                (node.module or "") for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
            } | {
                alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.Import)
                for alias in node.names
            }
            assert not [one for one in named if one.startswith("spaces_tui")], name


def test_the_space_is_a_gradio_one_with_its_example() -> None:
    uploaded = files()
    assert b"sdk: gradio\n" in uploaded["README.md"]
    assert b"app_file: app.py\n" in uploaded["README.md"]
    assert {"app.py", "train.py", "requirements.txt"} <= uploaded.keys()
