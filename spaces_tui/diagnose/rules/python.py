"""What Python says before it ends."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.diagnose.rule import Advice, Groups, Rank, Rule, in_run
from spaces_tui.model.diagnosis import Remedy

_HOME: Final = re.compile(r"^(?:/home/user/app|/app|/code)/|^\./")
_EDIT_REQUIREMENTS: Final = Advice(Remedy.FILE, "Edit requirements.txt", "requirements.txt")
_EDIT_FILE: Final = Advice(Remedy.FILE, "Edit {file}", "{file}")

_PACKAGES: Final = {
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "yaml": "pyyaml",
    "dotenv": "python-dotenv",
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "fitz": "pymupdf",
    "docx": "python-docx",
    "pptx": "python-pptx",
    "faiss": "faiss-cpu",
    "google.generativeai": "google-generativeai",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "serial": "pyserial",
    "Crypto": "pycryptodome",
    "llama_cpp": "llama-cpp-python",
    "pkg_resources": "setuptools<81",
    "sentence_transformers": "sentence-transformers",
    "huggingface_hub": "huggingface-hub",
}
"""Packages that are not named like what is imported from them."""

_LIBRARIES: Final = {
    "libGL.so.1": "libgl1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libsndfile.so.1": "libsndfile1",
    "libsndfile.so": "libsndfile1",
    "libSM.so.6": "libsm6",
    "libXext.so.6": "libxext6",
    "libXrender.so.1": "libxrender1",
    "libportaudio.so.2": "libportaudio2",
    "libmagic.so.1": "libmagic1",
    "libgomp.so.1": "libgomp1",
    "libpq.so.5": "libpq5",
}
"""Debian packages of libraries that people miss."""


def in_repository(path: str) -> str:
    """Return a path of the container as it is called in the repository; empty when elsewhere."""
    inside = _HOME.sub("", path)
    return "" if inside.startswith("/") or "site-packages" in inside else inside


def _module(evidence: Evidence, groups: Groups) -> Groups:
    name = groups["name"]
    top = name.partition(".")[0]
    own = _own_module(evidence, top)
    if own:
        return {**groups, "hint": f"; {own} is in the repository, but not where Python looks"}
    package = _PACKAGES.get(name) or _PACKAGES.get(top) or top.replace("_", "-")
    known = (evidence.requirements or "").lower()
    plain = re.split(r"[<>=]", package)[0]
    docker = evidence.kind == "docker"
    if re.search(rf"^{re.escape(plain)}(?![\w.-])", known, re.MULTILINE):
        hint = f", though requirements.txt has {plain}: the image may be older, or the version"
        return {**groups, "hint": f"{hint} another", "package": plain, "file": "requirements.txt"}
    file = "Dockerfile" if docker and evidence.requirements == "" else "requirements.txt"
    return {**groups, "hint": f": {package} is missing in {file}", "package": package, "file": file}


def _own_module(evidence: Evidence, top: str) -> str:
    for path in evidence.files or ():
        place = PurePosixPath(path)
        if place.name == f"{top}.py" or (place.name == "__init__.py" and place.parent.name == top):
            return path
    return ""


def _library(evidence: Evidence, groups: Groups) -> Groups:
    package = _LIBRARIES.get(groups["library"], "")
    return {
        **groups,
        "hint": f": install {package}" if package else "",
        "file": "Dockerfile" if evidence.kind == "docker" else "packages.txt",
    }


def _file(evidence: Evidence, groups: Groups) -> Groups:
    path = groups["path"]
    inside = in_repository(path)
    found = _same_name(evidence, inside or path)
    hint = f"; the repository has {found}" if found else ""
    return {**groups, "hint": hint, "file": _frame_file(groups)}


def _same_name(evidence: Evidence, path: str) -> str:
    wanted = PurePosixPath(path).name.lower()
    for known in evidence.files or ():
        if known != path and PurePosixPath(known).name.lower() == wanted:
            return known
    return ""


def _frame_file(groups: Groups) -> str:
    return in_repository(groups.get("frame", ""))


def _raised(_evidence: Evidence, groups: Groups) -> Groups | None:
    file = in_repository(groups["frame"])
    if not file:
        return None
    return {**groups, "file": file}


def _syntax(_evidence: Evidence, groups: Groups) -> Groups | None:
    path = groups["frame"]
    inside = in_repository(path)
    return {**groups, "shown": inside or PurePosixPath(path).name, "file": inside}


_OWN: Final = r'^ {2}File "(?:/home/user/app/|/app/|/code/|\./|[\w-]+\.py"|[\w-]+/[\w./-]+\.py")'
_FRAME: Final = rf'(?={_OWN}) {{2}}File "(?P<frame>[^"]+)", line (?P<line>\d+)'
"""A line of a traceback about the app's own code."""
_REST: Final = rf"(?:, in .*)?\n(?:(?!{_OWN})(?: {{2,}}.*)?\n){{0,80}}?"
"""What stands between the last such line and the exception: indented lines."""

