"""What stands in OUT and is not ours is never overwritten."""

from __future__ import annotations

from dataclasses import replace

from convertkit.archive.converting import Converted
from convertkit.archive.records import Failure, Reason, Record
from convertkit.archive.store import Store
from convertkit.archive.units import Task
from convertkit.errors import ConvertkitError


def yielding(converted: Converted, task: Task, store: Store) -> Converted:
    """The same, unless one of its files would take the place of other bytes: then the post is a conflict.

    A file that holds what it would get is as good as ours: so an archive whose journal was lost is known again.
    """
    ours = {*task.kept, *(() if task.guarded else task.outputs)}
    if all(name in ours for name, _ in converted.files):
        return converted
    missing = []
    for name, data in converted.files:
        if name in ours:
            missing.append((name, data))
            continue
        try:
            stands = store.size(name)
            if stands is None:
                missing.append((name, data))
            elif stands != len(data) or store.get(name) != data:
                return _conflict(converted.record, name)
        except ConvertkitError:
            return _conflict(converted.record, name)
    return replace(converted, files=tuple(missing))


def _conflict(record: Record, name: str) -> Converted:
    message = f"{record.name}: {name} stands in the output folder and is not ours; move it away, or choose another name"
    return Converted(Record(record.name, record.digest, record.size, failure=Failure(Reason.CONFLICT, message)))
