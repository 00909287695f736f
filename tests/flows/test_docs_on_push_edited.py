"""What people write on pages is not lost: around what is generated, in it, and while it is published."""

from __future__ import annotations

import pytest

from tests.flows.documenting import (
    ALONE,
    COMMIT,
    TRACK,
    decided,
    docs,
    one,
    project,
    push,
    text,
    write,
)
from tieline.sandbox import Sandbox

pytestmark = pytest.mark.prefect


async def test_a_region_that_somebody_edited_is_a_conflict_and_no_loss(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    await one([push(house, {"src/acme/prices.py": "def price(): ...\n"}, "feat!: no price")])
    path = "api/reference/acme.md"
    assert text(docs(house), path)
    by_hand = text(docs(house), path).replace("Parcels of Acme.", "Parcels of Acme, by Ann.")
    write(house, path, f"# By hand\n\n{by_hand}")
    outcome = await one([push(house, {"src/acme/parcels.py": TRACK})])
    assert outcome.status == "waiting", "a person has to look, whatever the rules say"
    assert outcome.conflicts == ("github/docs acme/docs@main:api, reference/acme",)
    assert "Somebody has edited what is generated here" in outcome.told
    await decided(outcome)
    assert text(docs(house), path) == f"# By hand\n\n{by_hand}"
    assert "carrier" in text(docs(house), "api/changelog.md"), "the rest is published"


async def test_text_around_a_region_stays(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    path = "api/reference/acme.more.md"
    write(house, path, f"# More\n\nBy hand.\n\n{text(docs(house), path)}\nAlso by hand.\n")
    await one([push(house, {"src/acme/more.py": TRACK.replace("carrier", "van")}, "feat!: vans")])
    page = text(docs(house), path)
    assert page.startswith("# More\n\nBy hand.\n")
    assert page.endswith("Also by hand.\n")
    assert "van" in page
    assert "carrier" not in page
    await one([push(house, {"src/acme/more.py": None}, "feat!: no more")])
    assert text(docs(house), path) == "# More\n\nBy hand.\n\nAlso by hand.\n"


async def test_a_page_of_a_module_that_is_gone_goes(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    assert text(docs(house), "api/reference/acme.more.md")
    await one([push(house, {"src/acme/more.py": None}, "feat!: no more")])
    assert text(docs(house), "api/reference/acme.more.md") == ""
