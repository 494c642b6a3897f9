"""A store of pieces that a kill at any instant leaves whole: a piece is there, complete, or not there.

Each piece is one file, written under another name and moved into place, and named by what it is of and by a hash of
its own bytes; a file whose bytes do not fit its name is passed over and its piece run again. Decision record 0403.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pandas as pd

from .store import PARTIAL, in_place

SUFFIX = ".parquet"
LEFT_BEHIND = 3600
"""Seconds after which a half-written piece is nobody's any more."""


@dataclass(frozen=True)
class Store:
    """Pieces in a folder, by key."""

    folder: Path
    found: dict[str, Path] = field(default_factory=dict)

    def holds(self, key: str) -> bool:
        """Whether a piece is there whole."""
        return self._bytes(key) is not None

    def read(self, key: str) -> pd.DataFrame:
        """A piece; raises KeyError where it is not there whole."""
        kept = self._bytes(key)
        if kept is None:
            raise KeyError(key)
        return pd.read_parquet(BytesIO(kept), engine="pyarrow")

    def write(self, key: str, piece: pd.DataFrame) -> None:
        """Keep a piece."""
        buffer = BytesIO()
        piece.to_parquet(buffer, index=False, engine="pyarrow", compression="zstd")
        kept = buffer.getvalue()
        path = self.folder / f"{key}.{_digest(kept)}{SUFFIX}"
        with in_place(path) as beside, beside.open("wb") as file:
            file.write(kept)
            file.flush()
            os.fsync(file.fileno())
        self.found[key] = path

    def _bytes(self, key: str) -> bytes | None:
        path = self.found.get(key)
        if path is None or not path.is_file():
            return None
        kept = path.read_bytes()
        return kept if path.name == f"{key}.{_digest(kept)}{SUFFIX}" else None


def opened(folder: Path) -> Store:
    """The store in a folder, made where there is none; what was left half-written long ago is cleared away.

    What is younger may be another command's, which is just writing it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{PARTIAL}*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND:
                left.unlink()
    return Store(folder, {path.name.split(".")[0]: path for path in sorted(folder.glob(f"*{SUFFIX}"))})


def pruned(store: Store, keys: set[str]) -> None:
    """Take pieces out that are broken, half-written or that no member needs any more."""
    for left in store.folder.glob(f"{PARTIAL}*"):
        left.unlink(missing_ok=True)
    for path in store.folder.glob(f"*{SUFFIX}"):
        key = path.name.split(".")[0]
        if key not in keys or store.found.get(key) != path:
            path.unlink(missing_ok=True)


def _digest(kept: bytes) -> str:
    return hashlib.sha256(kept).hexdigest()[:16]
