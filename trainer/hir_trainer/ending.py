"""How processes that trained together come to an end."""

from __future__ import annotations

import atexit
import time
from functools import cache

_SETTLING_SECONDS = 0.2


@cache
def settle_at_exit() -> None:
    """Let this process settle before its interpreter ends; asked for again, nothing more."""
    atexit.register(settle)


def settle() -> None:
    """Close the process group, if there is one, and give its threads time.

    A thread of gloo may still hold tensors of the last exchange. To let go of them it needs the
    interpreter, and where that has begun to end, the thread ends the process with an abort. The
    model's wrapper keeps the group alive, so that nothing can wait for the thread: it gets time.
    """
    import torch.distributed as dist

    if dist.is_available() and dist.is_initialized():
        dist.destroy_process_group()
    time.sleep(_SETTLING_SECONDS)
