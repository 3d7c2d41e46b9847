"""The pictures in the docs, made from the running product."""
