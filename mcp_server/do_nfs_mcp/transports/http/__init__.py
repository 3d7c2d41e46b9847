"""Serving over HTTP: which callers are accepted, what is checked before the protocol, and the port."""
