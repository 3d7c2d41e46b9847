"""Real MCP clients, each of which plays one conversation with the server: what scripts/hosts runs."""
