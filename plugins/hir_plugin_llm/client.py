"""The client: many requests at once, each answered from the cache, a server, or not at all."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

from hir_plugin_llm.batch import BatchFile, take_results
from hir_plugin_llm.cache import Cache
from hir_plugin_llm.line import Address
from hir_plugin_llm.lines import Lines
from hir_plugin_llm.options import LlmOptions
from hir_plugin_llm.request import FORMS, Request, Unanswered
from hir_plugin_llm.server import TryError, post
from hir_plugin_llm.usage import Usage

_FIRST_WAIT, _LAST_WAIT = 0.5, 30.0
_NO_FORM = frozenset((400, 404, 415, 422, 500, 501))  # what servers say to a form they do not know


class Client:
    """Asks a model as the options say; every answer is kept in the cache.

    Attributes:
        options: How it is asked.
        usage: What was counted.
    """

    def __init__(self, options: LlmOptions) -> None:
        self.options = options
        self.usage = Usage()
        self._cache = Cache(options.cache)
        self._lines = Lines(options.concurrency)
        self._batch: BatchFile | None = None
        self._is_begun = False
        self._address: Address | None = None
        self._secret = ""
        self._not_before = 0.0
        self._failed_in_a_row = 0
        self._forms: tuple[str, ...] = (
            FORMS if options.structured == "auto" else (options.structured,)
        )
        self._asking: WeakValueDictionary[tuple[int, str], asyncio.Lock] = WeakValueDictionary()
        self._probing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def problem(self) -> str | None:
        """Return why nothing can be asked as the options are; None where something can."""
        given = self.options
        if not given.model:
            return "it needs a model: --set llm.model=NAME"
        if given.offline or given.requests or given.results or given.base_url:
            return None
        return (
            "it needs a server: --set llm.base_url=URL or $OPENAI_BASE_URL, or --offline for what "
            "is in the cache, or --requests FILE for a batch file"
        )

    def begin(self) -> None:
        """Take what a batch has answered, once; raises UsageError where an option is wrong."""
        if not self._is_begun:
            self._is_begun = True
            if self.options.base_url is not None:
                base, key = self.options.base_url, self.options.api_key
                self._secret = key.get_secret_value() if key else ""
                self._address = Address.of(base.get_secret_value(), self._secret)
            self._cache.get("")
            if self.options.results is not None:
                self.usage.differing += take_results(self.options.results, self._cache)

    def close(self) -> None:
        """Make the batch file appear, and leave the cache as one file."""
        if self.options.requests is not None and self._batch is None:
            self._batch = BatchFile(self.options.requests)
        if self._batch is not None:
            self._batch.close()
            self._batch = None
        self._cache.close()

    async def answers(self, requests: Sequence[Request]) -> list[dict[str, Any] | Unanswered]:
        """Return for each request the answer as the server gave it, or why there is none.

        An answer has the `choice`, the `usage` and the `model` that the server names.
        """
        self.begin()
        keys = [request.key(self.options.model, self.options.extra) for request in requests]
        found: list[dict[str, Any] | Unanswered | None] = [self._known(key) for key in keys]
        missing = [place for place, answer in enumerate(found) if answer is None]
        given = await asyncio.gather(*(self._ask(requests[n], keys[n]) for n in missing))
        rest = iter(given)
        return [next(rest) if answer is None else answer for answer in found]

    def _known(self, key: str) -> dict[str, Any] | None:
        answer = self._cache.get(key)
        self.usage.cached += answer is not None
        return answer

    async def _ask(self, request: Request, key: str) -> dict[str, Any] | Unanswered:
        if (reason := self._unsent(request, key)) is not None:
            return Unanswered(reason)
        mine = id(asyncio.get_running_loop()), key
        lock = self._asking.setdefault(mine, asyncio.Lock())
        async with lock:  # the same question twice is asked once
            if (known := self._known(key)) is not None:
                return known
            try:
                answer = await self._tried(request, key)
            except TryError as error:
                self.usage.failed += 1
                return Unanswered(error.reason)
            self._cache.put(key, answer)
            self.usage.add(answer["usage"])
            return answer

    def _unsent(self, request: Request, key: str) -> str | None:
        """Return why a request is not sent; it may be written to a batch file instead."""
        given = self.options
        if given.requests is not None:
            self._batch = self._batch or BatchFile(given.requests)
            body = request.body(given.model, given.extra, self._forms[0])
            self.usage.written += self._batch.add(key, body)
            return f"it waits for an answer to the batch file {given.requests}"
        if given.offline:
            return "the answer is not in the cache, and nothing is asked offline"
        if given.base_url is None:
            return "the answer is not in the cache, and no server was named (llm.base_url)"
        return None

    async def _tried(self, request: Request, key: str) -> dict[str, Any]:
        """Return what the server answers, by the form that it knows; raises TryError."""
        if request.schema is None or len(self._forms) == 1:
            return await self._again_and_again(request, key, self._forms[0])
        lock = self._probing.setdefault(id(asyncio.get_running_loop()), asyncio.Lock())
        async with lock:
            while len(self._forms) > 1:
                if (answer := await self._probed(request, key)) is not None:
                    return answer
        return await self._again_and_again(request, key, self._forms[0])

    async def _probed(self, request: Request, key: str) -> dict[str, Any] | None:
        """Ask in the first form that may be known; None where the server refuses that form.

        A form is refused where the next one is not: an error that all forms meet is no refusal.
        """
        first: TryError | None = None
        for place, form in enumerate(self._forms):
            try:
                answer = await self._again_and_again(request, key, form, probing=True)
            except TryError as error:
                if error.status not in _NO_FORM:
                    raise
                first = first or error
            else:
                self._forms = self._forms[place : place + 1]
                return answer
        assert first is not None
        if not first.again:
            raise first
        return await self._again_and_again(request, key, self._forms[0])

    async def _again_and_again(
        self, request: Request, key: str, form: str, *, probing: bool = False
    ) -> dict[str, Any]:
        """Try until there is an answer, or no try is left; raises TryError, the last one."""
        waits = _waits(key)
        for tries_left in range(self.options.retries, -1, -1):
            try:
                answer = await self._once(request, form)
            except TryError as error:
                self._failed_in_a_row += 1
                is_refused = probing and error.status in _NO_FORM
                if not error.again or not tries_left or is_refused or self._is_dead:
                    raise
                await self._wait(next(waits), error)
            else:
                self._failed_in_a_row = 0
                return answer
        raise AssertionError("there is at least one try")

    @property
    def _is_dead(self) -> bool:
        """Whether all that are on their way at once have failed again and again."""
        return self._failed_in_a_row >= self.options.concurrency * max(1, self.options.retries)

    async def _once(self, request: Request, form: str) -> dict[str, Any]:
        given, address = self.options, self._address
        assert address is not None
        body = request.body(given.model, given.extra, form)
        async with self._lines.one(address) as line:
            while (wait := self._not_before - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            self.usage.tries += 1
            return await post(line, body, self._secret, given.timeout)

    async def _wait(self, seconds: float, error: TryError) -> None:
        """Wait before another try; where the server says how long, all of its questions wait."""
        if error.wait is None:
            await asyncio.sleep(seconds)
            return
        if error.wait > self.options.longest_wait:
            raise TryError(
                f"{error.reason}; it asks to wait {error.wait:.0f} s (llm.longest_wait is "
                f"{self.options.longest_wait:g})",
                again=False,
            )
        self._not_before = max(self._not_before, time.monotonic() + error.wait)
        await asyncio.sleep(error.wait)


def _waits(key: str) -> Any:
    """Yield ever longer times, other ones for each request, so that not all come back at once."""
    scatter = random.Random(key)
    wait = _FIRST_WAIT
    while True:
        yield wait * (0.5 + scatter.random())
        wait = min(2 * wait, _LAST_WAIT)
