"""The table of cases and the tests agree, in both directions."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

from tests.cases.table import CASES

_TESTS: Final = Path(__file__).parent.parent
_ID: Final = re.compile(r"\bT\d{3}\b")


def functions(file: Path) -> dict[str, set[str]]:
    """Return the test functions of a file with the cases their docstrings name."""
    return {
        node.name: set(_ID.findall(ast.get_docstring(node) or ""))
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def test_every_case_has_a_test_or_a_reason() -> None:
    for case, row in CASES.items():
        assert row.tests or row.by_hand or row.waiting, case
        assert not (row.tests and row.waiting), case


def test_every_test_of_the_table_is_there_and_those_of_cases_name_theirs() -> None:
    for case, row in CASES.items():
        for test in row.tests:
            place, _, name = test.partition("::")
            named = functions(_TESTS / place)
            assert name in named, (case, test)
            assert case in named[name] or not place.startswith("cases/"), (case, test)


def test_every_case_a_test_names_is_in_the_table() -> None:
    listed = {(case, test) for case, row in CASES.items() for test in row.tests}
    for file in (_TESTS / "cases").glob("test_*.py"):
        for name, cases in functions(file).items():
            place = f"{file.parent.name}/{file.name}::{name}"
            missing = {case for case in cases if (case, place) not in listed}
            assert not missing, f"{place} is not in the table under {missing}"
