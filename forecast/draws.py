"""Random generators, one for each path and purpose: path r is the same however many paths are drawn."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def generators(seed: int, purpose: str, paths: int) -> list[np.random.Generator]:
    """A generator for each path, keyed by (seed, purpose, path)."""
    key = zlib.crc32(purpose.encode())
    return [
        np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(key, path))))
        for path in range(paths)
    ]


def normals(streams: list[np.random.Generator], shape: tuple[int, ...]) -> Array:
    """Standard normal numbers, shape (paths, *shape)."""
    return np.array([stream.standard_normal(shape) for stream in streams])


def poisson(streams: list[np.random.Generator], rates: Array) -> Array:
    """Whole counts with these means, shape of `rates`: (paths, …)."""
    return np.array([stream.poisson(rate) for stream, rate in zip(streams, rates, strict=True)], dtype=np.float64)


def binomial(streams: list[np.random.Generator], counts: Array, shares: Array) -> Array:
    """How many of whole counts, each with its chance, shape of `counts`: (paths, …)."""
    rows = zip(streams, counts.astype(np.int64), np.clip(shares, 0.0, 1.0), strict=True)
    return np.array([stream.binomial(count, share) for stream, count, share in rows], dtype=np.float64)


def rounded(streams: list[np.random.Generator], values: Array) -> Array:
    """Whole numbers whose mean is the value: rounded up with the chance of its fraction, shape of `values`."""
    up = np.array([stream.random(row.shape) for stream, row in zip(streams, values, strict=True)])
    return np.asarray(np.floor(values + up))
