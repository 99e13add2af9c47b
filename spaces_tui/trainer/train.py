"""An example to be replaced: learns the slope of a line, and goes on where it was.

    python train.py --steps 100

The folder in the variable CHECKPOINT_DIR is kept: it is there again when the task is resumed.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path


def main() -> None:
    """Train for some steps, with a checkpoint after each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds after each step")
    wanted = parser.parse_args()
    checkpoint = Path(os.environ.get("CHECKPOINT_DIR", "checkpoints")) / "state.json"
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    state = {"step": 0, "slope": 0.0}
    if checkpoint.exists():
        state = json.loads(checkpoint.read_text())
        print(f"resumed at step {state['step']}", flush=True)
    points = [(x / 10, 3 * x / 10) for x in range(1, 11)]
    while state["step"] < wanted.steps:
        error = sum((state["slope"] * x - y) * x for x, y in points) / len(points)
        state = {"step": state["step"] + 1, "slope": state["slope"] - 0.5 * error}
        # In one move: a checkpoint that was cut short would be worse than none.
        fresh = checkpoint.with_suffix(".new")
        fresh.write_text(json.dumps(state))
        fresh.replace(checkpoint)
        print(f"step {state['step']}: slope {state['slope']:.4f}", flush=True)
        time.sleep(wanted.pause)


if __name__ == "__main__":
    main()
