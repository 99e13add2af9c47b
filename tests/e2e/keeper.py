"""The shell's part of a terminal: leads the session, runs one foreground job, reports its end.

Run as `python -I -S keeper.py CONTROL_FD IGNORE_HANGUP DIRECTORY PROGRAM ARGUMENT…` in a new
session, with the terminal on descriptors 0 to 2 and a socket on CONTROL_FD. It makes the terminal
its controlling one, starts the program as the foreground job and then says, one line each:

    started PID TIME TERMIOS    just before the program runs; TIME is CLOCK_MONOTONIC
    stopped TERMIOS             the job was suspended, the terminal is ours again
    exited STATUS TERMIOS       the job ended; STATUS is negative for a signal

The word `continue` on the socket takes a suspended job to the foreground again. As a shell does, it
passes a hang-up on to its job. A program of its own, rather than a fork of the test process, since
forking with threads is unsafe, and since the kernel resets a terminal when its session's leader
ends: only somebody who stays can see how the program left it.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import sys
import termios
import time
from collections.abc import Sequence
from contextlib import suppress


def main(arguments: Sequence[str]) -> None:
    """Run one job on the terminal."""
    control = socket.socket(fileno=int(arguments[0]))
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    before = _termios()
    job, go = _start(arguments[1] == "yes", arguments[2], arguments[3:])
    for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGHUP, lambda *_: _kill(job, signal.SIGHUP))
    os.setpgid(job, job)
    os.tcsetpgrp(0, job)
    control.sendall(f"started {job} {time.monotonic()} {before}\n".encode())
    os.write(go, b"!")
    while _report(control, job):
        ready, _, _ = select.select([awake, control.fileno()], [], [])
        if awake in ready:
            os.read(awake, 4096)
        if control.fileno() in ready:
            if not control.recv(4096):
                _kill(job, signal.SIGKILL)
                return
            os.tcsetpgrp(0, job)
            _kill(job, signal.SIGCONT)


def _start(ignore: bool, folder: str, command: Sequence[str]) -> tuple[int, int]:
    """Fork the job; return its process and where to write once it may run."""
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)  # Python's own settings would outlive the exec
    signal.signal(signal.SIGHUP, signal.SIG_IGN if ignore else signal.SIG_DFL)
    gate, go = os.pipe()
    job = os.fork()
    if job:
        return job, go
    os.read(gate, 1)
    os.chdir(folder)
    try:
        os.execvp(command[0], list(command))
    except OSError as error:
        print(f"{command[0]}: {error}", file=sys.stderr)
    os._exit(127)


def _report(control: socket.socket, job: int) -> bool:
    """Say what became of the job; False when it ended."""
    pid, status = os.waitpid(job, os.WNOHANG | os.WUNTRACED)
    if not pid:
        return True
    stopped = os.WIFSTOPPED(status)
    word = "stopped" if stopped else f"exited {os.waitstatus_to_exitcode(status)}"
    settings = _termios()
    control.sendall(f"{word} {settings}\n".encode())
    if stopped and settings != "gone":
        os.tcsetpgrp(0, os.getpgrp())
    return stopped


def _termios() -> str:
    """Return the terminal's settings as one word; `gone` after a hang-up."""
    try:
        settings = termios.tcgetattr(0)
    except termios.error:
        return "gone"
    return repr(settings).replace(" ", "")


def _kill(job: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(job, number)


if __name__ == "__main__":
    main(sys.argv[1:])
