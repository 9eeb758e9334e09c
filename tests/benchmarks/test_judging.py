"""The benchmark of judging, small: kills at random moments lose nothing that was paid for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_kills_at_random_moments_lose_no_paid_answer() -> None:
    small = "--questions 40 --rounds 1 --latency 0.001 --kills 5"
    command = [sys.executable, "-m", "benchmarks.judging", *small.split()]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert told.returncode == 0, told.stderr
    found = re.search(r"5 kills: (\d+) answers paid for, (\d+) of them lost", told.stdout)
    assert found, told.stdout
    assert int(found[1]) > 10
    assert int(found[2]) == 0
    assert told.stdout.count("| from the cache |") == 1
