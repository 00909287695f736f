"""Credentials: where a system lives and how to log in to it; one module per system."""
