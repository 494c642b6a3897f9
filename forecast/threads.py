"""Linear algebra on one thread: one series' matrices are too small to share, and sharing costs five times more."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
from typing import Any


@functools.cache
def _controller() -> Any:
    if importlib.util.find_spec("threadpoolctl") is None:
        return None
    return importlib.import_module("threadpoolctl").ThreadpoolController()


def one_thread() -> contextlib.AbstractContextManager[Any]:
    """Context in which BLAS uses one thread where threadpoolctl is installed; elsewhere it changes nothing."""
    controller = _controller()
    limited: contextlib.AbstractContextManager[Any] = (
        contextlib.nullcontext() if controller is None else controller.limit(limits=1)
    )
    return limited
