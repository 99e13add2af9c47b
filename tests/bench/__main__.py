"""Measure what users wait for, next to what they would wait for elsewhere: `python -m tests.bench`.

How to read the table: `ours` is spaces-tui, `peer` is what the row names as such, measured in the
same run, in turns with ours, so that a busy machine slows both. Figures are medians. Milliseconds
depend on the machine; `ratio` (ours ÷ peer) and counts hardly do. `target` is what we hold
ourselves to; a row that misses it ends in `missed`, and the program ends with 1.

Rows
    first frame     from the start of the process to the first visible text in a real
                    pseudo-terminal. Peers: a Textual app of one line of text, and one with header,
                    footer and a list of twenty lines
    …, keyring …    the same for somebody who signed in, with a keyring that takes two seconds for
                    each answer. Peer: the same, on a machine without a keyring
    idle            bytes written in ten seconds to a terminal in which nothing changes; then the
                    same, processor time and requests of a minute with a hundred Spaces
    stage of …      from asking the Hub to change it until the word for it is on the screen
    idle with …     every request that reaches the Hub in five minutes from a console that shows a
                    running Space and a hundred in its list: lists, reads of the runtime, streams
    save to …       from writing a file, in a folder of 1,000, to its commit: as the local Hub
                    received it, and as `watch --json` told of it. Peers: the official client's
                    `upload_file`, which is told what to send, and `upload_folder`, which finds it
                    out as we do; both in a process that is warm already, and, where the row says
                    so, commands that start anew, as people type them. Settling (150 ms of
                    quiet, so that one save is one commit) is in our figures; saves come two
                    seconds apart, since quicker ones are made to wait and share a commit
    requests        requests that reached the Hub for one save
    save among …    the same in folders of three sizes, a hundred files in each of their folders:
                    median and 95 of 100, requests and bytes of each
    first upload …  from the engine's start to in sync with an empty Space. Peer: `upload_folder`
    start to in …   from the engine's start to in sync, with a memory of the last run
    idle a minute   processor time of the whole `watch` process, after five seconds of rest
    checkout of …   from `git checkout` to the last of its commits
    storm of …      a console whose folder a program fills with some thousand writes a second, for
                    half a minute; a key is the one that lists the keys, and is closed again
    2,000 lines …   keys in the log of a Space that writes so much, from the key to the bytes that
                    show what it did. Peer: the same log, to which nothing is added. `esc` is not
                    among them: a terminal has to wait whether a sequence follows
    1,000,000 …     a log that gets so many at once, an event each, with its end in view: all that
                    the console does from the first until the last is on the screen
    --help          from start to end. Peer: `python -c pass`
    list 10,000 …   all Spaces of one account, kept in a list; 1,000 a page is what the Hub sends at
                    most. Peer: the official client's `list_spaces`, with the same fields
    log of …        a log that was there before, followed until its last line is kept; ours are
                    made of chunks, cleaned and put into the console's ring. Peer:
                    `fetch_space_logs`, which hands on the chunks as they came
    upload 1000 MB  a file to large-file storage, and its commit, measured once; in parts of 16 MB,
                    of which we send four at a time, or in one piece. `SPACES_TUI_BENCH_MB` makes it
                    smaller, and so does a lack of memory. Peer: `upload_file`, without Xet
    upload 1,000 …  a folder to a new Space in one commit. Peer: `upload_folder`

The last four are done by a new process each time, and begin when that is warm and has talked to
the Hub. `processor time` is that process' own: compare by it where `the local Hub's`, which works
meanwhile, is nearly all of the time that passes. `peak memory` is above what was in use when the
work began.

Arguments: names of rows' groups (`frame`, `keyring`, `idle`, `fleet`, `save`, `watch`, `storm`,
`flood`, `million`, `help`, `paging`, `logs`, `large`, `many`); none means all.
"""

from __future__ import annotations

import compileall
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from tests.bench.fleet import fleet, resting
from tests.bench.flood import flood, million
from tests.bench.frames import first_frames, idle
from tests.bench.help import help_time
from tests.bench.keyring import behind_a_keyring
from tests.bench.reads import logs, paging
from tests.bench.saves import saves
from tests.bench.storm import storm
from tests.bench.table import Row, heading, show
from tests.bench.uploads import large, many
from tests.bench.watches import watches

GROUPS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "frame": first_frames,
    "keyring": behind_a_keyring,
    "idle": lambda folder: chain(idle(folder), resting(folder / "resting")),
    "fleet": fleet,
    "save": saves,
    "watch": watches,
    "storm": storm,
    "flood": flood,
    "million": million,
    "help": help_time,
    "paging": paging,
    "logs": logs,
    "large": large,
    "many": many,
}


def main(wanted: list[str]) -> int:
    """Measure and print; return 1 when a target is missed."""
    if unknown := set(wanted) - set(GROUPS):
        print(f"no such group: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    # Without byte code every start would take three times as long, ours and the peers'.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    root = Path(__file__).parents[2]
    for package in ("spaces_tui", "tests"):
        compileall.compile_dir(root / package, quiet=2)
    missed = False
    print(heading())
    for name, measure in GROUPS.items():
        if wanted and name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for row in measure(Path(folder)):
                print(show(row), flush=True)
                missed |= row.missed
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
