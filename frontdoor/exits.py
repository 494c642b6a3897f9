"""Exit codes: what the command line tells the shell."""

from enum import IntEnum


class Exit(IntEnum):
    """0 done, 1 our fault, 2 usage (typer's own), 3 your files need attention, 130 stopped."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    ATTENTION = 3
    STOPPED = 130
