"""Whether a slow keyring holds up the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from spaces_tui.accounts.roster import Kept, Place, Roster
from tests.bench.frames import ROUNDS, first_frame, remember_a_listing
from tests.bench.sluggish import TAKES
from tests.bench.table import Row
from tests.e2e.programs import PROGRAM, environment, run

_BACKENDS: Final = {"slow": "tests.bench.sluggish.Keyring", "none": "keyring.backends.fail.Keyring"}
_ROOT: Final = Path(__file__).parents[2]


def behind_a_keyring(folder: Path) -> Iterator[Row]:
    """Start the console signed in, with a slow keyring and with none, in turns."""
    endpoint = remember_a_listing(folder)
    Roster(folder / "state" / "spaces-tui").add(Kept("ada", endpoint, Place.KEYRING))
    starts = {
        name: environment(
            folder, HF_ENDPOINT=endpoint, PYTHON_KEYRING_BACKEND=backend, PYTHONPATH=str(_ROOT)
        )
        for name, backend in _BACKENDS.items()
    }
    if "out of reach" in run(["whoami"], starts["slow"]).stderr:
        raise AssertionError("the slow keyring is not the one that is asked")
    times: dict[str, list[float]] = {name: [] for name in starts}
    for turn in range(ROUNDS + 1):
        for name, env in starts.items():
            took = first_frame(PROGRAM, env)
            if turn:  # the first round only warms the machine's caches
                times[name].append(took)
    ours, peer = (1000 * median(times[name]) for name in _BACKENDS)
    figure = f"first frame, keyring answers after {TAKES:g} s; peer: none"
    yield Row(figure, "ms", ours, peer, most_ratio=1.1)
