"""What a model is asked with: `--set llm.KEY=VALUE`.

What has no influence on an answer, such as where the server is, is left out of provenance
(`exclude`); so are secrets, to which a base URL belongs: it may hold a password.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, NonNegativeFloat, NonNegativeInt, PositiveInt, SecretStr


def _secret(name: str) -> SecretStr | None:
    value = os.environ.get(name)
    return SecretStr(value) if value else None


def default_cache() -> str:
    """Return where answers are kept if nobody says where: the user's cache folder."""
    root = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return str(Path(root, "hir-kit", "answers.sqlite"))


class LlmOptions(BaseModel):
    """How a model behind an OpenAI-compatible server is asked."""

    base_url: SecretStr | None = Field(
        default_factory=lambda: _secret("OPENAI_BASE_URL"),
        exclude=True,
        description="The server, such as `http://127.0.0.1:8000/v1`. By default $OPENAI_BASE_URL. "
        "Without one nothing is sent anywhere.",
    )
    api_key: SecretStr | None = Field(
        default_factory=lambda: _secret("OPENAI_API_KEY"),
        exclude=True,
        description="The key. By default $OPENAI_API_KEY, which is where it belongs.",
    )
    model: str = Field(default="", description="The model, as the server names it.")
    extra: dict[str, Any] = Field(
        default_factory=dict,
        description="More fields of the request, as JSON, such as "
        '`{"chat_template_kwargs": {"enable_thinking": false}}`. `null` leaves one out.',
    )
    structured: Literal["auto", "json_schema", "json_object", "none"] = Field(
        default="auto",
        exclude=True,
        description="How the server is told to answer in JSON. `auto` finds out once.",
    )
    cache: str = Field(
        default_factory=default_cache,
        exclude=True,
        description="The file that keeps every answer. By default in the user's cache folder.",
    )
    offline: bool = Field(default=False, exclude=True, description="Answer from the cache only.")
    requests: str | None = Field(
        default=None, exclude=True, description="Write what is not in the cache to this batch file."
    )
    results: str | None = Field(
        default=None,
        exclude=True,
        description="Take the answers of this batch file into the cache.",
    )
    concurrency: PositiveInt = Field(
        default=64, exclude=True, description="Requests on their way at once, at most."
    )
    timeout: float = Field(
        default=60.0,
        gt=0,
        exclude=True,
        description="Seconds for one try, from sending to the last byte.",
    )
    retries: NonNegativeInt = Field(
        default=5, exclude=True, description="Tries after the first, where another may help."
    )
    longest_wait: NonNegativeFloat = Field(
        default=120.0,
        exclude=True,
        description="Seconds to wait before a try, at most, when the server asks for it.",
    )
    input_price: NonNegativeFloat = Field(
        default=0.0, exclude=True, description="Price of a million tokens sent."
    )
    output_price: NonNegativeFloat = Field(
        default=0.0,
        exclude=True,
        description="Price of a million tokens answered, for the summary.",
    )
