"""One try at a server: what came back, or why it is no answer and whether to try again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import jsonl
from hir_plugin_llm.line import Line, Response, UnreachableError

_AGAIN = frozenset((408, 409, 425, 429))
_NEVER = ("insufficient_quota", "billing_hard_limit_reached")
_LONGEST = 200  # characters of what a server says


class TryError(Exception):
    """A try that gave no answer.

    Attributes:
        reason: Why, on one line.
        again: Whether another try may help.
        wait: The seconds that the server asks to wait before; None where it does not say.
        status: The HTTP status; None where there was none.
    """

    def __init__(
        self, reason: str, *, again: bool, wait: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(reason)
        self.reason, self.again, self.wait, self.status = reason, again, wait, status


async def post(line: Line, body: Mapping[str, Any], secret: str, seconds: float) -> dict[str, Any]:
    """Return the answer of a server, `{"choice": ..., "usage": ..., "model": ...}`.

    Args:
        line: The connection.
        body: The body of the request.
        secret: The key, which is kept out of whatever comes back; empty: none.
        seconds: How long it may take, to the last byte.

    Raises TryError.
    """
    import anyio

    try:
        with anyio.fail_after(seconds):
            response = await line.post(jsonl.dumps(body))
    except TimeoutError:
        raise TryError(f"no whole answer within {seconds:g} s", again=True) from None
    except UnreachableError as error:
        raise TryError(f"the server cannot be reached: {error}", again=True) from None
    text = response.body.decode("utf-8", "replace")
    text = text.replace(secret, "***") if secret else text
    if response.status != 200:
        raise _refused(response, text)
    return _read(text)


def _refused(response: Response, text: str) -> TryError:
    status = response.status
    is_spent = any(code in text for code in _NEVER)
    again = (status in _AGAIN or status >= 500) and not is_spent
    said = _message(_parsed(text))
    reason = f"the server answered HTTP {status}" + (f": {said}" if said else "")
    wait = _wait(response.headers.get(b"retry-after", b"").decode("latin-1"))
    return TryError(reason, again=again, wait=wait, status=status)


def _parsed(text: str) -> object:
    try:
        return jsonl.loads(text)
    except ValueError:
        return None


def _message(data: object) -> str:
    """Return what an error says of itself, on one line; nothing of a page for people."""
    error = data.get("error", data) if isinstance(data, dict) else None
    said = error.get("message") if isinstance(error, dict) else error
    return " ".join(said.split())[:_LONGEST] if isinstance(said, str) else ""


def _wait(header: str) -> float | None:
    """Return the seconds of a Retry-After, which is a number or a date; None where it is none."""
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    from datetime import datetime, timezone
    from email.utils import parsedate_to_datetime

    try:
        left = parsedate_to_datetime(header) - datetime.now(timezone.utc)
    except (ValueError, TypeError):  # no date, or one without a zone
        return None
    return max(0.0, left.total_seconds())


def _read(text: str) -> dict[str, Any]:
    """Return the answer in a body that came with status 200."""
    try:
        data: Any = jsonl.loads(text)
    except ValueError:
        raise TryError("the server answered with no JSON", again=True) from None
    try:
        return answer_of(data)
    except ValueError as error:
        raise TryError(f"the server answered with {error}", again=True) from None


def answer_of(data: Any) -> dict[str, Any]:
    """Return what is kept of a chat completion; raises ValueError where it is none."""
    if not isinstance(data, dict):
        raise ValueError("no object")
    if data.get("error"):
        raise ValueError(f"an error: {_message(data) or 'unexplained'}")
    choices = data.get("choices")
    if not isinstance(choices, list) or not choices:
        raise ValueError("no choices")
    choice = choices[0]
    if not isinstance(choice, dict) or not isinstance(choice.get("message"), dict):
        raise ValueError("a choice without a message")
    usage = data.get("usage")
    return {
        "choice": choice,
        "usage": usage if isinstance(usage, dict) else {},
        "model": data["model"] if isinstance(data.get("model"), str) else None,
    }
