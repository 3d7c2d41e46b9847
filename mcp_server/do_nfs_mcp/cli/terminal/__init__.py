"""The commands with which a person uses the tools without an assistant."""
