"""What a rulebook can say. Every field has a default that decides nothing.

A value is only as good as where it comes from: `Rulebook.sources` says where, and whether it
could be verified. The text of this package is data about rules, not the rules themselves.
"""

from dataclasses import dataclass

from tracker.racing.vocabulary import RaceTime

Points = float
"""Points: whole in most series, halves in some. Sums of halves are exact."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Source:
    """Where values of a rulebook come from."""

    values: tuple[str, ...]
    """Names of the fields, such as `points.table`."""
    tag: str
    """A source, in words that find it again."""
    verified: bool = True
    """False for general knowledge and fan summaries: check it against the series' own book."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bonus:
    """Points for something other than a finishing position."""

    rule: str
    """`pole`, `fastest_lap`, `lap_led`, `most_laps_led` or `qualifying`."""
    points: tuple[Points, ...]
    """One value; for `qualifying` one for each place."""
    top: int | None = None
    """Only for a car classified in this place or better."""
    least_distance: float = 0.0
    """Only if at least this share of the distance was run."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """What a race scores that did not go the distance."""

    below: float
    """Share of the scheduled distance; less than this …"""
    table: tuple[Points, ...] = ()
    """… scores by this table, where there is one,"""
    share: float = 1.0
    """… or this share of the full points."""


@dataclass(frozen=True, slots=True)
class Longer:
    """What a longer race scores more."""

    duration: RaceTime
    """Scheduled for this long or longer."""
    times: float
    """Points are multiplied by this, halves rounded up."""


@dataclass(frozen=True, slots=True)
class PointsRules:
    """How a race scores."""

    table: tuple[Points, ...] = ()
    """Points by finishing position, the winner's first."""
    beyond: Points = 0
    """For every classified car below the table."""
    sprint: tuple[Points, ...] = ()
    """The table of a race announced as a sprint."""
    stage: tuple[Points, ...] = ()
    """By order at the end of every stage but the last, which is the race."""
    playoff_win: int = 0
    """Playoff points for the winner."""
    playoff_stage_win: int = 0
    """Playoff points for the winner of a stage."""
    bonuses: tuple[Bonus, ...] = ()
    reduced: tuple[Reduced, ...] = ()
    """By share of the distance, least first."""
    longer: tuple[Longer, ...] = ()
    minimum_laps: int = 0
    """Fewer laps by the leader score nothing at all."""
    minimum_laps_green: bool = False
    """Only laps without the safety car count for that."""
    class_scoped: bool = False
    """Each class scores for itself, by position in the class."""
    redistribute: bool = False
    """Cars behind an ineligible one move up in points; if not, it scores 0 and they stay."""
    disqualified_score: bool = False
    """A disqualified car, placed last, scores what that place is worth."""


@dataclass(frozen=True, slots=True)
class SeasonRules:
    """How races add up to standings, and who goes on to race for the title."""

    ties: tuple[str, ...] = ("wins", "places")
    """Equal on points: most wins, then most seconds, thirds, and so on."""
    regular_season: int | None = None
    """Races before the playoffs begin."""
    playoff_places: int = 0
    """0 where there are no playoffs."""
    winners_first: bool = False
    """Winners of a race take places before anyone does on points."""
    winner_within: int | None = None
    """… if that high in points at the end of the regular season."""
    season_bonus: tuple[int, ...] = ()
    """Playoff points by place at the end of the regular season."""
    playoff_start: int = 0
    """What every driver in the playoffs starts on; playoff points are added."""
    seeds: tuple[int, ...] = ()
    """What they start on by seed, where that does not depend on playoff points."""
    rounds: tuple[int, ...] = ()
    """Drivers still in at the start of each round."""
    round_races: int = 0
    """Races in a round; the last round is one race."""


@dataclass(frozen=True, slots=True)
class RedFlagRules:
    """What the result is when a race is stopped and not resumed."""

    order: str = "frozen"
    """`frozen` as at the red flag, or `lap_back`: as at the end of an earlier lap."""
    laps_back: int = 0
    """Laps before the last one the leader had completed."""
    official_at: float | None = None
    """Share of the distance from which a result is official; None where no share is set."""
    official_at_stage: int | None = None
    """The stage whose end makes a result official."""
    clock_stops: bool = True
    """Whether red-flag time is out of the race time."""
    time_is_given_back: bool = False
    """Whether a race to time is run that much longer."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What this series, in this season, decides differently."""

    id: str
    overtime: bool = False
    """Two laps after the schedule when a caution would end the race: F = max(S, n + 2)."""
    review_threshold: RaceTime = RaceTime(3_000)
    """A finish this close or closer is not decided by transponders (twice ±0.0015 s)."""
    classified_from: float = 0.0
    """Share of the winner's laps a car must complete to be classified; 0 places every starter."""
    minimum_lap_share: float = 0.6
    """A lap faster than this share of the best green lap is a second reading of one crossing."""
    minimum_lap: RaceTime = RaceTime(5_000_000)
    """… and never is a lap faster than this believed."""
    free_pass: bool = False
    """One lapped car gets a lap back at each caution."""
    classified_in_class: bool = False
    """`classified_from` is measured against the winner of the class, not of the race."""
    must_be_running: bool = False
    """Only a car that takes the checkered flag is classified."""
    finish_window: RaceTime | None = None
    """… and only one that takes it this soon after the winner; None where no time is set."""
    final_lap_limits: tuple[tuple[RaceTime, int | None], ...] = ()
    """A final lap longer than this costs so many laps; None: not classified. Longest last."""
    timed_finish: str = "leader_next_crossing"
    """A race to time ends with the leader's first crossing after the time is up."""
    extra_laps: int = 0
    """… and this many laps more."""
    flag_for_each_class: bool = False
    """The checkered flag falls for the leader of each class, not for the leader of the race."""
    tie: str = "shared"
    """A dead heat is a `shared` place, or goes to the car that led more before the last lap."""
    damaged_vehicle_clock: RaceTime | None = None
    """Time on pit road to repair crash damage; a car that needs longer is out."""
    red: RedFlagRules = RedFlagRules()
    points: PointsRules = PointsRules()
    season: SeasonRules = SeasonRules()
    sources: tuple[Source, ...] = ()

    def source(self, value: str) -> Source | None:
        """Where a value comes from; None for a default of the tracker's own."""
        return next((source for source in self.sources if value in source.values), None)

    @property
    def unverified(self) -> tuple[str, ...]:
        """Values that were not confirmed by the series' own book or by published results."""
        return tuple(
            value for source in self.sources if not source.verified for value in source.values
        )
