"""Hostile inputs: the set, a guarded process that converts them, and what its outputs are held to."""
