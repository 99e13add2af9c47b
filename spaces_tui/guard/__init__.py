"""Hardware that is borrowed for a time or up to a sum, and taken back whatever happens."""
