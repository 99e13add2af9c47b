"""The demonstration's Spaces as data: owner, hardware, stage, files and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from spaces_tui.localhub import stages
from spaces_tui.localhub.seed import apps, failures


@dataclass(frozen=True)
class Step:
    """One commit of a history, so many days ago."""

    days: float
    author: str
    title: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Recipe:
    """One Space."""

    id: str
    sdk: str
    hardware: str
    stage: str
    steps: tuple[Step, ...]
    persona: str | None = None
    error: str | None = None
    build_log: tuple[str, ...] = ()
    """Replaces the log of a good build."""
    run_log: tuple[str, ...] = ()
    """Replaces the past of a lively one."""
    sleep: int | None = None
    replicas: int = 1
    private: bool = False
    likes: int = 0
    card: Mapping[str, str] = field(default_factory=dict)


def _gradio(requirements: str, app: str) -> dict[str, str]:
    return {"app.py": app, "requirements.txt": requirements}


_WHISPER = "gradio==6.2.0\nfaster-whisper==1.1.0\n"
_RAG = "gradio==5.1.0\ntransformers==4.44.0\nsentence-transformers\n"
_SERVICE = {
    "Dockerfile": apps.DOCKERFILE,
    "app.py": apps.SERVICE,
    "requirements.txt": "fastapi\nuvicorn\n",
}
_TORCH = "gradio==6.2.0\ntorch\ntransformers\n"

RECIPES: Final = (
    Recipe(
        "ada/whisper-live",
        "gradio",
        "t4-small",
        stages.RUNNING,
        (
            Step(62, "ada", "Transcribe from the microphone", _gradio(_WHISPER, apps.WHISPER)),
            Step(9, "ada", "Cut silence with the VAD filter", {"packages.txt": "ffmpeg\n"}),
            Step(0.13, "grace", "Raise the queue to 20", {"CHANGELOG.md": "- queue of 20\n"}),
        ),
        persona="whisper",
        sleep=3600,
        likes=214,
        card={"short_description": "Transcribe while you speak"},
    ),
    Recipe(
        "ada/sd-playground",
        "gradio",
        "cpu-basic",
        stages.BUILDING,
        (
            Step(30, "ada", "Try the small model", _gradio(_TORCH, apps.DIFFUSION)),
            Step(0.002, "ada", "Default to 28 steps", {"examples/prompts.txt": "a lighthouse\n"}),
        ),
        persona="diffusion",
        likes=18,
    ),
    Recipe(
        "ada/rag-demo",
        "gradio",
        "cpu-basic",
        stages.BUILD_ERROR,
        (
            Step(21, "ada", "Answer from our documents", _gradio(_RAG, apps.RAG)),
            Step(
                0.4,
                "ada",
                "Pin huggingface-hub",
                {"requirements.txt": _RAG + "huggingface-hub==0.16.4\n"},
            ),
        ),
        error=failures.PIP_CONFLICT_MESSAGE,
        build_log=failures.PIP_CONFLICT,
        likes=7,
    ),
    Recipe(
        "ada/old-chat",
        "gradio",
        "a10g-small",
        stages.SLEEPING,
        (Step(390, "ada", "First chat", _gradio(_TORCH, apps.CHAT)),),
        persona="rag",
        sleep=7200,
        likes=41,
    ),
    Recipe(
        "ada/flux-zero",
        "gradio",
        "zero-a10g",
        stages.RUNNING,
        (
            Step(44, "ada", "Images on shared GPUs", _gradio(_TORCH, apps.DIFFUSION)),
            Step(3, "ada", "Shorter GPU time per call", {"examples/prompts.txt": "a harbour\n"}),
        ),
        persona="zero",
        likes=530,
        card={"short_description": "Images on ZeroGPU"},
    ),
    Recipe(
        "ada/video-captioner",
        "gradio",
        "t4-medium",
        stages.RUNTIME_ERROR,
        (Step(1.2, "ada", "Use the 7B captioner", _gradio(_TORCH, apps.CAPTIONER)),),
        error=failures.CUDA_OOM_MESSAGE,
        run_log=failures.CUDA_OOM,
        sleep=1800,
        likes=12,
    ),
    Recipe(
        "ada/portfolio",
        "static",
        "cpu-basic",
        stages.RUNNING,
        (Step(200, "ada", "My page", {"index.html": apps.PORTFOLIO, "style.css": apps.STYLE}),),
        likes=9,
    ),
    Recipe(
        "ada/next-idea",
        "gradio",
        "cpu-basic",
        stages.NO_APP_FILE,
        (Step(0.05, "ada", "Notes", {"notes.md": "# What if a console for Spaces …\n"}),),
        private=True,
    ),
    Recipe(
        "acme/trainer",
        "gradio",
        "a100-large",
        stages.PAUSED,
        (Step(15, "grace", "Fine-tune on demand", _gradio("gradio\ntrl\n", apps.TRAINER)),),
        persona="web",
        private=True,
        likes=4,
    ),
    Recipe(
        "acme/leaderboard",
        "gradio",
        "cpu-basic",
        stages.RUNNING,
        (
            Step(
                120,
                "grace",
                "Show the results",
                _gradio("gradio==6.2.0\npandas\n", apps.LEADERBOARD)
                | {"results.csv": apps.RESULTS},
            ),
            Step(
                0.8,
                "acme-bot",
                "Nightly results",
                {"results.csv": apps.RESULTS + "acme/nano-instruct,40.6,12\n"},
            ),
        ),
        persona="web",
        likes=96,
    ),
    Recipe(
        "acme/doc-search",
        "docker",
        "cpu-upgrade",
        stages.RUNNING_BUILDING,
        (
            Step(75, "grace", "Search the handbook", _SERVICE),
            Step(0.001, "ada", "Rank titles higher", {"ranking.toml": "title = 2.5\n"}),
        ),
        persona="rag",
        sleep=None,
        replicas=2,
        likes=23,
        card={"app_port": "7860"},
    ),
    Recipe(
        "acme/config-lab",
        "docker",
        "cpu-basic",
        stages.CONFIG_ERROR,
        (Step(5, "grace", "Try settings here", _SERVICE),),
        error=failures.COLLISION_MESSAGE,
    ),
    Recipe(
        "northwind/forecast",
        "gradio",
        "l4x1",
        stages.APP_STARTING,
        (Step(2, "ada", "Wind speed for tomorrow", _gradio(_TORCH, apps.CHAT)),),
        persona="web",
        sleep=900,
        likes=15,
    ),
    Recipe(
        "northwind/edge-agent",
        "docker",
        "cpu-upgrade",
        # A word no client knows yet: it has to be shown as it is.
        "RELOCATING",
        (Step(11, "ada", "Agent for the edge", _SERVICE),),
        run_log=failures.SEPARATED,
        sleep=3600,
        likes=1,
    ),
)
