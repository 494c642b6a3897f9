"""Possible futures of demand: observed months in, whole joint sample paths out."""
