"""The benchmark of memory, small: the estimate of a dry run is near what a run takes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="it reads Linux's /proc")
def test_the_estimate_is_within_a_quarter_of_what_a_run_takes() -> None:
    pytest.importorskip("trl")
    small = "--methods sft --layers 8 --hidden 384"
    command = [sys.executable, "-m", "benchmarks.memory", *small.split()]
    given = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    told = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=500)
    assert told.returncode == 0, told.stderr
    ratio = re.search(r"\| sft \|.*\| ([\d.]+) \|", told.stdout)
    assert ratio, told.stdout
    assert 0.75 < float(ratio[1]) < 1.25, told.stdout
