"""`python -m hir_kit` is `hir-kit`."""

from hir_kit.cli import main

main()
