"""Checks in worker processes: same verdicts, and nothing that a check does reaches the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hir_kit.errors import HirKitError, PluginError, RunError
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.verdict import Verdict
from hir_kit.plugins.kit import Origin
from hir_kit.plugins.loading import load
from hir_kit.rewards.verifying import CheckTask, PoolVerifying, open_verifying
from hir_kit.verify.checker import CheckOptions

PLUGIN = """
import itertools
import os
import time

from hir_kit import Status, Verdict, verifier


@verifier("t:loop", describe="Loop.")
def loop(response) -> bool:
    while True:
        pass


@verifier("t:native", describe="Hang where no signal reaches.")
def native(response) -> bool:
    return bool(sum(itertools.repeat(0)))


@verifier("t:leave", describe="Leave.")
def leave(response) -> bool:
    os._exit(3)


@verifier("t:pid", describe="Tell the process.")
def pid(response) -> Verdict:
    return Verdict(Status.SATISFIED, measured=os.getpid())


@verifier("t:print", describe="Print.")
def say(response) -> bool:
    print("text", flush=True)
    return True


@verifier("t:sleep", describe="Sleep.")
def sleep(response) -> bool:
    time.sleep(0.1)
    return True
"""

NO_COMMA = ConstraintSpec("punctuation:no_comma")


def spec(name: str) -> ConstraintSpec:
    return ConstraintSpec(f"t:{name}")


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plugin") / "checks.py"
    path.write_text(PLUGIN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def pool(plugin: Path) -> Iterator[PoolVerifying]:
    pool = PoolVerifying(2, Origin((str(plugin),)), CheckOptions(time_limit=0.2))
    yield pool
    pool.close()


def task(text: str, *specs: ConstraintSpec) -> CheckTask:
    return CheckTask(specs, text)


def statuses(verdicts: tuple[Verdict, ...]) -> list[str]:
    return [verdict.status.value for verdict in verdicts]


def test_workers_and_the_training_process_agree(pool: PoolVerifying) -> None:
    letters = ConstraintSpec(
        "keywords:letter_frequency",
        {"letter": "a", "let_frequency": 2, "let_relation": "at least"},
    )
    tasks = [task(f"{'a' * n}{', ' * (n % 2)}b", NO_COMMA, letters) for n in range(40)]
    tasks += [
        task("", NO_COMMA),
        task("a", ConstraintSpec("no:such")),
        CheckTask((), "a"),
    ]
    local = open_verifying(0, Origin(), load().registry, CheckOptions(time_limit=0.2))
    assert pool.check(tasks) == local.check(tasks)
    local.close()


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python cannot leave the folder out")
def test_workers_import_nothing_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pydantic.py").write_text("raise SystemExit('this is not the package')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if folder])
    pool = PoolVerifying(1, Origin(), CheckOptions())
    (verdicts,) = pool.check([task("a, b", NO_COMMA)])
    pool.close()
    assert statuses(verdicts) == ["violated"]


def test_a_check_that_overruns_is_unknown_and_alone(pool: PoolVerifying) -> None:
    (verdicts,) = pool.check([task("a, b", NO_COMMA, spec("loop"), spec("print"))])
    assert statuses(verdicts) == ["violated", "unknown", "satisfied"]
    assert verdicts[1].reason == "the check took longer than 0.2 s"


def test_a_worker_that_hangs_is_killed_and_replaced(pool: PoolVerifying) -> None:
    started = time.monotonic()
    hung, other = pool.check([task("a, b", spec("native"), NO_COMMA), task("c", NO_COMMA)])
    assert time.monotonic() - started < 15
    assert statuses(hung) == ["unknown", "violated"]
    assert hung[0].reason == "the check did not stop after 0.2 s and was killed"
    assert statuses(other) == ["satisfied"]
    assert statuses(pool.check([task("d", NO_COMMA)])[0]) == ["satisfied"]


def test_a_check_that_ends_its_process_is_unknown(pool: PoolVerifying) -> None:
    tasks = [task(f"a{n}", NO_COMMA, spec("leave"), spec("print")) for n in range(2)]
    for verdicts in pool.check(tasks):
        assert statuses(verdicts) == ["satisfied", "unknown", "satisfied"]
        assert verdicts[1].reason == "the check ended its process"


def test_a_verifier_that_ends_its_process_each_time_ends_the_work(plugin: Path) -> None:
    pool = PoolVerifying(2, Origin((str(plugin),)), CheckOptions(time_limit=5))
    with pytest.raises(
        RunError, match=r"check\(\) of the constraint t:leave \{\} ended its process"
    ):
        pool.check([task(f"a{n}", spec("leave")) for n in range(9)])
    assert statuses(pool.check([task("a, b", NO_COMMA)])[0]) == ["violated"]
    pool.close()


def test_long_texts_pass_through(pool: PoolVerifying) -> None:
    tasks = [task("word " * 100_000, NO_COMMA), task("\ud800, x", NO_COMMA)]
    assert [statuses(item) for item in pool.check(tasks)] == [["satisfied"], ["violated"]]


def test_threads_share_a_pool(pool: PoolVerifying) -> None:
    """As a trainer does that calls for one response at a time, from many threads."""
    texts = [f"a{', ' * (n % 2)}{n}" for n in range(40)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda text: pool.check([task(text, NO_COMMA)])[0], texts))
    assert [statuses(item) for item in found] == [["satisfied"], ["violated"]] * 20


def test_all_workers_work_at_once(plugin: Path) -> None:
    pool = PoolVerifying(4, Origin((str(plugin),)), CheckOptions(time_limit=30))
    found = pool.check([task("a", spec("sleep"), spec("pid"))] * 40)
    assert len({verdicts[1].measured for verdicts in found}) == 4
    pool.close()


def test_kwargs_that_do_not_fit_are_unknown(pool: PoolVerifying) -> None:
    wrong = ConstraintSpec("length_constraints:number_words", {"num_word": 3})
    local = open_verifying(0, Origin(), load().registry, CheckOptions())
    for verifying in (pool, local):
        (verdicts,) = verifying.check([task("a", NO_COMMA, wrong)])
        assert statuses(verdicts) == ["unknown", "unknown"]
        assert "unknown kwarg 'num_word'" in str(verdicts[0].reason)


def test_a_worker_that_was_killed_between_tasks_costs_no_verdict(plugin: Path) -> None:
    pool = PoolVerifying(1, Origin((str(plugin),)), CheckOptions(time_limit=5))
    (pid,) = {int(str(pool.check([task("a", spec("pid"))])[0][0].measured)) for _ in range(2)}
    os.kill(pid, signal.SIGKILL)
    assert statuses(pool.check([task("a, b", NO_COMMA, spec("print"))])[0]) == [
        "violated",
        "satisfied",
    ]
    pool.close()


def test_closing_a_pool_ends_what_it_does(plugin: Path) -> None:
    pool = PoolVerifying(1, Origin((str(plugin),)), CheckOptions(time_limit=0))
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(pool.check, [task("a", spec("native")), task("b", NO_COMMA)])
        time.sleep(1)
        pool.close()
        with pytest.raises(HirKitError, match="were closed while they had work"):
            asked.result(timeout=30)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_fork_has_workers_of_its_own() -> None:
    script = textwrap.dedent("""
        import os
        from hir_kit.verify.checker import CheckOptions
        from hir_kit.model.constraint import ConstraintSpec
        from hir_kit.plugins.kit import Origin
        from hir_kit.rewards.verifying import CheckTask, PoolVerifying

        pool = PoolVerifying(1, Origin(), CheckOptions())
        job = CheckTask((ConstraintSpec("punctuation:no_comma"),), "a, b")
        first = pool.check([job])
        child = os.fork()
        if not child:
            assert pool.check([job]) == first
            raise SystemExit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert pool.check([job]) == first
    """)
    path = os.pathsep.join(filter(None, sys.path))
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env={**os.environ, "PYTHONPATH": path},
        check=True,
        timeout=60,
    )


def test_a_closed_pool_starts_again(pool: PoolVerifying) -> None:
    pool.close()
    assert statuses(pool.check([task("d", NO_COMMA)])[0]) == ["satisfied"]


def test_a_worker_that_cannot_start(tmp_path: Path) -> None:
    pool = PoolVerifying(1, Origin((str(tmp_path / "absent.py"),)), CheckOptions(time_limit=1))
    with pytest.raises(PluginError, match=r"cannot read the plugin .*absent\.py"):
        pool.check([task("a", NO_COMMA)])
