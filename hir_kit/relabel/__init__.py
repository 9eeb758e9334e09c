"""Relabelling: from failures to replays."""
