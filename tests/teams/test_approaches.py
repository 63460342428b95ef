"""Free people and teams that look for somebody: each asks the other, and the other says yes or no."""

import pytest
from sqlalchemy import select

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition
from creathon.teams.actions import decide_application
from creathon.teams.models import AloneApplication, ApplicationState, ApproachState, Team
from creathon.teams.rules import contact_problem
from tests.browsing import Visitor
from tests.factories.editions import EVALUATION, site_of
from tests.factories.jury import coordinator_of
from tests.factories.teams import make_passeurs, make_team
from tests.personas import AWA, BASTIEN, CHLOE, DIANE, DORIS, EMIL, HUGO, INES, LEILA, NADIA, OMAR, TEVA, ZOE, Persona
from tests.queries import MOST_QUERIES, count_queries
from tests.teams.acting import a_team, an_edition, mails_named, members_of, sign_in, verbs
from tests.teams.meeting import (
    FREE,
    NEED,
    NEEDING,
    approach,
    approaches,
    free,
    is_placed,
    press,
    seeking,
    state_of,
    token_of,
)

ALONE = "/equipe/seul"
MANY = tuple(Persona(f"Passant{letter}", "Galet") for letter in "abcdefghijkl")


async def begun(database: Database) -> tuple[Edition, Team]:
    edition = await an_edition(database)
    return edition, await a_team(database, edition, AWA, BASTIEN)


