"""`tracker trouble` and `tracker simulate --trouble` as a person meets them."""

import json
from pathlib import Path

from tests.test_cli import run


def test_a_race_in_trouble_is_scored_as_the_race_it_was(tmp_path: Path) -> None:
    plain, bad = tmp_path / "plain.jsonl", tmp_path / "bad.jsonl.gz"
    run("simulate", "--kind", "road", "--laps", "5", "--cars", "8", "-o", str(plain))
    made = run("trouble", str(plain), "--trouble", "everything,rubbish=0.2", "-o", str(bad))
    assert made.returncode == 0, made.stderr
    assert "the truth arrives" in made.stderr
    assert "are no events and left out" in made.stderr
    ours, theirs = (json.loads(run("score", str(one), "--json").stdout) for one in (bad, plain))
    for part in ("classification", "order_by_lap", "laps_led", "cautions"):
        assert ours[part] == theirs[part]
    again = tmp_path / "again.jsonl.gz"
    run("trouble", str(plain), "--trouble", "everything,rubbish=0.2", "-o", str(again))
    assert again.read_bytes() == bad.read_bytes()


def test_a_simulated_race_gets_into_trouble_at_once(tmp_path: Path) -> None:
    made = run("simulate", "--kind", "road", "--laps", "3", "--trouble", "loss=0.5:for-good",
               "-o", str(tmp_path / "race.jsonl"))  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert "the truth does not arrive" in made.stderr


def test_trouble_that_is_none_ends_with_a_sentence(tmp_path: Path) -> None:
    target = str(tmp_path / "race.jsonl")
    for arguments, why in (
        (("--trouble", "los=1", "-o", target), "no trouble 'los'; did you mean loss?"),
        (("--trouble", "silent@lap999", "-o", target), "silent@lap999: the race has 268 laps"),
        ((), "want -o RACE.jsonl, or --broker mqtt://host:port to feed"),
    ):
        ended = run("trouble", "kansas-2024", *arguments)
        assert (ended.returncode, ended.stderr) == (1, f"tracker: {why}\n")
