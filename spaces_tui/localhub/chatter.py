"""Run logs of lively Spaces: requests served, timings, an occasional warning."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from spaces_tui.localhub.clock import Clock
from spaces_tui.localhub.dates import plain
from spaces_tui.localhub.timing import Timing

if TYPE_CHECKING:
    from spaces_tui.localhub.space import Space

Voice = Callable[[random.Random, float], list[str]]
"""Makes the next output of an app, given the time it is written at (Unix seconds)."""


def _access(rng: random.Random, path: str) -> str:
    address = f"10.20.{rng.randint(0, 63)}.{rng.randint(2, 250)}:{rng.randint(20_000, 60_000)}"
    return f'INFO:     {address} - "POST {path} HTTP/1.1" 200 OK\n'


def _whisper(rng: random.Random, now: float) -> list[str]:
    seconds = rng.uniform(2, 90)
    language = rng.choice(["en", "en", "de", "fr", "ja", "es", "pt"])
    if rng.random() < 0.06:
        return ["WARNING: no speech detected in 4.2 s of audio, returning an empty text\n"]
    took = seconds / rng.uniform(11, 19)
    return [
        f"{plain(now)} transcribe: {seconds:5.1f} s of audio, language={language} "
        f"(p={rng.uniform(0.71, 0.99):.2f}), took {took:.2f} s\n",
        _access(rng, "/gradio_api/queue/join"),
    ]


def _diffusion(rng: random.Random, _now: float) -> list[str]:
    if rng.random() < 0.05:
        return [
            "UserWarning: Token indices sequence length is longer than the specified maximum "
            "sequence length for this model (91 > 77).\n"
        ]
    steps, rate = rng.choice([20, 28, 30]), rng.uniform(3.1, 4.4)
    bars = [
        f"\r{done * 100 // steps:3d}%|{'█' * (done * 10 // steps):<10}| {done}/{steps} "
        f"[{done / rate:05.2f}, {rate:.2f}it/s]"
        for done in (steps // 3, 2 * steps // 3, steps)
    ]
    return [*bars, "\n", f"image 1024x1024, seed {rng.randint(1, 2**31)}, {steps / rate:.1f} s\n"]


def _rag(rng: random.Random, _now: float) -> list[str]:
    hits = rng.randint(2, 9)
    if rng.random() < 0.08:
        return ["WARNING retriever: 0 passages above threshold 0.62, answering without context\n"]
    return [
        f"INFO  retriever: {hits} passages in {rng.uniform(18, 140):.0f} ms\n",
        f"INFO  generator: {rng.randint(60, 480)} tokens, {rng.uniform(22, 61):.1f} tok/s\n",
    ]


def _zero(rng: random.Random, _now: float) -> list[str]:
    return [
        f"zerogpu: task {rng.getrandbits(32):08x} scheduled, waited {rng.uniform(0.1, 3):.1f} s\n",
        f"zerogpu: released after {rng.uniform(1, 40):.1f} s of GPU time",
    ]


def _web(rng: random.Random, _now: float) -> list[str]:
    path = rng.choice(["/gradio_api/queue/join", "/predict", "/api/predict", "/config"])
    if rng.random() < 0.04:
        return ["ERROR: Exception in ASGI application: ValueError: empty input\n"]
    return [_access(rng, path)]


VOICES: Final[dict[str, Voice]] = {
    "whisper": _whisper,
    "diffusion": _diffusion,
    "rag": _rag,
    "zero": _zero,
    "web": _web,
}


async def speak(space: Space, timing: Timing, clock: Clock, rng: random.Random) -> None:
    """Write to the run log of `space` every half to three seconds until cancelled.

    Each time somebody visited, so the Space does not fall asleep.
    """
    voice = VOICES[space.persona or "web"]
    while True:
        await asyncio.sleep(rng.uniform(0.5, 3.0) * (timing.chatter or 1.0))
        if timing.chatter:
            space.visited = clock.now()
            for chunk in voice(rng, clock.now()):
                space.run_log.write(chunk)


def backlog(space: Space, rng: random.Random, lines: int, until: float) -> None:
    """Write a plausible past to the run log, ending at `until` (Unix seconds)."""
    voice = VOICES[space.persona or "web"]
    moment = until - lines * 1.7
    for _ in range(lines):
        moment = min(moment + rng.uniform(0.5, 2.9), until)
        for chunk in voice(rng, moment):
            space.run_log.write(chunk, moment)
