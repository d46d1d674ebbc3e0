"""The entry list and the starting grid of the 2024 AdventHealth 400."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Car:
    """A car on the entry list, as it took the green."""

    number: str
    starting_position: int
    driver: str
    team: str
    make: str
    scores_points: bool = True


# In starting order. Three drivers had declared for points in another series.
CARS: tuple[Car, ...] = (
    Car("20", 1, "Christopher Bell", "Joe Gibbs Racing", "Toyota"),
    Car("1", 2, "Ross Chastain", "Trackhouse Racing", "Chevrolet"),
    Car("10", 3, "Noah Gragson", "Stewart-Haas Racing", "Ford"),
    Car("5", 4, "Kyle Larson", "Hendrick Motorsports", "Chevrolet"),
    Car("8", 5, "Kyle Busch", "Richard Childress Racing", "Chevrolet"),
    Car("54", 6, "Ty Gibbs", "Joe Gibbs Racing", "Toyota"),
    Car("2", 7, "Austin Cindric", "Team Penske", "Ford"),
    Car("34", 8, "Michael McDowell", "Front Row Motorsports", "Ford"),
    Car("9", 9, "Chase Elliott", "Hendrick Motorsports", "Chevrolet"),
    Car("14", 10, "Chase Briscoe", "Stewart-Haas Racing", "Ford"),
    Car("22", 11, "Joey Logano", "Team Penske", "Ford"),
    Car("17", 12, "Chris Buescher", "RFK Racing", "Ford"),
    Car("19", 13, "Martin Truex Jr", "Joe Gibbs Racing", "Toyota"),
    Car("11", 14, "Denny Hamlin", "Joe Gibbs Racing", "Toyota"),
    Car("45", 15, "Tyler Reddick", "23XI Racing", "Toyota"),
    Car("3", 16, "Austin Dillon", "Richard Childress Racing", "Chevrolet"),
    Car("4", 17, "Josh Berry", "Stewart-Haas Racing", "Ford"),
    Car("48", 18, "Alex Bowman", "Hendrick Motorsports", "Chevrolet"),
    Car("84", 19, "Jimmie Johnson", "Legacy Motor Club", "Toyota"),
    Car("43", 20, "Corey Heim", "Legacy Motor Club", "Toyota", scores_points=False),
    Car("47", 21, "Ricky Stenhouse Jr", "HYAK Motorsports", "Chevrolet"),
    Car("77", 22, "Carson Hocevar", "Spire Motorsports", "Chevrolet"),
    Car("23", 23, "Bubba Wallace", "23XI Racing", "Toyota"),
    Car("71", 24, "Zane Smith", "Spire Motorsports", "Chevrolet"),
    Car("38", 25, "Todd Gilliland", "Front Row Motorsports", "Ford"),
    Car("12", 26, "Ryan Blaney", "Team Penske", "Ford"),
    Car("99", 27, "Daniel Suárez", "Trackhouse Racing", "Chevrolet"),
    Car("7", 28, "Corey LaJoie", "Spire Motorsports", "Chevrolet"),
    Car("42", 29, "John H. Nemechek", "Legacy Motor Club", "Toyota"),
    Car("6", 30, "Brad Keselowski", "RFK Racing", "Ford"),
    Car("21", 31, "Harrison Burton", "Wood Brothers Racing", "Ford"),
    Car("41", 32, "Ryan Preece", "Stewart-Haas Racing", "Ford"),
    Car("31", 33, "Daniel Hemric", "Kaulig Racing", "Chevrolet"),
    Car("33", 34, "Austin Hill", "Richard Childress Racing", "Chevrolet", scores_points=False),
    Car("51", 35, "Justin Haley", "Rick Ware Racing", "Ford"),
    Car("24", 36, "William Byron", "Hendrick Motorsports", "Chevrolet"),
    Car("15", 37, "Riley Herbst", "Rick Ware Racing", "Ford", scores_points=False),
    Car("16", 38, "Derek Kraus", "Kaulig Racing", "Chevrolet"),
)

GRID: tuple[str, ...] = tuple(car.number for car in CARS)
