"""Runners against peers, each with its last numbers beside it."""
