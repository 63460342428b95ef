"""The whole path of one edition, told once; played over HTTP on both databases and in Chromium, by keyboard.

Six people: Claire coordinates, Awa, Bastien and Chloé are the team, Nadia reads for the jury, Omar accompanies.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

from sqlalchemy import select

from creathon.accounts.queries import person_by_email
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition
from creathon.jury.queries.rubric import rubric_of
from creathon.mail.models import Mail
from tests.factories.editions import (
    AFTER_PALMARES,
    APPLICATIONS,
    CREATION,
    DELIBERATION,
    EVALUATION,
    MENTORING,
    paris,
    site_of,
)
from tests.factories.projects import PDF
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, NADIA, OMAR, Persona

PASSWORD = "girafe mauve sous orage"
AFTER_INTERVIEW = paris(2027, 10, 21, 11)
TEAM = "Les Marches"
TITLE = "Consigne en escalier"
REMARK = "Vos petites marches donnent envie d’essayer dès demain."
REASON = "Une situation observée, une réponse simple, un essai prêt."
SECRET = "Je doute du budget : à vérifier entre nous."
FICHE = {
    "title": TITLE,
    "summary": "Une consigne dictée devient une suite de petites étapes illustrées.",
    "needs": ["langage_ecrit", "attention"],
    "levels": ["elementaire"],
    "need": "En CM1, la consigne est souvent le premier obstacle : trois actions, une seule phrase.",
    "solution": "L’enseignante dicte ; l’outil découpe en marches qu’elle relit et partage.",
    "ai_use": "Une reconnaissance de la parole de l’adulte, sur l’appareil. Sans elle, on tape.",
    "inclusion": "Toute la classe voit les mêmes marches, personne n’a à se déclarer.",
    "next_steps": "Un essai de six semaines dans deux classes volontaires.",
    "scenario": "Mardi, 9 h. L’escalier s’affiche au tableau ; chacun déplace son pion.",
    "video_url": "https://videos.exemple.test/consigne-en-escalier",
    "video_transcript": "Une voix lit une consigne trop longue ; elle se sépare en quatre bandes.",
    "e06": ["aucune"],
    "e13": "non",
    "e14": "enseignant",
    "e22": "non",
    "i08": "non",
    "i14": "aucun",
    "i18": ["transcription"],
}


class Window(Protocol):
    """What a journey needs of a browser."""

    @property
    def path(self) -> str: ...
    async def open(self, path: str) -> Self: ...
    async def submit(self, action: str | None = None, *, button: str | None = None, **values: Any) -> Self: ...
    async def follow(self, words: str) -> Self: ...
    async def text(self) -> str: ...
    async def title(self) -> str: ...
    async def picture(self, name: str) -> None: ...


@dataclass
class Scene:
    """Where the story is played."""

    database: Database
    clock: MovableClock
    edition: Edition
    folder: Path
    address: str
    open_window: Callable[[], Awaitable[Window]]
    windows: dict[Persona, Window] = field(default_factory=dict)

    async def window(self, persona: Persona) -> Window:
        """The browser of somebody, opened the first time."""
        if persona not in self.windows:
            self.windows[persona] = await self.open_window()
        return self.windows[persona]

    async def link(self, persona: Persona, name: str) -> str:
        """The path in the newest message of that name to somebody."""
        query = select(Mail.body).where(Mail.name == name, Mail.recipient == persona.email)
        async with self.database.reading() as session:
            body = await session.scalar(query.order_by(Mail.created_at.desc(), Mail.id))
        assert body is not None, f"no {name} for {persona.email}"
        return next(word for word in body.split() if word.startswith(self.address)).removeprefix(self.address)


async def play(scene: Scene) -> None:
    """All eight steps."""
    scene.clock.move_to(APPLICATIONS)
    await people_come_in(scene)
    await team_forms(scene)
    scene.clock.move_to(CREATION)
    await project_is_deposited(scene)
    scene.clock.move_to(EVALUATION)
    await jury_reads(scene)
    scene.clock.move_to(DELIBERATION)
    await projects_are_chosen(scene)
    scene.clock.move_to(AFTER_PALMARES)
    await palmares_is_published(scene)
    scene.clock.move_to(MENTORING)
    await phase_two_opens(scene)


async def people_come_in(scene: Scene) -> None:
    """Steps 1 and 2: the edition is there; four sign up or are invited, and choose their password from the mail.

    The usual rulebook is published; the grid fills its article on the criteria.
    """
    claire = await scene.window(CLAIRE)
    await claire.open("/")
    assert scene.edition.title in await claire.text()
    await claire.open("/mot-de-passe")
    await claire.submit("/mot-de-passe", email=CLAIRE.email)
    await choose_password(scene, CLAIRE, "account_reset")
    await rulebook_is_published(claire)
    for persona, role in ((NADIA, "juror"), (OMAR, "mentor")):
        await claire.open("/coordination/invitations")
        await claire.submit("/coordination/invitations", email=persona.email, role=role)
        window = await scene.window(persona)
        await window.open(await scene.link(persona, "account_invitation"))
        names = {"given_name": persona.given_name, "family_name": persona.family_name}
        await window.submit(button="Accepter", **names, password=PASSWORD)
    for persona in (AWA, CHLOE):
        window = await scene.window(persona)
        await window.open("/inscription")
        names = {"given_name": persona.given_name, "family_name": persona.family_name}
        await window.submit("/inscription", **names, email=persona.email, age="adult")
        await choose_password(scene, persona, "account_verify")


async def rulebook_is_published(claire: Window) -> None:
    await claire.open("/coordination/reglement")
    await claire.submit(button="Partir du règlement habituel")
    await claire.follow("Relire et publier")
    assert "Réponse au besoin" in await claire.text()
    await claire.submit(button="Publier le règlement")
    assert "est publiée : elle ne change plus" in " ".join((await claire.text()).split())


async def come_back(scene: Scene, *people: Persona) -> None:
    """Weeks have passed: the sessions are over, everybody signs in again."""
    for persona in people:
        window = await scene.window(persona)
        await window.open("/connexion")
        await window.submit("/connexion", email=persona.email, password=PASSWORD)
        assert f"Bonjour {persona.given_name}" in await window.text()


async def choose_password(scene: Scene, persona: Persona, mail: str) -> None:
    window = await scene.window(persona)
    await window.open(await scene.link(persona, mail))
    await window.submit(button="Enregistrer", password=PASSWORD)
    assert f"Bienvenue {persona.given_name}" in await window.text()


async def team_forms(scene: Scene) -> None:
    """Step 3: a team of three, by mail and by code; its application is sent and accepted."""
    awa, chloe, bastien = [await scene.window(persona) for persona in (AWA, CHLOE, BASTIEN)]
    await awa.open("/equipe/nouvelle")
    await awa.submit("/equipe/nouvelle", name=TEAM, site_id=site_of(scene.edition, "POI").id, role="pedagogue")
    assert await awa.title() == TEAM, await awa.text()
    await awa.submit("/equipe/invitations", email=BASTIEN.email, role="technicien")
    await bastien.open(await scene.link(BASTIEN, "team_invitation"))
    names = {"given_name": BASTIEN.given_name, "family_name": BASTIEN.family_name}
    await bastien.submit(button="Rejoindre", **names, age="adult", password=PASSWORD)
    code = await shared_code(awa)
    await chloe.open("/equipe/rejoindre")
    await chloe.submit("/equipe/rejoindre", code=code.lower(), role="conteur")
    assert await chloe.title() == TEAM
    await rulebook_is_accepted(scene, AWA, BASTIEN, CHLOE)
    await awa.open("/equipe")
    await awa.submit("/equipe/candidature")
    claire = await scene.window(CLAIRE)
    await claire.open("/coordination/candidatures")
    await claire.follow(TEAM)
    await claire.submit(button="Envoyer la réponse", decision="accepted")
    await awa.open("/equipe")
    assert "Retenue" in await awa.text() or "retenue" in await awa.text()


async def rulebook_is_accepted(scene: Scene, *people: Persona) -> None:
    """Each reads the rulebook in force and accepts it for oneself; the last one is named until then."""
    for persona in people:
        window = await scene.window(persona)
        await window.open("/equipe")
        assert persona.given_name in await window.text()
        await window.follow("Lire et accepter le règlement")
        assert "Les critères" in await window.text()
        await window.submit("/reglement/accepter", accepted=True)
        assert "Vous avez accepté la version 1 du règlement." in await window.text()


async def shared_code(window: Window) -> str:
    """The code shown to share."""
    await window.open("/equipe")
    words = (await window.text()).split()
    return next(word for word in words if len(word) == 9 and word[4] == "-" and word.isupper())


async def project_is_deposited(scene: Scene) -> None:
    """Step 4: two members write, a file is joined, the project is deposited; anybody can verify the receipt."""
    await come_back(scene, AWA, BASTIEN)
    awa, bastien = await scene.window(AWA), await scene.window(BASTIEN)
    await awa.open("/projet")
    await awa.submit(button="Enregistrer le brouillon", **{**FICHE, "scenario": ""})
    assert "Brouillon enregistré" in await awa.text()
    await bastien.open("/projet")
    await bastien.submit(button="Enregistrer le brouillon", scenario=FICHE["scenario"])
    piece = scene.folder / "schéma des marches.pdf"
    piece.write_bytes(PDF)
    await bastien.submit("/projet/fichier", file=piece)
    await bastien.open("/projet/depot")
    await bastien.submit(button="Déposer le projet")
    assert "Déposé" in await bastien.text()
    number = (await scene.link(AWA, "project_receipt")).rsplit("/", 1)[-1]
    await awa.open(f"/projet/recepisses/{number}")
    visitor = await scene.open_window()
    await visitor.open(f"/verifier?numero={number}")
    text = await visitor.text()
    assert number in text
    assert TITLE not in text


async def jury_reads(scene: Scene) -> None:
    """Step 5: a panel, the links of interest, the pile; Nadia scores with the level cards and writes twice."""
    await come_back(scene, CLAIRE, NADIA)
    claire, nadia = await scene.window(CLAIRE), await scene.window(NADIA)
    await claire.open("/coordination/jurys")
    await claire.submit("/coordination/jurys", name="Jury national", reads="1")
    async with scene.database.reading() as session:
        juror = await person_by_email(session, NADIA.email)
        rubric = await rubric_of(session, scene.edition.id)
    assert juror is not None
    assert rubric is not None
    await claire.submit(button="Ajouter au jury", person_id=juror.id, quality="Enseignante spécialisée")
    await nadia.open("/jury")
    await nadia.follow("Lire et accepter")
    await nadia.submit("/reglement/accepter", accepted=True)
    await nadia.open("/jury/liens")
    assert FICHE["solution"] not in await nadia.text()
    await nadia.submit("/jury/liens", certified=True)
    await claire.open("/coordination/affectation")
    await claire.follow("Jury national")
    await claire.submit(button="Confier les lectures")
    await nadia.open("/jury")
    await nadia.follow(TITLE)
    assert FICHE["solution"] in await nadia.text()
    levels = {f"niveau_{criterion.id}": str(3 - place % 2) for place, criterion in enumerate(rubric.criteria)}
    await nadia.submit(button="Enregistrer le brouillon", **levels)
    await nadia.picture("evaluation")
    await nadia.submit(button="Valider", remark_team=REMARK, remark_jury=SECRET)
    await nadia.open("/jury")
    assert "Validée" in await nadia.text()


async def projects_are_chosen(scene: Scene) -> None:
    """Steps 6 and 7: the ranking is read, a project is chosen with its reason, in secret."""
    await come_back(scene, CLAIRE, AWA)
    claire, awa = await scene.window(CLAIRE), await scene.window(AWA)
    await claire.open("/coordination/classement")
    assert TITLE in await claire.text()
    await claire.open("/coordination/selection")
    await claire.follow(TITLE)
    await claire.submit(button="Choisir ce projet", tier="renforce", prize="Prix École inclusive", reason=REASON)
    for path in ("/palmares", "/equipe", "/projet", "/projet/retours"):
        await awa.open(path)
        text = await awa.text()
        assert REASON not in text
        assert REMARK not in text


async def palmares_is_published(scene: Scene) -> None:
    """Step 7: published at once; the public, the team and its feedback page say so, with the words meant for it."""
    await come_back(scene, CLAIRE, AWA)
    claire, awa = await scene.window(CLAIRE), await scene.window(AWA)
    await claire.open("/coordination/palmares")
    await claire.submit("/coordination/palmares", confirmed=True)
    visitor = await scene.open_window()
    await visitor.open("/palmares")
    text = await visitor.text()
    assert TITLE in text
    assert REASON in text
    await visitor.open("/projets")
    assert TITLE in await visitor.text()
    assert await scene.link(BASTIEN, "palmares_selected")
    await awa.open("/projet/retours")
    text = await awa.text()
    assert REMARK in text
    assert SECRET not in text


async def phase_two_opens(scene: Scene) -> None:
    """Step 8: a programme, a mentor, interviews, a note, a milestone handed in and validated."""
    await come_back(scene, CLAIRE, OMAR, AWA)
    claire, omar, awa = [await scene.window(persona) for persona in (CLAIRE, OMAR, AWA)]
    await claire.open("/coordination/accompagnement")
    await claire.submit(button="Créer le programme", title="Tremplin", first_day="2027-10-25", place="Poitiers")
    async with scene.database.reading() as session:
        mentor = await person_by_email(session, OMAR.email)
    assert mentor is not None
    await claire.open("/coordination/accompagnement")
    await claire.follow(TITLE)
    await claire.submit(button="Confier le projet", mentor_id=mentor.id, objective="Essayer dans une vraie classe.")
    await omar.open("/mentorat")
    await omar.follow(TITLE)
    assert REMARK in await omar.text()
    assert SECRET not in await omar.text()
    await omar.follow("Planifier")
    await omar.submit(button="Planifier", first="2027-10-21T10:00")
    scene.clock.move_to(AFTER_INTERVIEW)
    await come_back(scene, OMAR, AWA)
    await omar.open("/mentorat")
    await omar.follow(TITLE)
    await omar.follow("jeudi 21 octobre")
    await omar.submit(button="Publier pour l’équipe", decisions="Un seul essai, dans une seule classe.")
    await omar.open("/mentorat")
    await omar.follow(TITLE)
    await omar.follow("Ajouter un jalon")
    await omar.submit(button="Ajouter le jalon", title="Protocole d’essai", due_on="2027-11-17")
    await awa.open("/accompagnement")
    assert "Un seul essai, dans une seule classe." in await awa.text()
    await awa.follow("Protocole d’essai")
    await awa.submit(
        button="Enregistrer", state="remis", text="Le protocole tient sur une page, en pièce jointe du mail."
    )
    await omar.open("/mentorat")
    await omar.follow(TITLE)
    await omar.follow("Protocole d’essai")
    await omar.submit(button="Enregistrer", state="valide")
    await awa.open("/accompagnement")
    assert "alidé" in await awa.text()
