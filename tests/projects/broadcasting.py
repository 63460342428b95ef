"""A deposited video, who lets it be shown, and whether it is: every door at once."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from creathon.accounts.models import AgeBand, Person
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.teams.actions import authorise_image
from creathon.teams.models import AuthorisedAct
from tests.browsing import Visitor
from tests.clamd import EICAR
from tests.factories.editions import AFTER_PALMARES
from tests.factories.jury import coordinator_of
from tests.factories.projects import CAPTIONS, join_video, make_consents, make_deposit, make_draft
from tests.policy.running import mark_of
from tests.projects.videos import box, mp4

if TYPE_CHECKING:
    from tests.projects.conftest import Scene

WHO = b"Awa des Marches"
NAMED = mp4(12) + box(b"udta", box(b"\xa9xyz", WHO)) + box(b"mdat", b"images")
INFECTED = mp4(12) + box(b"mdat", EICAR)
NOT_HERE = "Une vidéo est jointe au dossier. Elle n’est pas diffusée ici."
NOT_ALL = "Toutes les personnes de l’équipe n’ont pas dit oui."
ABSENT = "0000000000"
PART = {"range": "bytes=0-7"}
PAGE = "/projet/diffusion"
YES, NO = "J’accepte que cette vidéo soit montrée", "Retirer mon accord"
LAST_DAY = date(2030, 6, 18)


@dataclass(frozen=True)
class World:
    """The scene once its video is deposited and copied, after the palmarès."""

    scene: "Scene"
    database: Database
    slug: str
    film: bytes

    @property
    def doors(self) -> list[str]:
        return [f"/projets/{self.slug}/video", f"/projets/{self.slug}/sous-titres.vtt"]

    async def agree(self, *who: int) -> None:
        """Members, by their place in the team (none: all), say yes."""
        async with self.database.writing() as session:
            await make_consents(session, self.scene.edition, self.scene.team, *who, now=AFTER_PALMARES)

    async def change(self, statement: Any) -> None:
        async with self.database.writing() as session:
            await session.execute(statement)

    async def of_minor(self, person: Person) -> None:
        await self.change(update(Person).where(Person.id == person.id).values(age_band=AgeBand.MINOR))

    async def authorise(self, person: Person, act: AuthorisedAct, ends_on: date = LAST_DAY) -> None:
        """What the site has read signed for a minor."""
        async with self.database.writing() as session:
            claire = await coordinator_of(session, self.scene.edition)
            await authorise_image(
                session, claire, self.scene.edition, person.id, [act], signatories=2, ends_on=ends_on,
                now=AFTER_PALMARES,
            )  # fmt: skip


async def is_shown(visitor: Visitor, world: World) -> bool:
    """Whether the video is shown: the page and every door say the same, or the test fails here."""
    await visitor.open(f"/projets/{world.slug}")
    assert (visitor.status, visitor.title) == (200, "Consigne en escalier")
    player = visitor.page.select_one("main video")
    answers = [
        (path, headers, await visitor.http.get(path, headers=headers)) for path in world.doors for headers in ({}, PART)
    ]
    if player is not None:
        assert [str(player["src"]), str(player.select("track")[0]["src"])] == world.doors
        assert NOT_HERE not in visitor.text
        assert [answer.status_code for *_of, answer in answers] == [200, 206, 200, 200]
        assert answers[0][2].content.count(b"ftyp") == 1
        assert "La consigne arrive d’un coup." in answers[2][2].text
        return True
    assert NOT_HERE in visitor.text
    assert all(door not in visitor.response.text for door in world.doors)
    for path, headers, answer in answers:
        nowhere = await visitor.http.get(path.replace(world.slug, ABSENT), headers=headers)
        assert (answer.status_code, nowhere.status_code) == (404, 404), path
        assert world.film[:8] not in answer.content, path
        assert b"ftyp" not in answer.content, path
        assert "WEBVTT" not in answer.text, path
        assert mark_of(answer) == mark_of(nowhere), path
    return False


async def deposit_video(
    scene: "Scene", database: Database, store: FileStore, content: bytes = NAMED, captions: str = CAPTIONS
) -> World:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team, video_url="", video_captions=captions)
        await join_video(session, scene.edition, project, store=store, content=content, name="Awa des Marches.mp4")
        await make_deposit(session, scene.edition, project)
    return World(scene, database, project.slug, content)
