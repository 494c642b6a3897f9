"""Write the documents that are generated: `python docs/build.py`. A test holds them to what this writes."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from report.describe import described  # noqa: E402  (the path above must come first)
from report.sources import assumptions  # noqa: E402
from scenarios import load  # noqa: E402
from scenarios.measure_names import measure_names  # noqa: E402
from simulate.dictionary import dictionary  # noqa: E402

WORKED_CASE = "west-sussex"


def documents() -> dict[str, str]:
    """Every generated document by file name."""
    scenario = load.load(WORKED_CASE)
    return {
        "model-west-sussex.md": described(scenario),
        "data-dictionary.md": dictionary(measure_names(load.as_data(scenario))),
        "assumptions.md": assumed(),
    }


def assumed() -> str:
    """The assumptions log of the worked case: what no statistic stands behind, and how far each may be wrong."""
    log = assumptions(load.load(WORKED_CASE))
    rows = log[log["assumed"]].to_dict("records")
    lines = [
        "# Assumptions log of the worked case",
        "",
        f"{len(rows)} of {len(log)} numbers of `{WORKED_CASE}` rest on no statistic. Each is a line of the scenario",
        "that a planner can change; its range feeds the sensitivity chart. What-ifs state theirs in their own files.",
        "",
        "| setting | value | unit | range | note |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        known = [end for end in (row["low"], row["high"]) if end not in (None, "") and end == end]
        cells = (f"`{row['setting']}`", row["value"], row["unit"], " to ".join(map(str, known)), row["note"] or "")
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for name, text in documents().items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")
