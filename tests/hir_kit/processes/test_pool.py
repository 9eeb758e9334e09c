"""The pool of processes, with tasks that know neither dumps nor rewards."""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hir_kit.errors import RunError, UsageError
from hir_kit.processes.crew import TaskLostError
from hir_kit.processes.pool import Pool
from hir_kit.processes.wire import Setup

TASKS = '''
import ctypes
import functools
import itertools
import os
import re
import signal
import time
from pathlib import Path

import hir_kit
from hir_kit.errors import UsageError
from hir_kit.time_limit import CheckTimeout


class Part:
    name = "mine"

    def call(self, word):
        kind, _, value = word.partition(" ")
        return getattr(self, kind)(value)

    def say(self, value):
        return value

    def pid(self, value):
        return os.getpid()

    def sleep(self, value):
        time.sleep(float(value))
        return value

    def native(self, value):
        """Hang where no signal reaches: in a C library with the lock held, or in Python's own C."""
        if value == "sum":
            sum(itertools.repeat(0))
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        ctypes.PyDLL(None).pause()

    def regex(self, value):
        re.match(r"(a+)+$", "a" * 60 + "b")

    def leave(self, value):
        if not value or not Path(value).exists():
            if value:
                Path(value).touch()
            os._exit(3)
        return "stayed"

    def orphan(self, value):
        """End, but leave a child behind that keeps the output open."""
        if os.fork():
            os._exit(3)
        time.sleep(60)

    def load(self, value):
        return [table(), table()][0]

    def load_silently(self, value):
        return slow_silently()

    def bug(self, value):
        raise KeyError("here")

    def usage(self, value):
        raise UsageError("not so")


@functools.cache
@hir_kit.loading
def table():
    until = time.monotonic() + 3.2
    while time.monotonic() < until:
        pass
    return [os.getpid()]


@hir_kit.loading
@functools.cache
def slow_silently():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    time.sleep(3.2)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    return "loaded"


def open_part(limit):
    part = Part()

    def made(place, word, seconds):
        limit.at(place)
        if word == "outside":
            os._exit(3)
        try:
            return limit.run(part.call, word, seconds)
        except CheckTimeout as error:
            return f"it {error}"

    def work(task):
        with limit:
            return [made(place, *call) for place, call in enumerate(task)]

    return work


def open_badly(limit):
    raise UsageError("cannot begin")
'''


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    name = f"tasks_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(TASKS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module(name)


Make = Callable[..., Pool[Any, Any]]


@pytest.fixture
def pool_of(tasks: Any) -> Iterator[Make]:
    opened: list[Pool[Any, Any]] = []

    def make(count: int = 1, seconds: float = 0.2, open: str = "open_part") -> Pool[Any, Any]:
        setup = Setup(getattr(tasks, open), (), seconds)
        opened.append(Pool(count, setup, lambda _, place: f"place {place}"))
        return opened[-1]

    yield make
    for pool in opened:
        pool.close()


def words(*given: str) -> list[tuple[str, float | None]]:
    """Return the task of making these calls, all with the pool's limit."""
    return [(word, None) for word in given]


def test_outcomes_come_in_order_whatever_takes_long(pool_of: Make) -> None:
    pool = pool_of(3, 30)
    given = [words(f"sleep {0.02 * (7 * n % 5):.2f}", f"say {n}") for n in range(40)]
    found = list(pool.outcomes(given))
    assert [task for task, _ in found] == given
    assert [outcome[1] for _, outcome in found] == [str(n) for n in range(40)]


def test_few_tasks_are_on_their_way(pool_of: Make) -> None:
    taken: list[int] = []

    def given() -> Iterator[Any]:
        for n in range(200):
            taken.append(n)
            yield words(f"say {n}")

    pool = pool_of(2)
    for done, _ in enumerate(pool.outcomes(given())):
        assert len(taken) - done <= 3 * 2 + 2


@pytest.mark.parametrize("word", ["native pause", "native sum", "regex"])
def test_a_call_that_hangs_in_native_code_costs_itself_alone(pool_of: Make, word: str) -> None:
    found = pool_of().submit(words("say a", word, "say b")).result(60)
    assert found[0::2] == ["a", "b"]
    assert found[1] in (
        "it did not stop after 0.2 s and was killed",
        "it took longer than 0.2 s",  # the regex of some Python versions looks for signals
    )


