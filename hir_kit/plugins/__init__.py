"""Plugins: the hooks, and how they are found and loaded."""
