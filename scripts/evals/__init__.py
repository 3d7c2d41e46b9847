"""Let a model play everyday requests with nothing but a server's tools, and count what it takes."""
