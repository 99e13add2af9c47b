"""Identities and the tokens they act with."""
