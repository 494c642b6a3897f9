"""What notebooks import: every door opens, and importing the package costs nothing."""

import subprocess
import sys

import pytest

import frontdoor


@pytest.mark.parametrize("name", list(frontdoor.DOORS))
def test_every_door_opens(name: str) -> None:
    assert callable(getattr(frontdoor, name))
    assert name in dir(frontdoor)


def test_a_wrong_door_is_answered_with_the_right_ones() -> None:
    with pytest.raises(AttributeError, match="it has load, run"):
        _ = frontdoor.smallestteam


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys, frontdoor; print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