async def test_a_person_shows_themselves_a_team_asks_and_they_join(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition, team = await begun(database)
    await sign_in(visitor, database, ZOE)
    await visitor.open(ALONE)
    assert not visitor.page.select("input[name=is_shown][checked]"), "nobody is shown without choosing it"
    await visitor.submit(
        site_id=site_of(edition, "POI").id, role="conteur", brings="Je filme.", seeks="Une idée folle.", is_shown="y"
    )
    await visitor.open("/equipe")
    assert "Votre fiche est montrée aux équipes" in visitor.text
    async with Visitor(app) as bastien:
        await sign_in(bastien, database, BASTIEN)
        await bastien.open("/equipe")
        await bastien.open(FREE)
        assert "Zoe N." in bastien.text
        await bastien.open(str(bastien.page.select_one(".tile a")["href"]))  # type: ignore[index]
        assert "Je filme." in bastien.text
        assert "Une idée folle." in bastien.text
        await bastien.submit(role="technicien", message="Venez construire avec nous.")
        assert "La proposition part vers Zoe N." in bastien.flash
        assert "Une place proposée attend sa réponse" in bastien.text
    (asked,) = await mails_named(database, "approach_to_person")
    assert asked.recipient == ZOE.email
    assert "Venez construire avec nous." in asked.body
    zoe = await press(app, database, ZOE, "Rejoindre")
    assert zoe.title == "Les Marches"
    assert await members_of(database, team) == [(1, "Awa"), (2, "Bastien"), (3, "Zoe")]
    told = await mails_named(database, "approach_accepted")
    assert [mail.recipient for mail in told] == [AWA.email, BASTIEN.email], "who asked, and the captain"
    assert "Zoe Nuage accepte" in told[0].body
    assert [verb for verb in await verbs(database) if verb.startswith("approach")] == [
        "approach.sent",
        "approach.accepted",
    ]
    assert not any("Zoe" in mail.body for mail in await mails_named(database, "team_joined")), "said once"


async def test_a_person_asks_a_team_and_its_captain_accepts(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition, team = await begun(database)
    (zoe,) = await free(database, edition, ZOE, shown=False)
    await sign_in(visitor, database, BASTIEN)
    await visitor.open(NEED)
    await visitor.submit(seeks="Une conteuse, le soir.")
    assert "maintenant montrée" in visitor.flash
    async with Visitor(app) as person:
        await sign_in(person, database, ZOE)
        await person.open(NEEDING)
        assert "3 places libres" in person.text
        assert "Une conteuse, le soir." in person.text
        await person.open(str(person.page.select_one(".tile a")["href"]))  # type: ignore[index]
        assert "Rôles qui manquent" in person.text
        await person.submit(message="Je conte depuis dix ans.")
        assert "Votre demande part vers l’équipe « Les Marches »" in person.flash
        assert "Votre demande attend sa réponse" in person.text
    (asked,) = await mails_named(database, "approach_to_team")
    assert (asked.recipient, "Zoe N." in asked.body) == (AWA.email, True)
    await visitor.open("/equipe")
    assert "Une personne demande à vous rejoindre" in visitor.text
    assert "Seule la personne capitaine de l’équipe peut le faire." in visitor.text
    awa = await press(app, database, AWA, "Accepter Zoe N.")
    assert "Zoe Nuage fait maintenant partie de votre équipe" in awa.flash
    assert await is_placed(database, zoe)
    assert await members_of(database, team) == [(1, "Awa"), (2, "Bastien"), (3, "Zoe")]
    assert [mail.recipient for mail in await mails_named(database, "approach_accepted")] == [ZOE.email]


async def test_a_no_is_told_and_the_same_side_does_not_ask_again(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition, team = await begun(database)
    (zoe,) = await free(database, edition, ZOE)
    await seeking(database, edition, team)
    first = await approach(database, edition, team, zoe)
    person = await press(app, database, ZOE, "Refuser")
    assert "Vous avez refusé la place dans « Les Marches »" in person.flash
    assert await state_of(database, first) == ApproachState.DECLINED
    (told,) = await mails_named(database, "approach_declined")
    assert (told.recipient, "Zoe N." in told.body) == (AWA.email, True)
    await sign_in(visitor, database, AWA)
    await visitor.open(f"{FREE}/{zoe}")
    assert "a déjà refusé une place dans votre équipe" in visitor.text
    await visitor.post(f"{FREE}/{zoe}", _csrf=await token_of(visitor), role="conteur", message="Encore ?")
    assert (visitor.status, "a déjà refusé" in visitor.errors) == (422, True)
    assert "Encore ?" in visitor.response.text
    await approach(database, edition, team, zoe, by=ZOE, message="Finalement, si.")
    await press(app, database, AWA, "Refuser")
    await sign_in(visitor, database, ZOE)
    await visitor.open(f"{NEEDING}/{team.id}")
    assert "Cette équipe a déjà refusé votre demande." in visitor.text
    assert await approaches(database) == [ApproachState.DECLINED] * 2


async def test_what_was_sent_is_taken_back_by_its_side_only(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition, team = await begun(database)
    zoe, omar = await free(database, edition, ZOE, OMAR)
    await seeking(database, edition, team)
    offered = await approach(database, edition, team, zoe)
    asked = await approach(database, edition, team, omar, by=OMAR)
    await sign_in(visitor, database, BASTIEN)
    await visitor.open("/equipe")
    assert "Seules la personne qui a proposé et la personne capitaine" in visitor.text
    for persona, mine, theirs in ((ZOE, offered, asked), (AWA, asked, offered)):
        await sign_in(visitor, database, persona)
        token = await token_of(visitor)
        for wrong, act in ((mine, "retrait"), (theirs, "reponse"), ("000000000000", "retrait")):
            await visitor.post(f"/equipe/demandes/{wrong}/{act}", _csrf=token, reponse="oui")
            assert visitor.status == 404, (persona, wrong, act)
    await press(app, database, AWA, "Retirer cette proposition")
    await press(app, database, OMAR, "Retirer cette demande")
    assert await approaches(database) == [ApproachState.WITHDRAWN] * 2
    await approach(database, edition, team, zoe)
    assert ApproachState.WAITING in await approaches(database), "what was taken back may be sent again"


async def test_sitting_down_closes_what_waits_for_the_person_and_for_a_full_team(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, NADIA)
    async with database.writing() as session:
        other = await make_passeurs(session, edition)
    zoe, omar = await free(database, edition, ZOE, OMAR)
    sent = [await approach(database, edition, one, alone) for one in (team, other) for alone in (zoe, omar)]
    await sign_in(visitor, database, ZOE)
    await visitor.open("/equipe/rejoindre")
    await visitor.submit(code=team.code, role="conteur")
    assert [await state_of(database, one) for one in sent] == [
        ApproachState.CLOSED,
        ApproachState.CLOSED,
        ApproachState.CLOSED,
        ApproachState.WAITING,
    ], "Zoe’s, and those of the team that is full; not what Omar may still answer"
    omars = await press(app, database, OMAR, "Rejoindre")
    assert omars.title == "Les Passeurs"


@pytest.mark.parametrize("end", ["application withdrawn", "refused", "person withdrawn", "dissolved"])
async def test_what_waits_ends_with_the_application(
    visitor: Visitor, app: Creathon, database: Database, end: str
) -> None:
    edition = await an_edition(database)
    members = (AWA,) if end == "dissolved" else (AWA, BASTIEN, CHLOE)
    team = await a_team(
        database, edition, *members, state=ApplicationState.DRAFT if end == "dissolved" else ApplicationState.SUBMITTED
    )
    (zoe,) = await free(database, edition, ZOE)
    sent = await approach(database, edition, team, zoe)
    if end == "refused":
        async with database.writing() as session:
            claire = await coordinator_of(session, edition)
            refused = ApplicationState.REFUSED
            await decide_application(session, claire, team, edition, refused, reason="Non.", now=EVALUATION)
    else:
        await sign_in(visitor, database, ZOE if end == "person withdrawn" else AWA)
        path = {"application withdrawn": "/equipe/retrait", "dissolved": "/equipe/quitter"}.get(end, "/equipe")
        await visitor.open(path)
        await visitor.submit("/retrait" if end == "person withdrawn" else path)
    assert await state_of(database, sent) == ApproachState.CLOSED
    assert await mails_named(database, "approach_declined") == []


async def test_a_person_hides_and_what_they_got_may_still_be_answered(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition, team = await begun(database)
    (zoe,) = await free(database, edition, ZOE)
    await approach(database, edition, team, zoe)
    shown = await press(app, database, ZOE, "Ne plus montrer ma fiche")
    assert "n’est plus montrée aux équipes" in shown.flash
    assert "Votre fiche n’est pas montrée aux équipes" in shown.text
    await sign_in(visitor, database, AWA)
    await visitor.open(f"{FREE}/{zoe}")
    assert visitor.status == 404
    assert (await press(app, database, ZOE, "Rejoindre")).title == "Les Marches"
    assert "alone.hidden" in await verbs(database)


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("", "obligatoire"),
        ("x" * 601, "600 caractères au plus"),
        ("Écrivez à awa@exemple.test", "ni adresse"),
        ("Voyez www.exemple.test", "ni adresse"),
        ("Appelez le 06 12 34 56 78", "ni adresse"),
    ],
)
async def test_a_bad_message_is_said_kept_and_not_sent(
    visitor: Visitor, database: Database, message: str, sentence: str
) -> None:
    edition, team = await begun(database)
    (zoe,) = await free(database, edition, ZOE)
    await seeking(database, edition, team)
    for persona, path in ((AWA, f"{FREE}/{zoe}"), (ZOE, f"{NEEDING}/{team.id}")):
        await sign_in(visitor, database, persona)
        await visitor.open(path)
        await visitor.submit(message=message)
        assert visitor.status == 422
        assert sentence in visitor.errors
        assert message in visitor.page.select_one("textarea[name=message]").get_text()  # type: ignore[union-attr]
    assert await approaches(database) == []


async def test_a_bad_need_and_a_card_that_tells_how_to_be_reached_are_said(
    visitor: Visitor, database: Database
) -> None:
    edition, _team = await begun(database)
    await sign_in(visitor, database, AWA)
    for seeks, sentence in (("", "obligatoire"), ("Écrivez à a@b.fr", "ni adresse"), ("x" * 601, "600 caractères")):
        await visitor.open(NEED)
        await visitor.submit(seeks=seeks)
        assert (visitor.status, sentence in visitor.errors) == (422, True)
        assert seeks in visitor.page.select_one("textarea[name=seeks]").get_text()  # type: ignore[union-attr]
    await sign_in(visitor, database, ZOE)
    await visitor.open(ALONE)
    said = {"site_id": site_of(edition, "POI").id, "role": "conteur", "brings": "Écrivez-moi : zoe@exemple.test"}
    await visitor.submit(**said, is_shown="y")
    assert (visitor.status, "ni adresse" in visitor.errors) == (422, True)
    await visitor.submit(**said, is_shown=None)
    assert "est envoyée" in visitor.flash, "the coordination may read it"
    assert contact_problem("Vers 18 h, salle 0612, à 100 %") is None


async def test_two_members_who_write_whom_they_seek_see_both_texts(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    await begun(database)
    await sign_in(visitor, database, AWA)
    await visitor.open(NEED)
    async with Visitor(app) as other:
        await sign_in(other, database, BASTIEN)
        await other.open(NEED)
        await other.submit(seeks="Un technicien")
    await visitor.submit(seeks="Une conteuse")
    assert visitor.status == 409
    assert "Un technicien" in visitor.text
    assert "Une conteuse" in str(visitor.page.select_one("textarea"))
    await visitor.submit(button="Enregistrer et montrer", seeks="Les deux")
    assert visitor.status == 200
    await visitor.open(NEED)
    await visitor.submit(button="Ne plus chercher")
    assert "n’est plus montrée" in visitor.flash


async def test_a_side_may_only_have_so_many_waiting(visitor: Visitor, database: Database) -> None:
    edition, team = await begun(database)
    ids = await free(database, edition, *MANY[:11])
    for alone_id in ids[:10]:
        await approach(database, edition, team, alone_id)
    await sign_in(visitor, database, AWA)
    await visitor.open(f"{FREE}/{ids[10]}")
    assert "Dix propositions de votre équipe attendent déjà une réponse." in visitor.text
    async with database.writing() as session:
        others = [
            await make_team(session, edition, (persona,), name=f"Équipe {number}", accepted=False)
            for number, persona in enumerate((DORIS, EMIL, TEVA, LEILA, HUGO, INES))
        ]
    for one in others:
        await seeking(database, edition, one)
    for one in others[:5]:
        await approach(database, edition, one, ids[10], by=MANY[10])
    await sign_in(visitor, database, MANY[10])
    await visitor.open(f"{NEEDING}/{others[5].id}")
    assert "Cinq de vos demandes attendent déjà une réponse." in visitor.text
    await visitor.post(f"{NEEDING}/{others[5].id}", _csrf=await token_of(visitor), role="conteur", message="Et vous ?")
    assert visitor.status == 422


async def test_lists_filter_by_site_and_role_near_first(visitor: Visitor, database: Database) -> None:
    edition, team = await begun(database)
    await free(database, edition, OMAR, site="RUN")
    await free(database, edition, ZOE)
    await seeking(database, edition, team)
    async with database.writing() as session:
        await make_passeurs(session, edition)
    await sign_in(visitor, database, AWA)
    await visitor.open(FREE)
    assert [tile.get_text() for tile in visitor.page.select(".tile h2")] == ["Zoe N.", "Omar P."]
    await visitor.open(f"{FREE}?site={site_of(edition, 'RUN').id}&role=conteur")
    assert [tile.get_text() for tile in visitor.page.select(".tile h2")] == ["Omar P."]
    await visitor.open(f"{FREE}?role=technicien")
    assert "Personne pour ce choix" in visitor.text
    for wrong in ("site=000000000000", "role=chef"):
        await visitor.open(f"{FREE}?{wrong}")
        assert visitor.status == 404
    await sign_in(visitor, database, ZOE)
    await visitor.open(f"{NEEDING}?role=conteur")
    assert [tile.get_text() for tile in visitor.page.select(".tile h2")] == ["Les Marches"], "others seek nobody"
    await visitor.open(f"{NEEDING}?role=pedagogue")
    assert "Aucune équipe pour ce choix" in visitor.text


async def test_lists_and_sections_ask_as_much_with_one_as_with_three(visitor: Visitor, database: Database) -> None:
    edition, team = await begun(database)
    counts: dict[str, list[int]] = {}
    teams = [team]
    for cast, captains in (((ZOE,), ()), ((OMAR, INES), (DORIS, DIANE))):
        ids = await free(database, edition, *cast)
        async with database.writing() as session:
            teams += [
                await make_team(session, edition, (one,), name=f"Équipe {one.given_name}", accepted=False)
                for one in captains
            ]
        for one in teams[-len(captains) or None :]:
            await seeking(database, edition, one)
            if one is not team:
                async with database.reading() as session:
                    first = await session.scalar(
                        select(AloneApplication.id).order_by(AloneApplication.submitted_at, AloneApplication.id)
                    )
                await approach(database, edition, one, str(first))
        for alone_id, persona in zip(ids, cast, strict=True):
            await approach(database, edition, team, alone_id, by=persona)
        for persona, path in ((AWA, FREE), (AWA, "/equipe"), (ZOE, NEEDING), (ZOE, "/equipe")):
            await sign_in(visitor, database, persona)
            with count_queries(database) as asked:
                await visitor.open(path)
            assert visitor.status == 200
            counts.setdefault(f"{persona.given_name} {path}", []).append(asked.count)
    assert {name: len(set(found)) for name, found in counts.items()} == dict.fromkeys(counts, 1), counts
    assert max(found[0] for found in counts.values()) <= MOST_QUERIES, counts


async def test_nothing_is_asked_nor_answered_once_teams_are_composed(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    edition, team = await begun(database)
    (zoe,) = await free(database, edition, ZOE)
    await seeking(database, edition, team)
    sent = await approach(database, edition, team, zoe)
    clock.move_to(EVALUATION)
    for persona, paths in ((AWA, (FREE, f"{FREE}/{zoe}", NEED)), (ZOE, (NEEDING, f"{NEEDING}/{team.id}"))):
        await sign_in(visitor, database, persona)
        for path in paths:
            await visitor.open(path)
            assert visitor.status == 403, path
    token = await token_of(visitor, "/compte")
    for said in ("oui", "non"):
        await visitor.post(f"/equipe/demandes/{sent}/reponse", _csrf=token, reponse=said)
        assert visitor.status == 403
    assert await state_of(database, sent) == ApproachState.WAITING
