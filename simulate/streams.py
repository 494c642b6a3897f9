"""Chance by purpose: one generator for each (seed, replication, purpose), and one key for each child.

A child carries a 64-bit key; every draw of theirs is a hash of the key and a purpose. So a draw depends on the
child and on nothing else: extra children, other shares or another order of events never shift it (common random
numbers). The hash is the finaliser of splitmix64 (Steele, Lea and Flood 2014, with Stafford's constants), applied
twice. Whole numbers give the same bits compiled or not.
"""

from __future__ import annotations

import functools
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from .fast import elementwise

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_11, _27, _30, _31 = (np.uint64(places) for places in (11, 27, 30, 31))


def stream(seed: int, replication: int, purpose: str) -> np.random.Generator:
    """The generator for one purpose of one replication; the same three always give the same numbers."""
    sequence = np.random.SeedSequence(seed, spawn_key=(replication, zlib.crc32(purpose.encode())))
    return np.random.Generator(np.random.PCG64DXSM(sequence))


def keys(generator: np.random.Generator, groups: npt.NDArray[np.int64], ranks: npt.NDArray[np.int64]) -> Keys:
    """Keys of children: the rank-th child of a group has the same key however many there are."""
    root = np.uint64(generator.integers(0, 2**64, dtype=np.uint64))
    stirred: Keys = mixed(mixed(groups.astype(np.uint64) + root) + ranks.astype(np.uint64))
    return stirred


def child_keys(parents: Keys, purpose: str) -> Keys:
    """Keys of the episodes that follow from others, as a return follows a closure."""
    stirred: Keys = mixed(parents ^ _constant(purpose))
    return stirred


def uniform(of: Keys, purpose: str) -> Floats:
    """One number between 0 and 1 (both excluded) for each key, for one purpose."""
    numbers: Floats = _between_0_and_1(of ^ _constant(purpose))
    return numbers


@elementwise("uint64(uint64)")
def mixed(bits: Keys) -> Keys:
    """64 bits stirred well: every bit of the result hangs on every bit given."""
    stirred = bits + _GOLDEN
    stirred = (stirred ^ (stirred >> _30)) * _FIRST
    stirred = (stirred ^ (stirred >> _27)) * _SECOND
    stirred = stirred ^ (stirred >> _31)
    stirred = (stirred ^ (stirred >> _30)) * _FIRST
    stirred = (stirred ^ (stirred >> _27)) * _SECOND
    return stirred ^ (stirred >> _31)


@elementwise("float64(uint64)")
def _between_0_and_1(bits: Any) -> Any:
    """Bits stirred once, which does for a key (stirred already) with a purpose; the first 53 of them as a fraction."""
    bits = bits + _GOLDEN
    bits = (bits ^ (bits >> _30)) * _FIRST
    bits = (bits ^ (bits >> _27)) * _SECOND
    return (((bits ^ (bits >> _31)) >> _11) + 0.5) * 2.0**-53


@functools.cache
def _constant(purpose: str) -> np.uint64:
    words = [zlib.crc32(purpose.encode(), start) for start in (0, 0x5EED)]
    return np.uint64(mixed(np.array([words[0] << 32 | words[1]], dtype=np.uint64))[0])
