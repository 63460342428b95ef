"""Choosing in secret: form, edit, two coordinators at once, leaving out, the phases."""

import asyncio

import pytest
from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_email
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.models import Role
from creathon.jury.models import Selection, Tier
from tests.factories.accounts import make_holder
from tests.factories.decision import REASON, TO_JURY, TO_TEAM, Decision, choose, make_other, publish
from tests.factories.editions import AFTER_PALMARES, CREATION, CREATION_CLOSES, EVALUATION
from tests.jury.decision.conftest import Browser
from tests.personas import CLAIRE, Persona

PATH = "/coordination/selection"
PAUL = Persona("Paul", "Cadran")
"""National coordinator too."""


@pytest.fixture
async def claire(database: Database, decision: Decision) -> Person:
    async with database.reading() as session:
        found = await person_by_email(session, CLAIRE.email)
    assert found is not None
    return found


@pytest.fixture
async def paul(database: Database, decision: Decision) -> Person:
    async with database.writing() as session:
        return await make_holder(session, PAUL, Role.NATIONAL_COORDINATOR, decision.edition)


async def stored(database: Database) -> list[Selection]:
    async with database.reading() as session:
        return list(await session.scalars(select(Selection)))


async def acts(database: Database) -> list[tuple[str, dict[str, object]]]:
    async with database.reading() as session:
        query = select(JournalLine).where(JournalLine.verb.startswith("selection."))
        return [(line.verb, line.details) for line in await session.scalars(query.order_by(JournalLine.sequence))]


async def test_a_project_is_chosen_changed_and_left_out(
    database: Database, decision: Decision, browser: Browser, claire: Person
) -> None:
    visitor, project = await browser(claire), decision.project()
    await visitor.open(f"{PATH}/{project.id}")
    assert TO_JURY.format(team="Les Marches", juror="Boussole") in visitor.text
    assert TO_TEAM.format(team="Les Marches", juror="Boussole") in visitor.text
    await visitor.submit(project.id, tier="renforce", prize="Grand prix", reason=REASON)
    assert "« Consigne en escalier » : le choix est enregistré." in visitor.flash
    assert "Accompagnement renforcé 1 sur 5" in visitor.text
    (one,) = await stored(database)
    assert (one.tier, one.prize, one.reason, one.decided_by) == (Tier.RENFORCE, "Grand prix", REASON, claire.id)
    await visitor.open(f"{PATH}/{project.id}")
    await visitor.submit(project.id, tier="appui", prize="")
    assert "Appui 1 sur 5" in visitor.text
    await visitor.open(f"{PATH}/{project.id}/retirer")
    await visitor.submit("/retirer")
    assert "n’est plus dans la sélection" in visitor.flash
    assert await stored(database) == []
    assert await acts(database) == [
        ("selection.chosen", {"project": project.id, "tier": "renforce", "version": 1}),
        ("selection.changed", {"project": project.id, "tier": "appui", "version": 2}),
        ("selection.removed", {"project": project.id, "tier": "appui", "version": 2}),
    ]


async def test_a_choice_without_its_words_is_refused_and_kept_on_screen(
    database: Database, decision: Decision, browser: Browser, claire: Person
) -> None:
    visitor, project = await browser(claire), decision.project()
    for values, error in (
        ({"tier": None, "reason": REASON}, "Choisissez ce qui est proposé à l’équipe."),
        ({"tier": "or", "reason": REASON}, "Ce qui est proposé à l’équipe"),
        ({"tier": "appui", "reason": "  "}, "Ce champ est obligatoire."),
        ({"tier": "appui", "reason": "x" * 2001}, "2000 caractères au plus"),
        ({"tier": "appui", "reason": REASON, "prize": "y" * 121}, "120 caractères au plus"),
    ):
        await visitor.open(f"{PATH}/{project.id}")
        await visitor.submit(project.id, **{"prize": "Prix du doute", **values})
        assert visitor.status == 422
        assert error in visitor.errors
        assert values.get("prize") or "Prix du doute" in visitor.response.text
    assert await stored(database) == []


@pytest.mark.bar("G87")
async def test_two_coordinators_see_both_decisions_and_nothing_is_lost(
    database: Database, decision: Decision, browser: Browser, claire: Person, paul: Person
) -> None:
    project = decision.project()
    one, other = await browser(claire), await browser(paul)
    await one.open(f"{PATH}/{project.id}")
    await other.open(f"{PATH}/{project.id}")
    await one.submit(project.id, tier="renforce", reason="Le motif de Claire.")
    await other.submit(project.id, tier="appui", reason="Le motif de <b>Paul</b>.")
    assert other.status == 409
    assert "Le motif de Claire." in other.text
    assert "Le motif de <b>Paul</b>." in other.text
    assert [(found.reason, found.tier) for found in await stored(database)] == [("Le motif de Claire.", "renforce")]
    await other.submit(project.id)
    assert other.status == 200
    assert [(found.reason, found.version) for found in await stored(database)] == [("Le motif de <b>Paul</b>.", 2)]


async def test_the_same_choice_sent_twice_is_one_choice(
    database: Database, decision: Decision, browser: Browser, claire: Person, paul: Person
) -> None:
    project = decision.project()
    one, other = await browser(claire), await browser(paul)
    for visitor in (one, other):
        await visitor.open(f"{PATH}/{project.id}")
    for visitor in (one, other):
        await visitor.submit(project.id, tier="renforce", reason=REASON)
        assert visitor.status == 200
    assert [verb for verb, _details in await acts(database)] == ["selection.chosen"]


