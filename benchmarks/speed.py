"""How fast hir-kit is, and how much memory it takes: all of it side by side, one table of ratios.

    python -m benchmarks.speed [--megabytes 200] [--rounds 7]

runs `ifeval_reference`, `ifbench_reference`, `relabel_ratio` and `scale`, which say more, one after
the other. The dumps are made of the shared responses; the largest has ten times as much as
`--megabytes`. It needs the packages in benchmarks/requirements.txt, and a quiet machine. What
`--python` is for is said in `scale`.
"""

from __future__ import annotations

import argparse
import sys
from statistics import median

from benchmarks import ifbench_reference, ifeval_reference, relabel_ratio, scale


def main() -> None:
    """Run all, then print the table."""
    parser = argparse.ArgumentParser(description="Measure hir-kit side by side with others.")
    parser.add_argument("--megabytes", type=int, default=200, help="size of the smaller dump")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each side, >= 5")
    parser.add_argument("--python", default=sys.executable, help="what relabels dumps")
    options = parser.parse_args()
    python = f"--python={options.python}"
    size, rounds = f"--megabytes={options.megabytes}", f"--rounds={options.rounds}"
    ratios = ifeval_reference.main([rounds])
    print()
    ratios += ifbench_reference.main([rounds])
    print()
    ratios += relabel_ratio.main([rounds, python])
    print()
    ratios += scale.main([size, rounds, python])
    print("\n| ratio | median | from | to | aim |\n| --- | ---: | ---: | ---: | --- |")
    for what, found, aim in ratios:
        print(f"| {what} | {median(found):.2f} | {min(found):.2f} | {max(found):.2f} | {aim} |")


if __name__ == "__main__":
    main()
