"""What every verdict of every test must bear."""

from tracker.verdicts.judge import Verdicts
from tracker.verdicts.proof import unproven


def assert_proven(verdicts: Verdicts) -> None:
    """Every verdict has reasons, every reason has evidence, and every number is in it."""
    shown = (*verdicts.verdicts, *verdicts.also_considered)
    assert [claim for verdict in shown for claim in unproven(verdict)] == []
