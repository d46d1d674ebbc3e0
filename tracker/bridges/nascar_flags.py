"""Flags of a NASCAR race, which are published by lap and not by time.

`LapsCompleted: k` with a state is the flag as the leader completed lap k, so the state changed
while it had completed k - 1; a green came shortly before the line, where restarts are. Where the
official caution segments are given they decide: their first and last laps run under yellow are not
those of the lap file, which differ by a lap, by another in other seasons.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tracker.bridges.converted import RACE_CONTROL, Converted, name
from tracker.bridges.nascar_laps import CAUTION, CHECKERED, GREEN, RED
from tracker.bridges.nascar_weekend import Caution, reasons
from tracker.feed.envelope import Report
from tracker.feed.officials import FlagChanged

BEFORE_THE_LINE = 2_000_000
"""Microseconds before the line at which a restart is waved, at most."""
STOOD = 300_000_000
"""Behind the pace car the longest circuit takes half as long."""
NEAR = 2
"""Laps by which two files may differ about one caution."""
KNOWN = {GREEN, CAUTION, RED, CHECKERED, 5, 8, 9}
"""5 is white, which is worked out; 8 and 9 are before and after the race."""


def periods(flags: Mapping[int, int], length: int) -> list[Caution]:
    """Cautions and stoppages by the states of a lap file, with the laps they lasted."""
    found: list[Caution] = []
    state, since = GREEN, 1
    for lap in range(1, length + 1):
        now = flags.get(lap, state)
        now = GREEN if now not in (CAUTION, RED) and lap < length else now
        if now == state:
            continue
        if state in (CAUTION, RED):
            found.append(Caution(since, lap - 1 if now != CHECKERED else None, "", "", state))
        state, since = now, lap
    if state in (CAUTION, RED):
        found.append(Caution(since, None, "", "", state))
    return found


def chosen(
    flags: Mapping[int, int],
    official: Sequence[Caution],
    besides: Sequence[Caution],
    length: int,
    converted: Converted,
) -> tuple[list[Caution], bool]:
    """The cautions to tell, and whether they are the official segments."""
    by_lap = periods(flags, length)
    if not official:
        return [commented(one, besides) for one in by_lap] if flags else list(besides), False
    near = {
        one: [other for other in by_lap if abs(other.first_lap - one.first_lap) <= NEAR]
        for one in official
    }
    shifts = Counter(
        found[0].last_lap - one.last_lap
        for one, found in near.items()
        if found and found[0].last_lap is not None and one.last_lap is not None
    )
    usual = next((shift for shift, count in shifts.most_common(1) if count > 1), None)
    for one, found in near.items() if flags else ():
        if found and laps_of(found[0]) == laps_of(one):
            continue
        other = f"{found[0].first_lap} to {found[0].last_lap}" if found else "nothing"
        converted.odd.append(
            f"caution of laps {one.first_lap} to {one.last_lap}: the lap file has {other}"
            + (why_other(one, found[0], usual) if found else "")
        )
    return [commented(one, besides) for one in official], True


def why_other(one: Caution, found: Caution, usual: int | None) -> str:
    """How a lap file's caution differs from the official one, beyond what is usual in that file.

    What `LapsCompleted` counts differs between seasons, which moves every caution of a file alike.
    """
    if one.last_lap is None or found.last_lap is None:
        return ""
    laps, other = one.last_lap - one.first_lap, found.last_lap - found.first_lap
    if laps != other:
        return f": {other + 1} laps, not {laps + 1}; the official segment is believed"
    shift = found.last_lap - one.last_lap
    return f", {moved(shift)}{' like most of its cautions' if shift == usual else ''}"


def moved(laps: int) -> str:
    """By how many laps, in words."""
    return f"{abs(laps)} lap{'s' if abs(laps) > 1 else ''} {'earlier' if laps < 0 else 'later'}"


def laps_of(one: Caution) -> tuple[int, int | None]:
    """First and last lap."""
    return one.first_lap, one.last_lap


def commented(one: Caution, besides: Sequence[Caution]) -> Caution:
    """A caution with what another file says of it."""
    near = [other for other in besides if abs(other.first_lap - one.first_lap) <= NEAR]
    if not near:
        return one
    other = min(near, key=lambda other: abs(other.first_lap - one.first_lap))
    return Caution(
        one.first_lap,
        one.last_lap,
        " / ".join(text for text in (one.comment, other.comment) if text),
        one.beneficiary or other.beneficiary,
        one.flag,
    )


def around_red(cautions: Sequence[Caution]) -> Iterator[Caution]:
    """Cautions in order; one in which the race was stopped, as what was before and after that."""
    reds = [one for one in cautions if one.flag == RED]
    for one in sorted(cautions, key=lambda one: one.first_lap):
        within = [
            red for red in reds
            if one.flag == CAUTION and one.first_lap <= red.first_lap
            and (one.last_lap is None or red.first_lap <= one.last_lap)
        ]  # fmt: skip
        since: int | None = one.first_lap
        for red in within:
            if since is not None:
                yield replace(one, first_lap=since, last_lap=red.first_lap - 1)
            since = None if red.last_lap is None else red.last_lap + 1
        if since is not None and (one.last_lap is None or since <= one.last_lap or not within):
            yield replace(one, first_lap=since)


def goes_on(one: Caution, cautions: Sequence[Caution]) -> bool:
    """Whether a caution is what was left of another after the race had been stopped."""
    ended = {other.last_lap: other for other in cautions}
    red = ended.get(one.first_lap - 1)
    return red is not None and red.flag == RED and (red.first_lap - 1) in ended


def stopped_unsaid(
    leader: Sequence[int], cautions: Sequence[Caution], converted: Converted
) -> None:
    """Name laps under yellow in which the race must have stood, though no red flag is told."""
    laps = len(leader) - 1
    for one in cautions:
        last = laps if one.last_lap is None else min(one.last_lap, laps)
        for lap in range(max(1, one.first_lap), last + 1) if one.flag == CAUTION else ():
            spent = leader[lap] - leader[lap - 1]
            if spent > STOOD:
                converted.odd.append(
                    f"lap {lap} under caution took the leader {spent / 1e6:.0f} s: the race was "
                    "stopped, perhaps, and no red flag is told"
                )


def flag_reports(
    leader: Sequence[int],
    flags: Mapping[int, int],
    official: Sequence[Caution],
    besides: Sequence[Caution],
    converted: Converted,
    overtime: bool = False,
) -> Iterator[Report]:
    """Green, every caution, the white flag and the checkered; `leader` is when lap k was led."""
    unknown = sorted({state for state in flags.values() if state not in KNOWN})
    if unknown:
        converted.left_out.append(f"flag states that are not known: {unknown}")
    laps = len(leader) - 1
    cautions, segments = chosen(flags, official, besides, laps, converted)
    cautions = list(around_red(cautions))
    yield Report(RACE_CONTROL, "flag/green", FlagChanged(flag="green", t_us=0))
    under_yellow: set[int] = set()
    number = 0
    for one in sorted(cautions, key=lambda one: (one.first_lap, one.flag)):
        if not 1 <= one.first_lap <= laps:
            converted.left_out.append(f"a caution from lap {one.first_lap}, which nobody ran")
            continue
        last = laps if one.last_lap is None else min(one.last_lap, laps)
        under_yellow.update(range(one.first_lap, last + 1))
        number += one.flag == CAUTION and not goes_on(one, cautions)
        shown = (leader[one.first_lap - 1] + leader[one.first_lap]) // 2
        if one.first_lap == laps and overtime:
            # Under these rules that flag ends the race where the cars are, which no file tells.
            shown = leader[laps] + 1
            converted.odd.append(
                f"caution on the final lap, {laps}: told after it, for the order is known there"
            )
        yield Report(
            RACE_CONTROL,
            f"flag/{one.first_lap}/{'red' if one.flag == RED else 'caution'}",
            FlagChanged(
                flag="red" if one.flag == RED else "caution",
                t_us=shown,
                lap=one.first_lap - 1,
                caution=number if one.flag == CAUTION else None,
                reasons=reasons(one.comment),
                beneficiary=one.beneficiary or None,
                text=name(one.comment, 500) or None,
            ),
        )
        followed = any(
            other.first_lap == last + 1 and (not segments or RED in (one.flag, other.flag))
            for other in cautions
            if other is not one
        )
        if last < laps and not followed:
            lap_time = leader[last + 1] - leader[last]
            at = leader[last + 1] - min(BEFORE_THE_LINE, lap_time // 10)
            at = leader[last] + 1_000 if segments else at
            yield Report(
                RACE_CONTROL,
                f"flag/{last}/green",
                FlagChanged(flag="green", t_us=at, lap=last),
            )
    stopped_unsaid(leader, cautions, converted)
    if laps > 1 and laps not in under_yellow and laps - 1 not in under_yellow:
        white = FlagChanged(flag="white", t_us=leader[-2] + 1, lap=laps - 1)
        yield Report(RACE_CONTROL, "flag/white", white)
    finish = FlagChanged(flag="checkered", t_us=leader[-1], lap=laps)
    yield Report(RACE_CONTROL, "flag/checkered", finish)
