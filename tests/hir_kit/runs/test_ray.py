"""Relabelling on a Ray cluster of two nodes on this machine, one of which is lost."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hir_kit import cli

pytest.importorskip("ray", reason="ray is not installed: pip install 'hir-kit[ray]'")
pytestmark = pytest.mark.filterwarnings("default")  # of Ray's own: sockets and futures

SLOW = """
import os, time
from hir_kit import Response, verifier

@verifier("slow:yes", describe="Be slow.")
def yes(response: Response) -> bool:
    time.sleep(0.02)
    if "crash" in response.text:
        os.abort()
    return len(response.text) % 2 == 0
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from ray.cluster_utils import Cluster

    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    yield nodes
    nodes.shutdown()


def _dump(path: Path, groups: int = 120) -> Path:
    with path.open("w", encoding="utf-8") as stream:
        for number in range(groups):
            texts = [f"{number} {i} " + "word, " * 9000 for i in range(2)]
            texts[1] += "crash" if number == 50 else ""
            row = {
                "id": f"q{number}",
                "task": "Write.",
                "prompt": "Write. Use no comma. Be slow.",
                "constraints": [
                    {"id": "punctuation:no_comma", "text": "Use no comma."},
                    {"id": "slow:yes", "text": "Be slow."},
                ],
                "responses": texts,
            }
            stream.write(json.dumps(row) + "\n")
    return path


def test_a_node_that_is_lost_in_the_middle_changes_no_byte(cluster: Any, tmp_path: Path) -> None:
    plugin = tmp_path / "slow.py"
    plugin.write_text(SLOW, encoding="utf-8")
    dump = _dump(tmp_path / "dump.jsonl")
    plain, out = tmp_path / "plain.jsonl", tmp_path / "out.jsonl"
    options = ["--plugin", str(plugin)]
    assert cli.run(["relabel", str(dump), "-o", str(plain), *options, "--workers", "1"]) == 0
    node = cluster.add_node(num_cpus=2)
    cluster.wait_for_nodes()
    lost = threading.Event()

    def lose() -> None:
        part = tmp_path / ".out.jsonl.part"
        while not (part.exists() and part.stat().st_size):
            time.sleep(0.05)
        cluster.remove_node(node, allow_graceful=False)
        lost.set()

    threading.Thread(target=lose, daemon=True).start()
    ray = ["--engine", "ray", "--address", cluster.address]
    assert cli.run(["relabel", str(dump), "-o", str(out), *options, *ray]) == 0
    assert lost.is_set()
    assert out.read_bytes() == plain.read_bytes()
    assert out.read_bytes().count(b"the check ended its process") == 1


MINE = """
from pydantic import BaseModel
from hir_kit import Response, Verdict, Verifier, hookimpl

class Options(BaseModel):
    most: int = 0

options = Options()

class Most(Verifier, id="slow:yes"):
    def describe(self) -> str:
        return "Be slow."
    def check(self, response: Response) -> Verdict:
        return self.verdict(len(response.text) <= options.most, measured=options.most)

def configure(given):
    global options
    options = given

@hookimpl
def register_verifiers(register):
    register(Most)

@hookimpl
def register_options(register):
    register(Options, configure)
"""


def test_options_and_verdict_files_reach_the_nodes(cluster: Any, tmp_path: Path) -> None:
    plugin, given = tmp_path / "mine.py", tmp_path / "given.jsonl"
    plugin.write_text(MINE, encoding="utf-8")
    dump = _dump(tmp_path / "dump.jsonl", 2)
    plain, out = tmp_path / "plain.jsonl", tmp_path / "out.jsonl"
    options = ["--plugin", str(plugin), "--set", "mine.py.most=3"]
    assert cli.run(["verify", str(dump), "-o", str(given), *options, "--workers", "0"]) == 0
    unknown = given.read_text("utf-8").replace('"violated"', '"unknown"')
    given.write_text(unknown, encoding="utf-8")
    options += ["--verdicts", str(given)]
    assert cli.run(["verify", str(dump), "-o", str(plain), *options, "--workers", "0"]) == 0
    ray = ["--engine", "ray", "--address", cluster.address]
    assert cli.run(["verify", str(dump), "-o", str(out), *options, *ray]) == 0
    assert out.read_bytes() == plain.read_bytes()
    assert b'"measured":3' in out.read_bytes()


def test_what_cannot_be_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump = _dump(tmp_path / "dump.jsonl", 1)
    for options, said in (
        (["--address", "auto"], "--address is that of a Ray cluster"),
        (["--engine", "ray", "--workers", "2"], "--workers is for this machine"),
    ):
        assert cli.run(["verify", str(dump), *options]) == 2
        assert said in capsys.readouterr().err
