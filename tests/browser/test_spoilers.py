"""Who has not asked for the result is not told it."""

import pytest

from tests.browser.races import KANSAS
from tests.browser.visits import SIZES, Visits
from tests.e2e.programs import Program

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

SECRETS = ("Larson", "Buescher", "0.001", "Checkered")


@pytest.mark.parametrize("width", SIZES)
async def test_a_race_that_is_over_opens_with_a_question(
    over: Program, visits: Visits, width: int
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}", width, seen=False) as visit:
        await visit.page.get_by_role("heading", name="This race is over").wait_for()
        said = await visit.page.inner_text("body") + await visit.page.title()
        assert not [secret for secret in SECRETS if secret in said]
        await visit.picture("asked")
        assert await visit.violations() == []

        await visit.page.get_by_role("button", name="Watch from the start").click()
        await visit.reads("footer.time .where", "Lap 0")
        # What lies ahead is not on the bar either.
        assert await visit.page.locator("footer.time .incident").count() == 0


async def test_the_result_is_there_for_who_asks_and_no_question_is_asked_twice(
    over: Program, visits: Visits
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}", seen=False) as visit:
        await visit.page.get_by_role("button", name="Show the result").click()
        await visit.reads("main", "Kyle Larson")
        assert (await visit.order())[0] == "5"
        await visit.page.reload()
        await visit.reads("main", "Kyle Larson")


async def test_the_list_of_races_names_no_winner(over: Program, visits: Visits) -> None:
    async with visits.at(over.page, seen=False) as visit:
        await visit.page.get_by_text("AdventHealth 400").first.wait_for()
        said = await visit.page.inner_text("body")
        assert not [secret for secret in SECRETS if secret in said]
        assert await visit.violations() == []
