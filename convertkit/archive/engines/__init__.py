"""What runs chunks: a file an engine, each of the shape of `archive.engine.Engine`.

Another engine is a file here and an arm of `open_engine`: `docs/scale.md` shows one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from convertkit.archive.engine import Engine

EngineName: TypeAlias = Literal["local", "dask", "inline"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)


def open_engine(name: EngineName, jobs: int, scheduler: str | None = None) -> Engine:
    """The engine of that name, to be used as a context.

    `local` runs `jobs` chunks at once in processes of this machine, `dask` runs chunks on the workers of the cluster
    whose `scheduler` is named (`tcp://HOST:PORT`), `inline` one at a time in this very process. Raises `UsageError`.
    """
    match name:
        case "local":
            from convertkit.archive.engines.local import LocalEngine

            return LocalEngine(jobs)
        case "inline":
            from convertkit.archive.engines.inline import InlineEngine

            return InlineEngine()
        case "dask":
            from convertkit.archive.engines.dask import DaskEngine

            return DaskEngine(scheduler)
