"""Python that does not parse, found before it costs a build. Blocks: runs off the loop."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from spaces_tui.model.repo import AddFile
from spaces_tui.model.text import clean_line
from spaces_tui.sync.protocols import Operation

MANY: Final = 20
"""Python files in a batch beyond which none is looked at: that is no save from an editor."""
LARGEST: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a file is not valid Python, as far as the Python that runs us can tell."""

    path: str
    message: str
    line: int | None = None


def faults(operations: Iterable[Operation]) -> Iterator[Fault]:
    """Yield the first fault of each Python file among what is about to be sent.

    The Space may run a newer Python, so a fault is a reason to say something and no more.
    """
    files = [
        operation
        for operation in operations
        if isinstance(operation, AddFile) and operation.path.endswith(".py")
    ]
    if len(files) > MANY:
        return
    for file in files:
        if len(file.content) <= LARGEST and (found := fault(file.path, file.content)):
            yield found


def fault(path: str, content: bytes) -> Fault | None:
    """Return where a file is not valid Python; None when it is, or when that cannot be told."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what merely looks odd is none of our business
            ast.parse(content)
    except SyntaxError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        said = (
            f"this is not valid Python {version} ({clean_line(error.msg)}); it is sent all the same"
        )
        return Fault(path, said, error.lineno)
    except ValueError as error:
        return Fault(path, f"this is not valid Python ({clean_line(str(error))})")
    except (RecursionError, MemoryError):
        return None
    return None
