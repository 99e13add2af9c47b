"""One event loop in its own thread that owns the network and the truth about every Space."""