RULES: Final = (
    Rule(
        "python.syntax",
        Rank.SPECIFIC,
        "{shown}, line {line}, is no valid Python: {what}.",
        looks=in_run(
            r'^ *File "(?P<frame>[^"]+)", line (?P<line>\d+)\n(?:(?: +.*)?\n){1,3}?'
            r"(?:SyntaxError|IndentationError|TabError): (?P<what>.+)$"
        ),
        also=_syntax,
        fixes=(_EDIT_FILE,),
    ),
    Rule(
        "python.module",
        Rank.SPECIFIC,
        "The app imports {name}, which is not installed{hint}.",
        looks=in_run(r"^ModuleNotFoundError: No module named '(?P<name>[\w.]+)'"),
        also=_module,
        fixes=(Advice(Remedy.FILE, "Add {package} to {file}", "{file}"),),
    ),
    Rule(
        "python.numpy",
        Rank.SPECIFIC,
        "A package was compiled for another NumPy: pin numpy<2, or take a newer version of it.",
        looks=in_run(
            r"^ValueError: numpy\.(?:dtype|ndarray) size changed, may indicate binary incompat.*",
            r"^RuntimeError: Numpy is not available",
            r"^ImportError: numpy\.core\.multiarray failed to import",
        ),
        fixes=(_EDIT_REQUIREMENTS,),
    ),
    Rule(
        "python.import",
        Rank.SPECIFIC,
        "{module} has no {name}: another version is installed than this code was written for.",
        looks=in_run(
            r"^ImportError: cannot import name '(?P<name>[^']+)' from '(?P<module>[^']+)'",
            r"^AttributeError: module '(?P<module>[^']+)' has no attribute '(?P<name>[^']+)'",
        ),
        fixes=(Advice(Remedy.FILE, "Pin {module} in requirements.txt", "requirements.txt"),),
    ),
    Rule(
        "python.argument",
        Rank.SPECIFIC,
        "{call} takes no {name}: another version is installed than this code was written for.",
        looks=in_run(
            r"^TypeError: (?P<call>[\w.]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'"
        ),
        fixes=(_EDIT_REQUIREMENTS,),
    ),
    Rule(
        "python.library",
        Rank.SPECIFIC,
        "The system library {library} is missing{hint}.",
        looks=in_run(
            r"^(?:ImportError|OSError): (?P<library>lib[\w.+-]+\.so[\w.]*): "
            r"cannot open shared object file"
        ),
        also=_library,
        fixes=(Advice(Remedy.FILE, "Edit {file}", "{file}"),),
    ),
    Rule(
        "python.file",
        Rank.SPECIFIC,
        "The app opens {path}, which is not there{hint}.",
        looks=in_run(
            _FRAME + _REST + r"(?:FileNotFoundError): \[Errno 2\] No such file or directory: "
            r"'(?P<path>[^']+)'",
            r"^FileNotFoundError: \[Errno 2\] No such file or directory: '(?P<path>[^']+)'",
        ),
        also=_file,
        fixes=(_EDIT_FILE,),
    ),
    Rule(
        "python.permission",
        Rank.SPECIFIC,
        "The app may not write {path}: it runs as a user without rights there.",
        looks=in_run(r"^PermissionError: \[Errno 13\] Permission denied: '(?P<path>[^']+)'"),
        also=lambda evidence, groups: {
            **groups,
            "docker": "Dockerfile" if evidence.kind == "docker" else "",
        },
        fixes=(
            Advice(Remedy.FILE, "Give user 1000 the folder, in the Dockerfile", "{docker}"),
            Advice(Remedy.STORAGE, "Mount a volume for what has to be kept"),
        ),
    ),
    Rule(
        "python.raised",
        Rank.GENERAL,
        "{file}, line {line}, raised {error}.",
        looks=in_run(
            _FRAME + _REST + r"(?P<error>[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Failure|"
            r"Unavailable|Timeout|NotFound)\b(?::.*)?)$"
        ),
        also=_raised,
        fixes=(_EDIT_FILE,),
    ),
)
