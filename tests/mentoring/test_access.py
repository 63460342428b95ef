"""Nobody reads another's follow-up; the former mentor, the linked and the stranger get one and the same answer."""

import pytest
from sqlalchemy import delete

from creathon.accounts.models import Person, RoleGrant
from creathon.app import Creathon
from creathon.core.database import Database
from creathon.editions.models import Role
from creathon.mentoring.actions import change_mentor
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.editions import MENTORING
from tests.factories.jury import make_juror
from tests.factories.mentoring import link, make_followed, make_interviews, make_mentor, make_milestone, reloaded
from tests.mentoring.conftest import Scene
from tests.personas import CLAIRE, INES, NADIA, SAMIR, ZOE


def pages_of(scene: Scene) -> list[str]:
    base = scene.pairing_path
    return [scene.held, scene.milestone_path, f"{base}/entretiens", f"{base}/objectif", f"{base}/jalons"]


def nowhere(path: str, scene: Scene) -> str:
    """The same page of a pairing that does not exist."""
    return path.replace(scene.followed.pairing.id, "zzzzzzzzzzzz")


async def refused_like_nothing(visitor: Visitor, paths: list[str], scene: Scene) -> None:
    for path in paths:
        await visitor.open(nowhere(path, scene))
        assert visitor.status == 404
        nothing = without_incident(visitor)
        await visitor.open(path)
        assert (visitor.status, without_incident(visitor)) == (404, nothing), path


def without_incident(visitor: Visitor) -> str:
    """The whole page, but for the reference of the incident, which is new each time."""
    found = visitor.page.select_one("p.panel strong")
    assert found is not None
    return visitor.response.text.replace(found.get_text(), "")


@pytest.mark.bar("C30", "C36")
async def test_another_mentor_a_juror_a_site_coordinator_and_a_stranger_find_nothing(
    app: Creathon, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        ines = await make_mentor(session, scene.edition, INES)
        nadia = await make_juror(session, scene.edition, NADIA)
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, scene.edition, scene.edition.sites[0])
        zoe = await make_holder(session, ZOE, Role.DPO, scene.edition)
    strangers: list[Person] = [ines, nadia, samir, zoe, scene.people["Teva"]]
    for person in strangers:
        async with Visitor(app) as visitor:
            await visitor.sign_in_as(person)
            await refused_like_nothing(visitor, pages_of(scene), scene)
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(ines)
        whole = f"/mentorat/{scene.followed.pairing.id}"
        await refused_like_nothing(visitor, [whole, f"{whole}/fichiers/zzzzzzzzzzzz"], scene)
        await visitor.open("/mentorat")
        assert "Consigne en escalier" not in visitor.response.text


@pytest.mark.bar("C30")
async def test_the_pages_of_one_audience_are_not_those_of_another(
    awa: Visitor, omar: Visitor, claire: Visitor, scene: Scene
) -> None:
    whole = f"/mentorat/{scene.followed.pairing.id}"
    coordination = f"/coordination/accompagnement/projets/{scene.projects[0].id}"
    for visitor, path in ((awa, whole), (awa, coordination), (omar, coordination), (claire, whole)):
        await visitor.open(path)
        assert visitor.status == 403, path
    for path in (f"{scene.pairing_path}/entretiens", f"{scene.pairing_path}/objectif", f"{scene.pairing_path}/jalons"):
        await awa.open(path)
        assert awa.status == 403
        assert "Seuls votre mentor et la coordination" in awa.text


