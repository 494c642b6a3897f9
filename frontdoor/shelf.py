"""What ships: scenarios and sweeps with their questions, and the schema that editors complete by."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from scenarios.design import sweep_library
from scenarios.document import read
from scenarios.load import library, load_document
from scenarios.schema import Scenario
from simulate.store import writable, write_text


def shelf() -> pd.DataFrame:
    """Scenarios and sweeps that ship: name, kind, title, question, hypothesis."""
    found = [("scenario", name, load_document(path)) for name, path in library().items()]
    found += [("sweep", name, read(path)) for name, path in sweep_library().items()]
    about = ("title", "question", "hypothesis")
    return pd.DataFrame(
        [{"name": name, "kind": kind, **{key: each.data.get(key, "") for key in about}} for kind, name, each in found]
    )


def write_schema(out: Path) -> Path:
    """Write the JSON Schema of scenarios; returns where."""
    writable(out.parent)
    write_text(json.dumps(Scenario.model_json_schema(), indent=2) + "\n", out)
    return out
