"""Who was on the lead lap when each yellow was shown.

Nobody published it, but it follows from the orders at the stage ends, the laps each car had when
it came in, who got the free passes and who finished on the lead lap.
"""

from __future__ import annotations

from simulators.kansas_2024.cars import FINISH, STAGE_1, STAGE_2
from simulators.kansas_2024.race import CAUTIONS

# After that many laps of the leader, the cars a lap down or more; the first of them first.
LAPPED: dict[int, tuple[str, ...]] = {
    80: STAGE_1[33:],
    165: STAGE_2[29:],
    175: ("42", "99", "31", "33", "43", "21", "16", "15"),
    184: ("99", "31", "33", "43", "21", "16", "15"),
    191: ("43", "31", "33", "16", "15", "21"),
    197: ("43", "31", "33", "16", "15", "21"),
    260: ("23", "77", "7", "99", "41", "71", "31", "16", "54", "33", "22", "15", "21"),
}


def running(lap: int) -> list[str]:
    """The cars that complete a lap, in the order of the results."""
    return [car for car, finish in FINISH.items() if finish.laps >= lap]


def on_lead_lap(after_lap: int) -> list[str]:
    """The cars on the lead lap when a yellow was shown."""
    return [car for car in running(after_lap) if car not in LAPPED[after_lap]]


def beneficiaries() -> dict[int, str]:
    """The first car a lap down of each caution that had a free pass."""
    return {
        caution.after_lap: caution.beneficiary
        for caution in CAUTIONS
        if caution.beneficiary is not None
    }
