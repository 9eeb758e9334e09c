"""The answers of judges, kept as they come: what was paid for is not asked for again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from hir_kit.errors import UsageError
from hir_kit.files import jsonl
from hir_kit.files.index import Index
from hir_kit.files.save import naming
from hir_kit.model.verdict import Status, Unanswered, Verdict
from hir_kit.verify.judge import Judge, Question

SCHEMA = 1


class Answers:
    """The answers of a run, in a file beside its output which is there until that is whole.

    The first line says what run it is, each one after it is an answer. A line counts when it is
    whole; a process that is killed loses none that it has written.

    Args:
        target: The output; None: nothing is kept, as it could not be gone on with.
        identity: What run it is.
        resume: Whether a run is gone on with.

    Raises UsageError where there are answers of another run, or of one that is not gone on with.
    """

    def __init__(
        self, target: Path | None, identity: Mapping[str, Any], *, resume: bool = False
    ) -> None:
        self._path = target and target.with_name(f".{target.name}.answers")
        self._identity: Any = jsonl.loads(jsonl.dumps(identity))
        self._stream: BinaryIO | None = None
        self._index = Index()
        if self._path is None or not self._path.is_file():
            return
        if not resume:
            raise UsageError(
                f"{self._path} holds the answers of an unfinished run: --resume goes on with it. "
                "To ask everything anew, remove that file"
            )
        self._restore(self._path)

    def _restore(self, path: Path) -> None:
        """Take the answers that are there; what was written by half goes."""
        with naming(str(path)), path.open("rb") as stream:
            self._index.add(
                (row["key"], jsonl.dumps(row["verdict"])) for row in self._whole(stream)
            )
            length = stream.tell()
        os.truncate(path, length)

    def _whole(self, stream: BinaryIO) -> Iterator[Any]:
        """Yield the answers, and leave the stream after the last one that is whole."""
        length = 0
        while (line := stream.readline()).endswith(b"\n"):
            row = jsonl.loads(line)
            if length:
                yield row
            else:
                self._compare(row)
            length += len(line)
        stream.seek(length)

    def _compare(self, header: Mapping[str, Any]) -> None:
        was, now = header.get("identity", {}), self._identity
        for name in dict.fromkeys([*was, *now]):
            if was.get(name) != now.get(name):
                raise UsageError(
                    f"cannot resume: {name} is {now.get(name)}, and was {was.get(name)} when the "
                    f"run began. Make it what it was, or remove {self._path} to ask anew"
                )

    @property
    def is_kept(self) -> bool:
        """Whether there is a file with answers."""
        return self._path is not None and self._path.is_file()

    def get(self, judge: Judge, question: Question) -> Verdict | None:
        """Return the answer that a stopped run has left; None where there is none."""
        found = self._index[_key(judge, question)]
        if not found:
            return None
        status, *rest = jsonl.loads(found[0])
        return Verdict(Status(status), *rest)

    def add(self, judge: Judge, question: Question, answer: Verdict) -> None:
        """Keep an answer; where there was none, the question will be asked again."""
        if self._path is None or isinstance(answer, Unanswered):
            return
        with naming(str(self._path)):
            if self._stream is None:
                self._stream = self._path.open("ab")
                if not self._stream.tell():
                    self._write({"schema": SCHEMA, "identity": self._identity})
            parts = [answer.status, answer.measured, answer.reason, answer.detail]
            self._write({"key": _key(judge, question), "verdict": parts})
            self._stream.flush()

    def _write(self, row: object) -> None:
        assert self._stream is not None
        self._stream.write(jsonl.dumps(row) + b"\n")

    def close(self, *, done: bool) -> None:
        """Close the file; take it away where the run is done."""
        self._index.close()
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
        if done and self._path is not None:
            self._path.unlink(missing_ok=True)


def _key(judge: Judge, question: Question) -> str:
    asked = [question.spec.to_json(), question.prompt, question.task, question.response]
    where = [judge.name, question.rollout, question.place]
    return hashlib.blake2b(jsonl.dumps([where, asked]), digest_size=16).hexdigest()
