"""How requests are answered: one module for each kind, with the network behind it."""