def test_the_limit_of_a_call_counts_outside_too(pool_of: Make) -> None:
    pool = pool_of(2, 0.1)
    slow = pool.submit([("sleep 3", 30.0), ("say a", None)])
    short = pool_of(1, 60.0).submit([("native pause", 0.3), ("say a", None)])
    assert slow.result(60) == ["3", "a"]
    assert short.result(60) == ["it did not stop after 0.3 s and was killed", "a"]


def test_no_limit_is_no_limit(pool_of: Make) -> None:
    pool = pool_of(1, 0)
    assert pool.submit(words("sleep 3")).result(60) == ["3"]


@pytest.mark.parametrize("word", ["load", "load_silently"])
def test_what_loads_is_never_late_and_loads_once(pool_of: Make, word: str) -> None:
    """It takes longer than the pool waits for any other call."""
    pool = pool_of(1, 0.2)
    first = pool.submit(words("pid", word)).result(60)
    began = time.monotonic()
    assert pool.submit(words("pid", word)).result(60) == first
    assert time.monotonic() - began < 3
    assert first[1] in ([first[0]], "loaded")


def test_a_process_that_ended_once_costs_nothing(pool_of: Make, tmp_path: Path) -> None:
    found = pool_of().submit(words("say a", f"leave {tmp_path / 'mark'}", "say b")).result(60)
    assert found == ["a", "stayed", "b"]


def test_a_call_that_ends_its_process_is_named(pool_of: Make) -> None:
    pool = pool_of()
    assert pool.submit(words("say a", "leave")).result(60) == ["a", "it ended its process"]
    assert pool.submit(words("say a")).result(60) == ["a"]


def test_children_that_are_left_behind_are_ended(pool_of: Make) -> None:
    assert pool_of().submit(words("orphan")).result(30) == ["it ended its process"]


def test_a_call_that_costs_process_after_process_ends_the_work(pool_of: Make) -> None:
    pool = pool_of()
    with pytest.raises(RunError, match=r"call\(\) of mine ended its process, 3 times in a row"):
        for _, _ in pool.outcomes([words("leave")] * 9):
            pass


def test_now_and_then_a_call_may_cost_its_process(pool_of: Make) -> None:
    found = list(pool_of().outcomes([words("leave", "say a")] * 5))
    assert [outcome for _, outcome in found] == [["it ended its process", "a"]] * 5


def test_a_task_that_ends_its_process_outside_of_calls_is_named(pool_of: Make) -> None:
    with pytest.raises(
        TaskLostError, match=r"twice at place 1, outside of any check \(exit code 3"
    ):
        pool_of().submit(words("say a", "outside")).result(60)


@pytest.mark.parametrize(("word", "error"), [("usage", UsageError), ("bug", KeyError)])
def test_what_a_task_raises_comes_through(pool_of: Make, word: str, error: type[Exception]) -> None:
    pool = pool_of()
    with pytest.raises(error):
        pool.submit(words(word)).result(60)
    assert pool.submit(words("say a")).result(60) == ["a"]


def test_what_opening_raises_comes_through(pool_of: Make) -> None:
    with pytest.raises(UsageError, match="cannot begin"):
        pool_of(open="open_badly").submit(words("say a")).result(60)


def test_threads_share_a_pool(pool_of: Make) -> None:
    pool, found = pool_of(2, 30), []

    def ask(n: int) -> None:
        found.append(pool.submit(words(f"say {n}")).result(60))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(item) for (item,) in found) == list(range(20))


def test_large_tasks_and_outcomes_do_not_wait_for_each_other(pool_of: Make) -> None:
    """Both pipes are full at once: neither side may stop listening."""
    text = "x" * 3_000_000
    found = pool_of(1, 30).outcomes([words(f"say {text}")] * 12)
    assert all(outcome == [text] for _, outcome in found)


def test_closing_ends_what_is_done_and_what_waits(pool_of: Make) -> None:
    pool = pool_of(1, 0)
    futures = [pool.submit(words("native sum")), pool.submit(words("say a"))]
    time.sleep(1)
    pool.close()
    for future in futures:
        with pytest.raises(RunError, match="closed while they had work"):
            future.result(30)
    assert pool.submit(words("say a")).result(60) == ["a"]
