"""Let a model play everyday requests with nothing but a server's tools, and count its calls and bytes."""
