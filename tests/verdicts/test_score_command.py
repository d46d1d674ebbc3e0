"""`tracker score`: the verdicts in the report and in the table."""

import json
from pathlib import Path

from typer.testing import CliRunner

from tracker.cli import app

TABLE = """\
date,race,track,season,driver,finish,status
2024-04-28,Some 400,Dover Motor Speedway,2024,Kyle Larson,2,Running
2024-04-28,Some 400,Dover Motor Speedway,2024,Chris Buescher,17,Running
"""


def test_the_report_has_verdicts_and_what_they_had_to_skip() -> None:
    done = CliRunner().invoke(app, ["score", "kansas-2024", "--json"])
    scored = json.loads(done.stdout)
    assert [v["side"] for v in scored["verdicts"]] == ["winner", "loser"] * 3
    for verdict in scored["verdicts"]:
        assert set(verdict) >= {"side", "entry", "driver", "headline", "text", "reasons", "rev"}
        assert all(reason["evidence"] for reason in verdict["reasons"])
    assert {"rule": "slump", "missing": "results of earlier races"} in scored["verdicts_skipped"]


def test_a_history_with_holes_is_said_to_have_holes(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text(TABLE)
    done = CliRunner().invoke(app, ["score", "kansas-2024", "--history", str(path)])
    assert done.exit_code == 0
    printed = " ".join(done.stdout.split())
    assert "Winners (final)" in printed
    assert "Kyle Larson won by 0.001 s" in printed
    assert "1 of 11 earlier races known" in printed
