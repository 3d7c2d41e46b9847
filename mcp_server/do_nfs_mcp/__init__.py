"""An MCP server that lets AI assistants run DigitalOcean's network file storage."""
