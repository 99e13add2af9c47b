"""Calls the `huggingface_hub` it finds on its path, as told on standard input.

Its first line says which release that is. Each line in is one JSON object:
`{"token": …, "call": "space_info", "arguments": {…}}`; each line out is `{"result": …}` or
`{"error": "RepositoryNotFoundError", "status": 404, "message": …}`. Objects come out as the
plain values they consist of, iterators as lists.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import huggingface_hub
from huggingface_hub import HfApi


def main() -> None:
    """Answer until the end of the input."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # so that nothing the client prints comes between the answers
    print(json.dumps({"version": huggingface_hub.__version__}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(answered(json.loads(line))), file=answers, flush=True)


def answered(question: Mapping[str, Any]) -> dict[str, object]:
    """Make one call and return what came of it."""
    api = HfApi(token=question["token"])
    try:
        return {"result": plain(getattr(api, question["call"])(**question["arguments"]))}
    except Exception as error:  # noqa: BLE001 - told to the other process, which judges it
        response = getattr(error, "response", None)
        status = None if response is None else response.status_code
        return {"error": type(error).__name__, "status": status, "message": str(error)}


def plain(value: object) -> object:
    """Return a value as JSON can tell it."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name, None)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, Iterable):
        return [plain(each) for each in value]
    return plain(vars(value)) if hasattr(value, "__dict__") else str(value)


if __name__ == "__main__":
    main()
