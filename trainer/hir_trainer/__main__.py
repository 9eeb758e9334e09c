"""`python -m hir_trainer CONFIG.yaml`, which is what `accelerate launch -m hir_trainer` starts."""

from __future__ import annotations

import sys

import click

from hir_kit.errors import HirKitError
from hir_trainer.cli import train


def main() -> int:
    """Run the command; a mistake in its input is one line on stderr and exit code 2."""
    try:
        train(prog_name="python -m hir_trainer", standalone_mode=False)
    except (HirKitError, click.ClickException) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        print(f"Error: {message}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