@pytest.mark.bar("G87")
async def test_a_choice_left_out_meanwhile_can_be_put_back(
    database: Database, decision: Decision, browser: Browser, claire: Person, paul: Person
) -> None:
    async with database.writing() as session:
        await choose(session, decision)
    project = decision.project()
    one, other = await browser(claire), await browser(paul)
    await other.open(f"{PATH}/{project.id}")
    await one.open(f"{PATH}/{project.id}/retirer")
    await one.submit("/retirer")
    await other.submit(project.id, reason="Je le garde.")
    assert other.status == 409
    assert "le projet n’est plus dans la sélection" in other.text
    await other.submit(project.id)
    assert [found.reason for found in await stored(database)] == ["Je le garde."]


async def test_a_choice_changed_meanwhile_is_not_left_out(
    database: Database, decision: Decision, browser: Browser, claire: Person, paul: Person
) -> None:
    async with database.writing() as session:
        await choose(session, decision)
    project = decision.project()
    one, other = await browser(claire), await browser(paul)
    await other.open(f"{PATH}/{project.id}/retirer")
    await one.open(f"{PATH}/{project.id}")
    await one.submit(project.id, reason="Mieux dit.")
    await other.submit("/retirer")
    assert other.status == 409
    assert [found.reason for found in await stored(database)] == ["Mieux dit."]


@pytest.mark.bar("G88")
async def test_both_at_once_make_one_choice(
    database: Database, decision: Decision, browser: Browser, claire: Person, paul: Person
) -> None:
    project = decision.project()
    visitors = [await browser(claire), await browser(paul)]
    for visitor in visitors:
        await visitor.open(f"{PATH}/{project.id}")
    await asyncio.gather(
        *(visitor.submit(project.id, tier="appui", reason=f"Motif {n}.") for n, visitor in enumerate(visitors))
    )
    assert sorted(visitor.status for visitor in visitors) == [200, 409]
    assert len(await stored(database)) == 1


async def test_a_form_without_its_version_is_refused(
    database: Database, decision: Decision, browser: Browser, claire: Person
) -> None:
    visitor, project = await browser(claire), decision.project()
    await visitor.open(f"{PATH}/{project.id}")
    await visitor.submit(project.id, tier="appui", reason=REASON, version=None)
    assert visitor.status == 428
    assert await stored(database) == []


async def test_more_than_planned_is_told_and_allowed(
    database: Database, decision: Decision, browser: Browser, claire: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creathon.jury.rules.selection.PLANNED", {Tier.RENFORCE: 1, Tier.APPUI: 5})
    async with database.writing() as session:
        for team in decision.projects:
            await choose(session, decision, team)
    visitor = await browser(claire)
    await visitor.open(PATH)
    assert "Plus que prévu Accompagnement renforcé : 3 projets choisis pour 1 prévus." in visitor.text


@pytest.mark.parametrize("now", [CREATION, EVALUATION])
async def test_choosing_waits_for_the_deliberation_and_keeps_the_text(
    database: Database, decision: Decision, browser: Browser, claire: Person, clock: MovableClock, now: object
) -> None:
    visitor, project = await browser(claire), decision.project()
    await visitor.open(f"{PATH}/{project.id}")
    form = visitor.form(project.id)
    assert form is not None
    clock.move_to(now)  # type: ignore[arg-type]
    await visitor.sign_in_as(claire)
    await visitor.open("/compte")
    token = str(visitor.page.select_one("input[name=_csrf], input[name=csrf_token]")["value"])  # type: ignore[index]
    name = str(visitor.page.select_one("input[type=hidden]")["name"])  # type: ignore[index]
    await visitor.post(f"{PATH}/{project.id}", **{name: token, "version": "0", "tier": "appui", "reason": "À garder"})
    assert visitor.status == 403
    assert "La délibération ouvre le" in visitor.errors
    assert "À garder" in visitor.text
    assert await stored(database) == []
    await visitor.open(PATH)
    assert "La délibération ouvre le" in visitor.text


async def test_nothing_moves_once_the_palmares_is_published(
    database: Database, decision: Decision, browser: Browser, claire: Person, clock: MovableClock
) -> None:
    clock.move_to(AFTER_PALMARES)
    async with database.writing() as session:
        await choose(session, decision)
    visitor, project = await browser(claire), decision.project()
    await visitor.open(f"{PATH}/{project.id}")
    async with database.writing() as session:
        await publish(session, decision)
    await visitor.submit(project.id, reason="Trop tard.")
    assert visitor.status == 403
    assert "Le palmarès est publié : la sélection ne change plus." in visitor.errors
    assert [found.reason for found in await stored(database)] == [REASON]
    await visitor.open(f"{PATH}/{project.id}/retirer")
    assert not visitor.page.select("main form")


async def test_a_late_project_cannot_be_chosen(
    database: Database, decision: Decision, browser: Browser, claire: Person
) -> None:
    async with database.writing() as session:
        late = await make_other(
            session, decision, name="Les Tardives", title="Tard", now=CREATION_CLOSES.replace(hour=12)
        )
    visitor = await browser(claire)
    assert (await visitor.open(f"{PATH}/{late.id}")).status == 404
