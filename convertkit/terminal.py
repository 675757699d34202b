"""Lines for people, on stderr."""

from __future__ import annotations

import click


def say(line: str) -> None:
    """A line for people. Control characters of hostile names and texts never reach a terminal."""
    click.echo("".join(char if char.isprintable() else "\ufffd" for char in line), err=True)
