"""A Space that takes tasks, borrows hardware for each, and goes back.

This package is imported by the console, and it is also uploaded into the Space, as its folder
`trainer`. That is why it imports nothing of the console, and its own modules by relative names.
"""
