"""Races within the race: class places, gaps, winners; and a trophy inside a class."""

from tests.racing.story import Story, at, story
from tracker.racing.classes import class_leader, class_places, class_result, class_winner, classes
from tracker.racing.classification import classification
from tracker.racing.events import CarEntered
from tracker.racing.running_order import running_order
from tracker.racing.vocabulary import EntryId

FIELD = {"10": ("GTP",), "31": ("GTP",), "22": ("LMP2",), "52": ("LMP2", "LMP2 Pro/Am")}


def field() -> Story:
    """Two classes and a trophy, mixed on the track."""
    told = story(*FIELD, laps=3, rulebook="imsa/2024").green()
    for car, names in FIELD.items():
        told.told(CarEntered(EntryId(car), car, classes=names), source="control")
    told.laps("10", 100, 200).laps("22", 104, 208).laps("31", 105, 205).laps("52", 110, 211)
    return told


def test_class_gaps_and_intervals_are_among_the_cars_of_the_class() -> None:
    race = field().race
    order = running_order(race)
    assert [car.entry for car in order] == ["10", "31", "22", "52"]
    assert classes(order) == ["GTP", "LMP2", "LMP2 Pro/Am"]
    first, second = class_places(order, "LMP2")
    assert (first.position, first.leader.entry) == (1, "22")
    assert (second.position, second.behind_leader.time) == (2, at(3))
    assert second.behind_next.time == at(3)
    leader = class_leader(order, "LMP2 Pro/Am")
    assert leader is not None
    assert leader.entry == "52"
    assert class_leader(order, "GTD") is None


def test_class_interval_is_in_laps_where_laps_differ() -> None:
    """Car 52 comes round a lap behind the leader of the race, car 22 on his lap."""
    told = story(*FIELD, laps=9, rulebook="imsa/2024").green()
    for car, names in FIELD.items():
        told.told(CarEntered(EntryId(car), car, classes=names), source="control")
    told.laps("10", 100, 200, 300).laps("22", 104, 208, 308).laps("52", 110, 301)
    _, second = class_places(running_order(told.race), "LMP2")
    assert (second.behind_leader.time, second.behind_leader.laps) == (None, 1)


def test_a_class_is_won_from_thirtieth_overall() -> None:
    """Twenty-nine prototypes finish ahead of the first of the GT cars."""
    prototypes = [str(number) for number in range(1, 30)]
    told = story(*prototypes, "57", "70", laps=2, rulebook="imsa/2024").green()
    for car in prototypes:
        told.told(CarEntered(EntryId(car), car, classes=("GTP",)), source="control")
        told.laps(car, 90 + int(car) / 10, 180 + int(car) / 10)
    for car, late in (("57", 8), ("70", 9)):
        told.told(CarEntered(EntryId(car), car, classes=("GTD",)), source="control")
        told.laps(car, 100 + late, 200 + late)
    lines = classification(told.race)
    winner = class_winner(lines, "GTD")
    assert winner is not None
    assert (winner.car.entry, winner.position) == ("57", 30)
    assert [line.car.entry for line in class_result(lines, "GTD")] == ["57", "70"]
    assert class_winner(lines, "LMP2") is None
