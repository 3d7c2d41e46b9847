"""Serving over HTTP: who is let in, what is checked before the protocol, and the port."""
