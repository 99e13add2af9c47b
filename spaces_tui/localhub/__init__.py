"""A Hub on loopback, for the demo, for tests and for trying one's own scripts."""
