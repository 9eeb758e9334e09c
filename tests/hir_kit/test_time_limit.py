"""A check that takes too long is stopped, or at least never believed."""

from __future__ import annotations

import importlib
import re
import signal
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import (
    CheckOptions,
    ConstraintSpec,
    Registry,
    Response,
    Status,
    UsageError,
    loading,
    verifier,
)
from hir_kit.time_limit import CheckTimeout, TimeLimit
from hir_kit.verify.checker import Checked, Checker

LIMIT = 0.04


def _loop(text: str) -> bool:
    while text is not None:
        pass
    return True


def _sleep(text: str) -> bool:
    time.sleep(30 if text == "long" else 3 * LIMIT)
    return True


def _backtrack(text: str) -> bool:
    return re.match(r"(a+)+$", "a" * (40 if text == "long" else 21) + "b") is None


def _swallow(text: str) -> bool:
    try:
        return _loop(text)
    except BaseException:
        return True


def _quick(text: str) -> bool:
    return bool(text)


def _spin(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def _in_thread(work: Callable[[], Any]) -> Any:
    """Run in another thread; return what came out, be it an exception."""
    results: list[Any] = []

    def target() -> None:
        try:
            results.append(work())
        except BaseException as error:
            results.append(error)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return results[0]


@pytest.mark.parametrize("check", [_loop, _sleep, _backtrack, _swallow])
def test_in_the_main_thread_everything_is_stopped(check: Callable[[str], bool]) -> None:
    started = time.monotonic()
    with TimeLimit(LIMIT) as limit:
        with pytest.raises(CheckTimeout):
            limit.run(check, "long")
        assert limit.run(_quick, "x") is True
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("check", [_loop, _swallow])
def test_in_another_thread_python_code_is_stopped(check: Callable[[str], bool]) -> None:
    def work() -> bool:
        with TimeLimit(LIMIT) as limit:
            with pytest.raises(CheckTimeout):
                limit.run(check, "long")
            _spin(2 * LIMIT)  # where a late exception would strike
            return limit.run(_quick, "x")

    assert _in_thread(work) is True


@pytest.mark.parametrize("run", [lambda work: work(), _in_thread])
def test_a_call_that_swallows_is_not_believed(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it turns out afterwards that its thread had had no core all the time."""
    waited = [0.0]
    monkeypatch.setattr("hir_kit.time_limit.waited", lambda **_: waited[0])

    def swallow(_: str) -> bool:
        try:
            return _loop("long")
        except BaseException:
            waited[0] = 100.0
            return True

    def work() -> None:
        with TimeLimit(LIMIT) as limit, pytest.raises(CheckTimeout):
            limit.run(swallow, "")

    assert run(work) is None


@pytest.mark.parametrize("check", [_sleep, _backtrack])
def test_in_another_thread_a_long_call_is_not_believed(check: Callable[[str], bool]) -> None:
    """Nothing can interrupt it there; that it took too long is known when it comes back."""

    def work() -> bool:
        with TimeLimit(LIMIT / 2) as limit:
            with pytest.raises(CheckTimeout):
                limit.run(check, "short")
            _spin(2 * LIMIT)
            return limit.run(_quick, "x")

    assert _in_thread(work) is True


def test_many_checks_at_the_edge_of_their_time_leave_nothing_behind() -> None:
    """The exception may be on its way just when the check ends."""

    def edge(seconds: float) -> bool:
        _spin(seconds)
        return True

    def work() -> int:
        late = 0
        with TimeLimit(0.002) as limit:
            for i in range(100):
                try:
                    limit.run(edge, 0.0016 + i * 1e-5)
                except CheckTimeout:
                    late += 1
                _spin(0.0005)
        _spin(0.01)
        return late

    assert 0 < work() <= 100
    assert 0 < _in_thread(work) <= 100


def test_what_a_check_raises_comes_through() -> None:
    def fails(_: str) -> bool:
        raise KeyError("x")

    with TimeLimit(1) as limit, pytest.raises(KeyError):
        limit.run(fails, "x")


def test_no_limit_is_no_limit() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with TimeLimit(0) as limit:
        assert signal.getsignal(signal.SIGALRM) is before
        assert limit.run(_quick, "x") is True


@pytest.mark.parametrize("of_all", [0, LIMIT, 60.0])
def test_a_call_may_have_a_limit_of_its_own(of_all: float) -> None:
    with TimeLimit(of_all) as limit:
        with pytest.raises(CheckTimeout, match=f"took longer than {LIMIT} s"):
            limit.run(_loop, "long", LIMIT)
        assert limit.run(_sleep, "short", 30.0) is True
        assert limit.run(_sleep, "short", 0) is True


def test_a_call_within_a_call_has_the_time_of_that_one() -> None:
    with TimeLimit(LIMIT) as limit:
        inner: Callable[[str], bool] = lambda text: limit.run(_sleep, text)  # noqa: E731
        assert limit.run(inner, "short", 30.0) is True
        with pytest.raises(CheckTimeout):
            limit.run(inner, "long")


@pytest.mark.parametrize("seconds", [-1.0, float("inf"), float("nan"), 1e300])
def test_a_limit_that_cannot_be_is_refused(seconds: float) -> None:
    with pytest.raises(UsageError, match="from 0"):
        TimeLimit(seconds)


def test_the_signal_is_given_back() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with TimeLimit(LIMIT):
        assert signal.getsignal(signal.SIGALRM) is not before
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_timer_of_the_host_is_left_alone() -> None:
    signal.setitimer(signal.ITIMER_REAL, 60)
    try:
        with TimeLimit(LIMIT) as limit, pytest.raises(CheckTimeout):
            limit.run(_loop, "long")
        assert 50 < signal.getitimer(signal.ITIMER_REAL)[0] <= 60
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def test_a_check_that_uses_the_alarm_itself_does_not_unwind_the_clock() -> None:
    """Some libraries time their own work by the alarm, and switch it off when they are done."""

    def with_alarm(_: str) -> bool:
        before = signal.signal(signal.SIGALRM, lambda *_: None)
        signal.alarm(5)
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        return True

    with TimeLimit(LIMIT) as limit:
        with limit:
            assert limit.run(with_alarm, "x") is True
        with limit, pytest.raises(CheckTimeout):
            limit.run(_loop, "long")


@pytest.mark.parametrize("in_thread", [False, True])
def test_an_import_within_a_check_is_not_left_half_done(
    in_thread: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"slow_module_{in_thread}"
    seconds = 0.4  # a busy machine may hold the check up by a tenth
    code = f"import time\nuntil = time.monotonic() + {3 * seconds}\n"
    code += "while time.monotonic() < until:\n    pass\nready = True\n"
    (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def work() -> list[Any]:
        with TimeLimit(seconds) as limit:
            return [limit.run(lambda _: importlib.import_module(name).ready, "") for _ in range(2)]

    assert (_in_thread(work) if in_thread else work()) == [True, True]


@pytest.mark.parametrize("in_thread", [False, True])
@pytest.mark.parametrize("cached_first", [False, True])
def test_what_loads_within_a_check_is_not_left_half_done(
    in_thread: bool, cached_first: bool
) -> None:
    seconds, loaded = 0.4, []

    def load() -> bool:
        _spin(3 * seconds)
        loaded.append(1)
        return True

    table = loading(cache(load)) if cached_first else cache(loading(load))

    def work() -> list[bool]:
        with TimeLimit(seconds) as limit:
            return [limit.run(lambda _: table(), "") for _ in range(2)]

    assert (_in_thread(work) if in_thread else work()) == [True, True]
    assert loaded == [1]


def test_a_check_that_runs_within_an_import_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host may be a module that is being imported, such as a script's."""
    code = "from hir_kit.time_limit import TimeLimit\nfound = []\n"
    code += f"with TimeLimit({LIMIT}) as limit:\n    try:\n        limit.run(loop, '')\n"
    code += "    except BaseException as error:\n        found.append(type(error).__name__)\n"
    code = f"def loop(_):\n    while True:\n        pass\n\n{code}"
    (tmp_path / "host_module.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert importlib.import_module("host_module").found == ["CheckTimeout"]


def test_threads_may_share_one_limit() -> None:
    limit = TimeLimit(LIMIT)

    def work() -> bool:
        with limit, pytest.raises(CheckTimeout):
            limit.run(_loop, "long")
        return True

    with limit:
        assert _in_thread(work) is True
        assert limit.run(_quick, "x") is True
        with pytest.raises(CheckTimeout):
            limit.run(_loop, "long")


# through the checker


def _checker(function: Callable[..., Any], **options: Any) -> Checker:
    registry = Registry()
    registry.add(verifier("test:one", describe="x")(function), "test")
    return Checker(registry, [ConstraintSpec("test:one")], CheckOptions(**options))


def _loops(response: Response) -> bool:
    return _loop(response.text)


def _loops_in_an_analysis(response: Response) -> bool:
    return response.get(_loop)


@pytest.mark.parametrize("function", [_loops, _loops_in_an_analysis])
@pytest.mark.parametrize("where", ["main", "thread"])
def test_a_check_that_loops_for_ever_is_unknown(function: Callable[..., Any], where: str) -> None:
    checker = _checker(function, time_limit=LIMIT, loose=True)

    def work() -> Checked:
        return checker.check("# a\nb *c*\nd")

    result = work() if where == "main" else _in_thread(work)
    assert result.follow_all is None
    assert result.strict[0].reason == f"the check took longer than {LIMIT} s"
    assert result.loose[0] == result.strict[0]


def _recursion(response: Response) -> bool:
    return _recursion(response)


def _raises(response: Response) -> bool:
    raise RuntimeError(f"bad luck\nat {object()} with {response}")


def _exits(_response: Response) -> bool:
    raise SystemExit(0)


class _NoMessageError(Exception):
    def __str__(self) -> str:
        raise ValueError


def _raises_without_message(_response: Response) -> bool:
    raise _NoMessageError


async def _is_async(_response: Response) -> bool:
    return True


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (_recursion, "the check raised RecursionError"),
        (_raises, "the check raised RuntimeError: bad luck at <object object at 0x...> with"),
        (_exits, "the check raised SystemExit: 0"),
        (_raises_without_message, "(its message raised ValueError)"),
        (lambda _response: None, "returned NoneType, not a bool or a Verdict"),
        (lambda _response: "yes", "returned str, not a bool"),
        (lambda _response: 1, "returned int, not a bool"),
        (lambda _response: hir_kit.Verdict("satisfied"), "status 'satisfied', which is no Status"),  # type: ignore[arg-type]
        (lambda _response: hir_kit.Verdict(Status.SATISFIED, object()), "measured object"),  # type: ignore[arg-type]
        (lambda _response: hir_kit.Verdict(Status.SATISFIED, float("nan")), "measured nan"),
        (lambda _response: hir_kit.Verdict(Status.VIOLATED, 1, 7), "int as reason"),  # type: ignore[arg-type]
    ],
)
def test_a_check_that_gives_nonsense_is_unknown(function: Callable[..., Any], said: str) -> None:
    verdict = _checker(function).check("text").strict[0]
    assert verdict.status is Status.UNKNOWN
    assert said in (verdict.reason or "")
    assert "\n" not in (verdict.reason or "")


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_an_async_check_is_unknown_not_satisfied() -> None:
    assert _checker(_is_async).check("text").strict[0].status is Status.UNKNOWN


def test_a_class_that_returns_a_bool_is_unknown() -> None:
    class Wrong(hir_kit.Verifier, id="test:wrong"):
        def check(self, response: Response) -> Any:
            return bool(response.text)

    registry = Registry()
    registry.add(Wrong, "test")
    verdict = Checker(registry, [ConstraintSpec("test:wrong")]).check("text").strict[0]
    assert verdict.status is Status.UNKNOWN
    assert verdict.reason == "the check returned bool, not a Verdict"


@pytest.mark.parametrize(
    ("code", "said"),
    [("raise KeyError('x')", "reading the kwargs raised KeyError: 'x'"),
     ("raise SystemExit(0)", "reading the kwargs raised SystemExit: 0"),
     ("while True: pass", f"reading the kwargs took longer than {LIMIT} s")],
)  # fmt: skip
def test_a_verifier_that_breaks_on_its_kwargs_is_unknown(code: str, said: str) -> None:
    class Breaks(hir_kit.Verifier, id="test:breaks"):
        def model_post_init(self, _context: Any, /) -> None:
            exec(code)

    registry = Registry()
    registry.add(Breaks, "test")
    checker = Checker(registry, [ConstraintSpec("test:breaks")], CheckOptions(time_limit=LIMIT))
    assert checker.check("text").strict[0].reason == said
    assert checker.verifiers == [None]
