"""A Dask cluster: chunks run on its workers, each of which keeps a converting process of its own a thread.

That a post kills its converting process never comes so far. What does is the end of Dask's workers: Dask gives their
chunks to others, and gives up a chunk of which four have died (`KilledWorker`), be it by chance. Such a chunk is cut in
two and asked again, until a task by itself has failed, and no other has to suffer for it. Dask blames what waits at a
worker for its end, too: so of all that has cost workers one part is asked at a time.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Self

import convertkit
from convertkit.archive.chunks import given_up, pack
from convertkit.archive.engine import EngineLost
from convertkit.archive.records import Reason
from convertkit.errors import UsageError

if TYPE_CHECKING:
    from distributed import Client

_CONNECT = 10
"""Seconds to wait for the scheduler at the start."""
_WORKERS = 60
"""Seconds to wait for a first worker, and for another one when all have gone: clusters start them slowly."""
_LOOK = 2.0
"""Seconds between two looks at the scheduler, and for it to answer."""
_LOST = 12.0
"""Seconds without an answer after which the scheduler is given up; a client by itself would wait for ever."""

_RETRY = "run it again when the cluster is back: what is done stands"


class _Request:
    """A chunk that was submitted, in one or, after deaths, in several parts."""

    def __init__(self, function: Callable[[bytes, bytes], bytes], settings: bytes) -> None:
        self.function = function
        self.settings = settings
        self.answer: Future[bytes] = Future()
        self.asked: set[Future[bytes]] = set()
        self.waiting = 0
        """Parts that are not yet asked."""
        self.parts: list[bytes] = []

    def fail(self, error: BaseException) -> None:
        """Answer with an error, and let nobody work for it any more."""
        with suppress(Exception):  # InvalidStateError: cancelled meanwhile
            self.answer.set_exception(error)
        self.drop()

    def drop(self, *_: object) -> None:
        for part in tuple(self.asked):
            part.cancel()


class DaskEngine:
    """An `Engine` on an existing cluster. Raises `UsageError` if there is none at `scheduler`."""

    def __init__(self, scheduler: str | None) -> None:
        if not scheduler:
            raise UsageError("no scheduler is named", advice="give --scheduler tcp://HOST:PORT")
        self._scheduler = scheduler
        self._client = _connected(scheduler)
        self._executor = self._client.get_executor(pure=False)
        self._requests: set[_Request] = set()
        self._suspects: deque[tuple[_Request, bytes]] = deque()
        self._suspect: Future[bytes] | None = None
        """The one of them that is asked just now. Both are the client's own thread's."""
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._answered = self._staffed = time.monotonic()
        self.workers = self._first_workers()
        self._watch = threading.Thread(target=self._look, name="convertkit-dask", daemon=True)
        self._watch.start()

    def submit(self, function: Callable[[bytes, bytes], bytes], settings: bytes, tasks: bytes, /) -> Future[bytes]:
        """See `Engine.submit`."""
        request = _Request(function, settings)
        request.answer.add_done_callback(partial(self._settled, request))
        with self._lock:
            self._requests.add(request)
        self._ask(request, tasks)
        return request.answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """What waits is cancelled; a worker finishes the chunk that it is at, and nobody hears of it."""
        self._closing.set()
        with self._lock:
            requests = tuple(self._requests)
        for request in requests:
            request.fail(CancelledError())
        self._watch.join()
        self._client.close(timeout=_LOOK)

    def _ask(self, request: _Request, tasks: bytes) -> Future[bytes]:
        part: Future[bytes] = self._executor.submit(
            _run, convertkit.__version__, request.function, request.settings, tasks
        )
        request.asked.add(part)
        part.add_done_callback(partial(self._told, request, tasks))
        return part

    def _told(self, request: _Request, tasks: bytes, part: Future[bytes]) -> None:
        """A part was answered; on the client's own thread, one at a time."""
        request.asked.discard(part)
        by_itself = part is self._suspect
        if by_itself:
            self._suspect = None
        self._take_in(request, tasks, part, by_itself=by_itself)
        while self._suspects and self._suspect is None:
            suspected, some = self._suspects.popleft()
            suspected.waiting -= 1
            if not suspected.answer.done():
                asked = self._ask(suspected, some)
                self._suspect = None if asked.done() else asked

    def _take_in(self, request: _Request, tasks: bytes, part: Future[bytes], *, by_itself: bool) -> None:
        if request.answer.done():
            return
        if part.cancelled():
            request.fail(EngineLost("the scheduler forgot a chunk", source=self._scheduler, advice=_RETRY))
            return
        error = part.exception()
        if error is None:
            request.parts += pickle.loads(part.result())  # noqa: S301  # from our own workers
        elif type(error).__name__ == "KilledWorker":
            self._ask_again(request, tasks, by_itself=by_itself)
        elif isinstance(missing := error.__cause__ or error, ModuleNotFoundError):
            advice = f"install convertkit {convertkit.__version__} where the scheduler and the workers run"
            request.fail(UsageError(f"the cluster has {missing}", source=self._scheduler, advice=advice))
        else:
            request.fail(error)
        if not (request.asked or request.waiting or request.answer.done()):
            with suppress(Exception):  # InvalidStateError: cancelled meanwhile
                request.answer.set_result(pickle.dumps(request.parts, pickle.HIGHEST_PROTOCOL))

    def _ask_again(self, request: _Request, tasks: bytes, *, by_itself: bool) -> None:
        several = pickle.loads(tasks)  # noqa: S301  # packed by ourselves
        if len(several) == 1 and by_itself:
            record = given_up(several[0], Reason.CRASH, "ended four workers of the cluster")
            request.parts.append(pickle.dumps([record]))
            return
        half = len(several) // 2
        for some in filter(None, (several[:half], several[half:])):
            self._suspects.append((request, pack(some)))
            request.waiting += 1

    def _settled(self, request: _Request, answer: Future[bytes]) -> None:
        with self._lock:
            self._requests.discard(request)
        if answer.cancelled():
            request.drop()

    def _first_workers(self) -> int:
        try:
            self._client.wait_for_workers(1, timeout=_WORKERS)
        except TimeoutError as error:
            advice = f"start some: dask worker {self._scheduler}"
            raise UsageError("the scheduler has no workers", source=self._scheduler, advice=advice) from error
        return sum(self._client.nthreads().values())

    def _look(self) -> None:
        """See, as long as the engine is open, whether somebody is there to answer."""
        while not self._closing.wait(_LOOK):
            threads = self._threads()
            now = time.monotonic()
            if threads is not None:
                self._answered = now
                self._staffed = now if threads else self._staffed
                self.workers = threads or self.workers
            if now - self._answered > _LOST:
                self._lose(f"the scheduler has not answered for {_LOST:g} seconds")
            elif now - self._staffed > _WORKERS:
                self._lose(f"there has been no worker for {_WORKERS} seconds")

    def _threads(self) -> int | None:
        """How many chunks the cluster can run at once; None if it does not answer."""
        client = self._client
        if client.status != "running":
            return None
        try:
            told: dict[str, int] = client.sync(client.scheduler.ncores, callback_timeout=_LOOK)
        except (OSError, TimeoutError):  # Dask's CommClosedError is an OSError
            return None
        return sum(told.values())

    def _lose(self, problem: str) -> None:
        with self._lock:
            requests = tuple(self._requests)
        for request in requests:
            request.fail(EngineLost(problem, source=self._scheduler, advice=_RETRY))


def _run(version: str, function: Callable[[bytes, bytes], bytes], settings: bytes, tasks: bytes) -> bytes:
    """On the cluster: the function, if convertkit is the same there."""
    if version != convertkit.__version__:
        advice = f"install convertkit {version} where the workers run"
        raise UsageError(f"a worker has convertkit {convertkit.__version__}", advice=advice)
    return function(settings, tasks)


def _connected(scheduler: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("Dask is not installed", advice="pip install 'convertkit[dask]'") from error
    try:
        return Client(scheduler, timeout=_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        advice = "start one: dask scheduler"
        raise UsageError(f"no scheduler answers: {error}", source=scheduler, advice=advice) from error
