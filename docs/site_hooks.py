"""The site's hook for mkdocs: files of the repository that pages link to are part of the site.

The pages are read on a code host, too, where links lead through the repository. On the site the
contents of `docs/` stand at the top, and beside them, under their own path, those files outside of
it that a page links to, and that these link to.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
_DOCS = "docs/"
_FENCES = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(\]\()([^)\s#:]+)(?=[)#])")


def on_files(files: Files, *, config: Any) -> Files:
    """Add the files outside of docs/ that pages link to, and that these link to."""
    left = [_DOCS + file.src_uri for file in files.documentation_pages()]
    seen = set(left)
    for page in left:
        for target in _targets(page):
            if target in seen or not (ROOT / target).is_file():
                continue
            seen.add(target)
            if target.endswith(".md"):
                left.append(target)
            if not target.startswith(_DOCS):
                files.append(File.generated(config, target, abs_src_path=str(ROOT / target)))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Return the page with its links as they lead on the site."""
    uri = page.file.src_uri
    where = uri if page.file.generated_by else _DOCS + uri

    def led(match: re.Match[str]) -> str:
        target = _site(_resolved(where, match[2]))
        return match[1] + posixpath.relpath(target, posixpath.dirname(uri) or ".")

    parts = _FENCES.split(markdown)
    return "".join(part if part.startswith("```") else _LINK.sub(led, part) for part in parts)


def _targets(page: str) -> Iterator[str]:
    text = _FENCES.sub("", (ROOT / page).read_text(encoding="utf-8"))
    for match in _LINK.finditer(text):
        yield _resolved(page, match[2])


def _resolved(page: str, link: str) -> str:
    """Return the path in the repository that a link of a page leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), link))


def _site(path: str) -> str:
    """Return the path on the site of a path in the repository."""
    return path.removeprefix(_DOCS)
