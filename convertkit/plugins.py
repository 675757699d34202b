"""What is installed beside us: plug-ins by their entry points, and the versions of what decides our outputs.

`importlib.metadata` takes 40 ms to load and to read what every package on the machine announces. A look for the names
of our own groups takes two, and mostly finds that there is no plug-in at all.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_OURS = b"[convertkit."
"""How the section of a plug-in begins in `entry_points.txt`."""
_INFO = (".dist-info", ".egg-info")


@dataclass(frozen=True, slots=True)
class _Package:
    """An installed package by the folder of its metadata, which is called `NAME-VERSION.dist-info`."""

    folder: Path
    plug_in: bool

    @property
    def name(self) -> str:
        """Its name, in the form in which names are compared (PEP 503, with underscores)."""
        return _normalised(self.folder.name.removesuffix(self.folder.suffix).partition("-")[0])


def plug_ins(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of one of our groups (`convertkit.readers` ...)."""
    if not any(package.plug_in for package in _packages()):
        return ()
    from importlib.metadata import entry_points

    return tuple(entry_points(group=group))


@cache
def installed_versions() -> tuple[str, ...]:
    """The packages that we stand on, and those that bring plug-ins, each with its version, sorted."""
    packages = _packages()
    names = {name for package in packages if package.name == "convertkit" for name in _required(package.folder)}
    return tuple(sorted({package.folder.name for package in packages if package.plug_in or package.name in names}))


@cache
def _packages() -> tuple[_Package, ...]:
    return tuple(package for path in dict.fromkeys(sys.path) for package in _in_folder(path or "."))


def _in_folder(path: str) -> list[_Package]:
    try:
        with os.scandir(path) as entries:
            folders = [entry.path for entry in entries if entry.name.endswith(_INFO)]
    except OSError:  # a ZIP of modules: what it announces is not looked for
        return []
    return [_Package(Path(folder), _announces(folder)) for folder in folders]


def _announces(folder: str) -> bool:
    try:
        return _OURS in Path(folder, "entry_points.txt").read_bytes()
    except OSError:
        return False


def _required(folder: Path) -> list[str]:
    """The packages that ours needs, without those of extras."""
    try:
        lines = (folder / "METADATA").read_text("utf-8").splitlines()
    except OSError:  # a checkout that is not installed
        return []
    found = [re.match(r"Requires-Dist: ([\w.-]+)(?!.*extra ==)", line) for line in lines]
    return [_normalised(match[1]) for match in found if match]


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()
