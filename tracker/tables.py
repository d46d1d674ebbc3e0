"""A race as a table in the terminal."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table


def seconds(us: int | None) -> str:
    """Microseconds as h:mm:ss.mmm, rounded half up; nothing where there is nothing."""
    if us is None:
        return ""
    ms = (us + 500) // 1_000
    hours, rest = divmod(ms, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    if hours:
        return f"{hours}:{minutes:02}:{rest / 1000:06.3f}"
    return f"{minutes}:{rest / 1000:06.3f}" if minutes else f"{rest / 1000:.3f}"


def show(report: dict[str, Any], console: Console) -> None:
    """Print a race report: the result, and what led to it."""
    race = report["race"]
    console.print(
        f"[bold]{escape(race['name'] or 'A race')}[/bold]  "
        f"{escape(race['series'] or '')} · {escape(race['track'] or '')} · {race['date'] or ''}"
    )
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading, right in (
        ("Pos", True), ("Car", True), ("Driver", False), ("Laps", True), ("Time", True),
        ("Led", True), ("Status", False),
    ):  # fmt: skip
        table.add_column(heading, justify="right" if right else "left")
    winner = report["classification"][0] if report["classification"] else None
    for line in report["classification"]:
        table.add_row(
            str(line["position"] or "–"),
            escape(line["entry"]),
            escape(line["driver"] or ""),
            str(line["laps"]),
            behind(line, winner),
            str(report["laps_led"].get(line["entry"], "")),
            escape(line["status"]),
        )
    console.print(table)
    changes, led = report["lead_changes"], len(report["laps_led"])
    console.print(
        f"{changes} lead change{'' if changes == 1 else 's'} among "
        f"{led} car{'' if led == 1 else 's'} that led a lap"
    )
    for number, caution in enumerate(report["cautions"], start=1):
        free_pass = f", free pass {caution['beneficiary']}" if caution["beneficiary"] else ""
        console.print(
            f"caution {number}: laps {caution['first_lap']}–{caution['last_lap']}, "
            f"{', '.join(caution['reasons']) or 'no reason given'}{escape(free_pass)}"
        )
    for revision in report["revisions"]:
        margin = seconds(revision["margin_us"])
        review = f", under review: {', '.join(revision['under_review'])}"
        console.print(
            f"result {revision['rev']} ({revision['status']}): {escape(revision['winner'] or '–')}"
            f"{f' by {margin} s' if margin else ''}"
            f"{escape(review) if revision['under_review'] else ''} — {escape(revision['cause'])}"
        )
    if report["anomalies"]:
        console.print(f"{len(report['anomalies'])} oddities noticed; see --json")
    show_verdicts(report, console)


def show_verdicts(report: dict[str, Any], console: Console) -> None:
    """Print who won and who lost the day, and what could not be asked."""
    for side, heading in (("winner", "Winners"), ("loser", "Losers")):
        verdicts = [verdict for verdict in report["verdicts"] if verdict["side"] == side]
        if verdicts:
            console.print(f"\n[bold]{heading}[/bold] ({report['verdicts_status']})")
        for verdict in verdicts:
            console.print(f"{verdict['entry']:>4}  {escape(verdict['text'])}", highlight=False)
    if report["verdicts_held"]:
        cars = ", ".join(report["verdicts_held"])
        console.print(f"to be decided: {escape(cars)}, under review", highlight=False)
    missing = dict.fromkeys(skip["missing"] for skip in report["verdicts_skipped"])
    if missing:
        console.print(f"not asked for want of: {escape('; '.join(missing))}", style="dim")


def behind(line: dict[str, Any], winner: dict[str, Any] | None) -> str:
    """The winner's race time; for others the time or the laps behind."""
    if winner is None or line["time_us"] is None:
        return ""
    if line is winner:
        return seconds(line["time_us"])
    if line["laps"] == winner["laps"]:
        return "+" + seconds(line["time_us"] - winner["time_us"])
    laps = winner["laps"] - line["laps"]
    return f"{laps} lap{'s' if laps > 1 else ''}"
