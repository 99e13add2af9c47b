"""Memory, disk and accelerators."""

from __future__ import annotations

from typing import Final

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.diagnose.rule import (
    Advice,
    Groups,
    Rank,
    Rule,
    in_build,
    in_logs,
    in_message,
    in_run,
)
from spaces_tui.model.diagnosis import Remedy

_HARDWARE: Final = Advice(Remedy.HARDWARE, "Choose other hardware")
_STORAGE: Final = Advice(Remedy.STORAGE, "Mount a volume for large files")
_REQUIREMENTS: Final = Advice(Remedy.FILE, "Edit requirements.txt", "requirements.txt")


def _on(evidence: Evidence, groups: Groups) -> Groups:
    return {**groups, "on": f" on {evidence.hardware}" if evidence.hardware else ""}


RULES: Final = (
    Rule(
        "memory.limit",
        Rank.DECISIVE,
        "The app used more memory than there is{on}: {limit}.",
        looks=in_message(r"Memory limit exceeded \((?P<limit>[^)]+)\)"),
        also=_on,
        fixes=(_HARDWARE,),
    ),
    Rule(
        "memory.cuda",
        Rank.SPECIFIC,
        "The GPU has too little memory{on}: {size} more were needed.",
        looks=in_run(
            r"^(?:torch\.(?:cuda\.)?OutOfMemoryError|RuntimeError): CUDA out of memory\. "
            r"Tried to allocate (?P<size>[\d.]+ \w+)",
        ),
        also=_on,
        fixes=(_HARDWARE, Advice(Remedy.FILE, "Edit {app}: a smaller model or batch", "{app}")),
    ),
    Rule(
        "memory.python",
        Rank.SPECIFIC,
        "The app asked for more memory than there is{on}.",
        looks=in_run(
            r"^(?:numpy\.\S*)?(?:_ArrayMemoryError|MemoryError): Unable to allocate",
            r"^MemoryError$",
            r"DefaultCPUAllocator: (?:can't allocate|not enough) memory: you tried to allocate",
            r"^terminate called after throwing an instance of 'std::bad_alloc'",
        ),
        also=_on,
        fixes=(_HARDWARE,),
    ),
    Rule(
        "memory.node",
        Rank.SPECIFIC,
        "Node ran out of its heap: raise --max-old-space-size, or take more memory.",
        looks=in_logs(r"FATAL ERROR: .*JavaScript heap out of memory"),
        fixes=(_HARDWARE, Advice(Remedy.FILE, "Edit package.json", "package.json")),
    ),
    Rule(
        "memory.build",
        Rank.GENERAL,
        "The build was killed, which mostly means that it ran out of memory.",
        looks=in_build(
            r"Job failed with exit code: 137",
            r"did not complete successfully: exit code: 137",
        ),
        fixes=(
            _REQUIREMENTS,
            Advice(Remedy.REBUILD, "Build again without caches"),
        ),
        stages=frozenset({"BUILD_ERROR"}),
    ),
    Rule(
        "memory.killed",
        Rank.GENERAL,
        "The app was killed, which mostly means that it used more memory than there is{on}.",
        looks=in_run(
            r"^(?:Space failed\. )?[Ee]xit code: 137\b",
            r"\bOOMKilled\b",
            r"^(?:\S*: line \d+: +\d+ )?Killed\b",
            r"Out of memory: Killed process \d+",
        ),
        also=_on,
        fixes=(_HARDWARE,),
    ),
    Rule(
        "disk.limit",
        Rank.DECISIVE,
        "The app filled its disk and was stopped: {limit}.",
        looks=in_message(r"storage limit exceeded \((?P<limit>[^)]+)\)"),
        fixes=(_STORAGE, Advice(Remedy.RESTART, "Restart: the disk is empty then"), _HARDWARE),
    ),
    Rule(
        "disk.repository",
        Rank.DECISIVE,
        "The repository has reached its storage limit: {limit}.",
        looks=in_logs(r"[Rr]epository storage limit reached \((?P<limit>[^)]+)\)"),
        fixes=(Advice(Remedy.BROWSE, "Open the storage settings", "settings/billing"), _STORAGE),
    ),
    Rule(
        "disk.full",
        Rank.SPECIFIC,
        "The disk is full.",
        looks=in_logs(
            r"\[Errno 28\] No space left on device",
            r"\bENOSPC: no space left on device",
            r"^.*: (?:write error|write|failed to write|cannot create|cannot write)\b.*: "
            r"[Nn]o space left on device",
            r"ERROR: .*[Nn]o space left on device",
        ),
        fixes=(_STORAGE, _HARDWARE, Advice(Remedy.REBUILD, "Build again without caches")),
    ),
    Rule(
        "gpu.none",
        Rank.SPECIFIC,
        "The app wants a GPU, and there is none{on}.",
        looks=in_run(
            r"^RuntimeError: Found no NVIDIA driver on your system",
            r"^RuntimeError: No CUDA GPUs are available",
            r"^RuntimeError: Attempting to deserialize object on a CUDA device but "
            r"torch\.cuda\.is_available\(\) is False",
            r"^AssertionError: Torch not compiled with CUDA enabled",
            r"^RuntimeError: GPU is required to quantize or run quantize model",
        ),
        also=_on,
        fixes=(_HARDWARE, Advice(Remedy.FILE, "Edit {app}: use the CPU", "{app}")),
    ),
    Rule(
        "gpu.image",
        Rank.SPECIFIC,
        "The installed Torch was not built for the GPU{on}.",
        looks=in_run(r"CUDA error: no kernel image is available for execution on the device"),
        also=_on,
        fixes=(_REQUIREMENTS, _HARDWARE),
    ),
    Rule(
        "gpu.zero-function",
        Rank.DECISIVE,
        "ZeroGPU needs a function marked @spaces.GPU, and the app has none.",
        looks=in_run(r"No @spaces\.GPU function detected during startup"),
        fixes=(Advice(Remedy.FILE, "Edit {app}", "{app}"), _HARDWARE),
    ),
    Rule(
        "gpu.zero-early",
        Rank.SPECIFIC,
        "On ZeroGPU, CUDA may not be used before spaces is imported or outside @spaces.GPU.",
        looks=in_run(
            r"^RuntimeError: CUDA has been initialized before importing the `spaces` package",
            r"^RuntimeError: Low-level CUDA init reached",
        ),
        fixes=(Advice(Remedy.FILE, "Edit {app}", "{app}"),),
    ),
)
