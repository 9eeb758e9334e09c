"""The one place where hir-kit's version stands."""

__version__ = "0.1.0"
