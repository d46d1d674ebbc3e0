"""One driver, one name, however a file spells it."""

import pytest

from tracker.verdicts.names import driver_key, track_key, track_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Martin Truex Jr", "Martin Truex Jr."),
        ("Daniel Suárez", "Daniel Suarez"),
        ("Chase Elliott(i)", "Chase Elliott"),
        ("# Carson Hocevar", "Carson Hocevar"),
        ("A.J. Allmendinger", "AJ Allmendinger"),
        ("A. J. Allmendinger", "AJ Allmendinger"),
        ("John H. Nemechek", "John Hunter Nemechek"),
        ("Kimi Räikkönen", "kimi_raikkonen"),
    ],
)
def test_one_driver(one: str, other: str) -> None:
    assert driver_key(one) == driver_key(other)


def test_father_and_son_are_two() -> None:
    assert driver_key("Dale Earnhardt Jr.") != driver_key("Dale Earnhardt")


def test_a_track_is_called_what_people_call_it() -> None:
    assert track_name("Las Vegas Motor Speedway") == "Las Vegas"
    assert track_key("KANSAS SPEEDWAY") == track_key("Kansas Speedway")
    assert track_key("DAYTONA Road Course") != track_key("Daytona International Speedway")
