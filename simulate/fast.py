"""Whether arithmetic is compiled by numba, and element-by-element functions that give the same bits either way."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
from collections.abc import Callable
from typing import Any

SWITCH = "FRONTDOOR_NUMBA"


def compiles(wanted: bool | None = None) -> bool:
    """Whether code runs compiled: as `wanted`, else as FRONTDOOR_NUMBA says (0: no), where numba is installed."""
    if wanted is None:
        wanted = os.environ.get(SWITCH, "1") != "0"
    return wanted and _installed()


def elementwise(signature: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A function of numbers that works on arrays too; compiled to one pass over them where numba is wanted.

    `signature`: numba's, as in "float64(uint64, uint64)". Only whole numbers and exact steps of floats belong in it:
    those are the same to the last bit in NumPy and compiled.
    """

    def one(plain: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(plain)
        def either(*arrays: Any) -> Any:
            return (_vectorised(plain, signature) if compiles() else plain)(*arrays)

        return either

    return one


@functools.cache
def looped(plain: Callable[..., Any]) -> Callable[..., Any]:
    """A function with loops over arrays, compiled by numba; the machine code is kept on disk."""
    njit: Any = importlib.import_module("numba").njit
    compiled: Callable[..., Any] = njit(cache=True)(plain)
    return compiled


@functools.cache
def _installed() -> bool:
    return importlib.util.find_spec("numba") is not None


@functools.cache
def _vectorised(plain: Callable[..., Any], signature: str) -> Callable[..., Any]:
    vectorize: Any = importlib.import_module("numba").vectorize
    one: Callable[..., Any] = vectorize([signature], cache=True)(plain)
    return one