@pytest.mark.bar("C31")
async def test_what_belongs_to_another_pairing_is_not_there(omar: Visitor, scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        other = await make_followed(session, scene.edition, scene.projects[1])
        interview = (await make_interviews(session, other))[0]
        milestone = await make_milestone(session, other)
    own, base = f"/accompagnement/{other.pairing.id}", scene.pairing_path
    for path in (f"/entretiens/{interview.id}", f"/jalons/{milestone.id}"):
        await omar.open(own + path)
        assert omar.status == 200
        await omar.open(base + path)
        assert omar.status == 404
    await omar.open(scene.held)
    await omar.submit("/compte-rendu", decisions="Décision")
    assert omar.status == 200
    token = str(omar.page.select_one("input[name=_csrf]")["value"])  # type: ignore[index]
    for path, values in (
        (f"/entretiens/{interview.id}/compte-rendu", {"decisions": "Ailleurs"}),
        (f"/entretiens/{interview.id}/annuler", {}),
        (f"/jalons/{milestone.id}", {"state": "abandonne", "text": "Ailleurs"}),
    ):
        await omar.post(base + path, _csrf=token, version="1", **values)
        assert omar.status == 404, path
    async with database.reading() as session:
        pairing = await reloaded(session, other.pairing)
        assert [one.decisions for one in pairing.interviews] == ["", ""]
        assert pairing.milestones[0].state == "a_faire"


@pytest.mark.bar("C36")
async def test_a_former_mentor_is_refused_at_the_next_request(
    app: Creathon, omar: Visitor, scene: Scene, database: Database
) -> None:
    await omar.open(scene.held)
    assert omar.status == 200
    async with database.writing() as session:
        ines = await make_mentor(session, scene.edition, INES)
        pairing = await reloaded(session, scene.followed.pairing)
        await change_mentor(
            session, scene.followed.claire, pairing, ines, scene.edition, version=pairing.version, now=MENTORING
        )
    await omar.submit("/compte-rendu", decisions="Écrit trop tard")
    assert omar.status == 404
    await refused_like_nothing(omar, [*pages_of(scene), f"/mentorat/{scene.followed.pairing.id}"], scene)
    async with database.reading() as session:
        assert (await reloaded(session, pairing)).interviews[0].decisions == ""
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(ines)
        await visitor.open(f"/mentorat/{pairing.id}")
        assert visitor.title == "Consigne en escalier"


@pytest.mark.bar("C36")
async def test_a_mentor_whose_role_is_taken_is_refused_at_the_next_request(
    omar: Visitor, scene: Scene, database: Database
) -> None:
    await omar.open(scene.held)
    async with database.writing() as session:
        await session.execute(delete(RoleGrant).where(RoleGrant.person_id == scene.people["Omar"].id))
    await omar.submit("/compte-rendu", decisions="Écrit trop tard")
    assert omar.status == 404
    await omar.open(f"/mentorat/{scene.followed.pairing.id}")
    assert omar.status == 403


async def test_a_link_declared_since_hides_the_follow_up_from_mentor_and_coordination(
    omar: Visitor, claire: Visitor, scene: Scene, database: Database
) -> None:
    await claire.open("/coordination/accompagnement")
    assert "0 tenu sur 2" in claire.text
    async with database.writing() as session:
        for name in ("Omar", CLAIRE.given_name):
            await link(session, scene.edition, scene.people[name], scene.projects[0].id)
    for visitor in (omar, claire):
        await refused_like_nothing(visitor, pages_of(scene), scene)
    await omar.open("/mentorat")
    assert "Consigne en escalier" not in omar.response.text
    await claire.open(f"/coordination/accompagnement/projets/{scene.projects[0].id}")
    assert claire.status == 404
    await claire.open("/coordination/accompagnement")
    assert "Un lien d’intérêts est déclaré entre vous et ce projet" in claire.text
    assert "0 tenu" not in claire.text
    assert "Omar" not in claire.text


async def test_a_note_is_never_public(visitor: Visitor, omar: Visitor, scene: Scene) -> None:
    await omar.open(scene.held)
    await omar.submit("/compte-rendu", decisions="Décision secrète")
    assert "Décision secrète" in omar.response.text
    for path in ("/", f"/projets/{scene.projects[0].slug}", "/palmares", f"/edition/{scene.edition.slug}"):
        await visitor.open(path)
        assert "Décision secrète" not in visitor.response.text
        assert "Omar" not in visitor.response.text
    await visitor.open(scene.held)
    assert visitor.title == "Se connecter" or visitor.status == 401
