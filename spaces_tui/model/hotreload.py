"""Hot reload: one Python file changed inside a running Gradio app."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.model.cleaned import clean_lines_of, clean_texts_of


@dataclass(frozen=True, slots=True)
class ReplicaReload:
    """How one replica took a hot reload."""

    replica: str
    """The replica's hash, by which its report is asked for."""
    status: str | None = None
    """`created`, `alreadyReloading`, `fileNotFound`, or None while not known."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "replica", "status")


@dataclass(frozen=True, slots=True)
class HotReloading:
    """What the runtime says of the newest hot reload."""

    status: str
    """`created`; everything else, such as `canceled`, means that it failed."""
    replicas: tuple[ReplicaReload, ...] = ()

    def __post_init__(self) -> None:
        clean_lines_of(self, "status")

    @property
    def created(self) -> bool:
        """Whether the reload was handed to the replicas."""
        return self.status == "created"


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of a source file, as the Hub counts lines and columns."""

    start_line: int | None = None
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class ReloadEvent:
    """One line of a hot reload's report. Which fields are filled depends on `kind`."""

    kind: str
    """`add`, `update`, `delete` (a function, class …), `run` (lines were executed), `exception`
    (running them failed), `error` (the reload itself failed), `ui`, `file`, or a new one."""
    region: Region | None = None
    object_type: str = ""
    object_name: str = ""
    code_lines: str = ""
    stdout: str = ""
    stderr: str = ""
    traceback: str = ""
    updated: bool | None = None
    """Of `ui`: whether the page was refreshed."""
    created: bool | None = None
    """Of `file`: whether it is a new one."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "kind", "object_type", "object_name")
        clean_texts_of(self, "code_lines", "stdout", "stderr", "traceback")

    @property
    def failed(self) -> bool:
        """Whether this says that something went wrong."""
        return self.kind in ("exception", "error")
