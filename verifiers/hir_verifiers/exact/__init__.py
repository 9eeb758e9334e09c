"""Fast twins of langdetect and NLTK: the same answers, found in a seventh of the time.

They stand on details of the two libraries that no interface promises. So they are used only with
the versions that they were compared with, by `hir_verifiers.analyses`; with any other version the
libraries themselves answer (`hir_verifiers.plain`).
"""

from __future__ import annotations

COMPARED_WITH = {"langdetect": ("1.0.9", "1.1"), "nltk": ("3.10.4", "3.11")}
"""By library: the first version that the twins were compared with, and the first one beyond."""
