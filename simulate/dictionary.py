"""The data dictionary: every column of the result tables and every measure of a service, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from scenarios.measure_names import Named

from .tables import daily_schema, measure_schema

if TYPE_CHECKING:
    import pandera.pandas as pa


def dictionary(named: Mapping[str, Named]) -> str:
    """Markdown: the columns of MeasureTable and DailyTable from the schemas they are checked by, then all measures."""
    lines = ["# Data dictionary", ""]
    for schema in (measure_schema(), daily_schema()):
        lines += [f"## {schema.name}", "", str(schema.description), "", *_columns(schema), ""]
    lines += ["## Measures", "", "Measures of a financial year cover the part of it that is simulated.", ""]
    return "\n".join([*lines, *_measures(named), ""])


def _columns(schema: pa.DataFrameSchema) -> Iterator[str]:
    yield "| Column | Kind | Meaning |"
    yield "| --- | --- | --- |"
    for name, column in schema.columns.items():
        yield f"| `{name}` | {column.dtype} | {column.description} |"


def _measures(named: Mapping[str, Named]) -> Iterator[str]:
    yield "| Measure | Unit | Meaning | Place |"
    yield "| --- | --- | --- | --- |"
    for name, about in named.items():
        yield f"| `{name}` | {about.unit} | {about.title} | {about.place or 'whole service'} |"
