"""How long things take: the delays of the stage machine and the beats of the streams."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Timing:
    """Seconds; all may be changed while the server runs, for waits that begin afterwards.

    `speed` divides the delays of the stage machine only: at 1 a build takes 8 to 10 seconds end
    to end. The streams keep their own beat.
    """

    speed: float = 1.0
    lag: float = 1.0
    """After a commit, how long the old state is still reported."""
    build: float = 6.0
    """Building the image."""
    cached_build: float = 1.5
    """Building when only a restart was asked for."""
    start: float = 2.0
    """From a scheduled container to a healthy application."""
    keep_alive: float = 30.0
    """Silence on a stream until a comment line is sent."""
    metrics: float = 1.0
    """Between two metric events of one replica."""
    chatter: float = 1.0
    """Factor on the pauses between log lines of lively Spaces; 0 silences them."""

    def scaled(self, seconds: float) -> float:
        """Return a delay of the stage machine at the present speed."""
        return seconds / self.speed
