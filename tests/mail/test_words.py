"""The words an edition adds to its messages."""

import pytest
from sqlalchemy import select

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.actions.messages import words_stored
from creathon.editions.models import Edition, EditionState, Role
from creathon.mail.actions import Message, enqueue_mail, enqueue_mails
from creathon.mail.models import EditionWords, Mail
from creathon.mail.rendering import renderer
from creathon.mail.wordable import WORDABLE, Words, with_words
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.editions.making import COPY, sign_in, stored
from tests.factories.accounts import make_holder
from tests.factories.agenda import make_archive
from tests.factories.editions import site_of
from tests.personas import CLAIRE, LEILA, SAMIR, Persona
from tests.queries import MOST_QUERIES, count_queries

PATH = "/coordination/messages"
PLACED = {"given_name": "Awa", "team": "Les Marches", "site_name": "Poitiers", "is_captain": False}
TEXT = "Merci d’avoir osé.\n\n{{ site }} {% if %}<b>Rendez-vous</b> au 12, rue Basse."
TEMPLATE_MARK = "Bonjour"


async def words(database: Database, edition: Edition, name: str, subject: str = "", text: str = TEXT) -> None:
    async with database.writing() as session:
        session.add(
            EditionWords(
                edition_id=edition.id, name=name, subject=subject, text=text, updated_at=NOW, updated_by="somebody"
            )
        )


async def enqueued(
    database: Database, edition_id: str | None, name: str = "alone_placed", count: int = 1
) -> list[Mail]:
    async with database.writing() as session:
        for number in range(count):
            key = f"{edition_id}:{name}:{number}"
            await enqueue_mail(session, name, to="awa@exemple.test", key=key, now=NOW, edition_id=edition_id, **PLACED)
    async with database.reading() as session:
        query = select(Mail).where(Mail.edition_id == edition_id, Mail.name == name)
        return list(await session.scalars(query))


async def test_the_words_stand_once_after_the_greeting_and_the_facts_remain(
    app: Creathon, database: Database, edition: Edition
) -> None:
    [before] = await enqueued(database, edition.id)
    await words(database, edition, "alone_placed", subject="Bienvenue !")
    async with database.writing() as session:
        message = Message("awa@exemple.test", "many", None, edition.id, PLACED)
        await enqueue_mails(session, "alone_placed", [message], now=NOW)
    after = await enqueued(database, edition.id, count=2)
    worded = [mail for mail in after if mail.id != before.id]
    assert len(worded) == 2
    greeting, facts = before.body.split("\n\n", 1)
    for mail in worded:
        assert mail.subject == "Bienvenue !"
        assert mail.body == f"{greeting}\n\n{TEXT}\n\n{facts}"
    assert "/equipe" in facts
    assert "Les Marches" in facts


async def test_many_messages_are_written_once_for_their_cause(
    app: Creathon, database: Database, edition: Edition
) -> None:
    first, second = (Message(f"{who}@exemple.test", who, None, edition.id, PLACED) for who in ("awa", "teva"))
    async with database.writing() as session:
        await enqueue_mail(
            session, "alone_placed", to=first.to, key=first.key, now=NOW, edition_id=edition.id, **PLACED
        )
        await enqueue_mails(session, "alone_placed", [first, second, second], now=NOW)
    async with database.writing() as session:
        await enqueue_mails(session, "alone_placed", [second], now=NOW)
    async with database.reading() as session:
        sent = await session.scalars(select(Mail.recipient).where(Mail.name == "alone_placed"))
        assert sorted(sent) == [first.to, second.to]


async def test_another_edition_and_other_messages_keep_theirs(
    app: Creathon, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        archive = await make_archive(session)
    await words(database, edition, "alone_placed")
    others = [
        *await enqueued(database, archive.id),
        *await enqueued(database, edition.id, "alone_not_grouped"),
        *await enqueued(database, None),
    ]
    assert len(others) == 3
    assert not [mail for mail in others if "avoir osé" in mail.body]
    assert [mail for mail in await enqueued(database, edition.id) if "avoir osé" in mail.body]


@pytest.mark.parametrize("name", sorted(WORDABLE))
def test_every_message_with_words_begins_with_a_greeting_alone_on_its_line(app: Creathon, name: str) -> None:
    source = renderer().environment.loader.get_source(renderer().environment, f"{name}/body.txt")[0]  # type: ignore[union-attr]
    greetings = [line for line in source.splitlines() if TEMPLATE_MARK in line]
    assert greetings
    for line in greetings:
        said = line[line.index(TEMPLATE_MARK) :]
        assert said.split("{%")[0].split('"')[0].rstrip().endswith(",")
    first = next(line for line in source.splitlines() if not line.startswith("{% if"))
    assert TEMPLATE_MARK in first


def test_a_long_subject_of_spaces_and_nothing_at_all() -> None:
    rendered = ("Objet", "Bonjour,\n\nLes faits.\n")
    assert with_words(rendered, None) == rendered
    assert with_words(rendered, Words()) == rendered
    assert with_words(rendered, Words("Un  objet\nà nous")) == ("Un objet à nous", rendered[1])
    assert with_words(rendered, Words("", "Oui.")) == ("Objet", "Bonjour,\n\nOui.\n\nLes faits.\n")


async def test_as_many_statements_for_three_messages_as_for_one_but_their_own(
    app: Creathon, database: Database, edition: Edition
) -> None:
    await words(database, edition, "alone_placed")
    asked = []
    for count in (1, 3):
        with count_queries(database) as asked_for:
            async with database.writing() as session:
                for number in range(count):
                    await enqueue_mail(
                        session, "alone_placed", to="a@exemple.test", key=f"{count}{number}", now=NOW, is_new=True,
                        edition_id=edition.id, **PLACED,
                    )  # fmt: skip
        asked.append([one for one in asked_for.statements if "edition_words" in one])
    assert [len(one) for one in asked] == [1, 1]
    with count_queries(database) as asked_for:
        async with database.writing() as session:
            await enqueue_mail(
                session, "account_verify", to="a@exemple.test", key="x", now=NOW, edition_id=edition.id,
                token="jeton", expires_at=NOW, zone="Europe/Paris", given_name="Awa",
            )  # fmt: skip
    assert not [one for one in asked_for.statements if "edition_words" in one]


async def test_a_coordinator_writes_a_message_and_gives_it_back(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open(PATH)
    assert "Texte d’origine" in visitor.text
    assert "Modifié le" not in visitor.text
    await visitor.open(f"{PATH}/alone_placed")
    await visitor.submit(subject="Bienvenue !", text=TEXT)
    assert "est enregistré" in visitor.response.text
    assert f"par {CLAIRE.given_name} {CLAIRE.family_name}" in visitor.text
    [mail] = await enqueued(database, edition.id)
    assert (mail.subject, TEXT in mail.body) == ("Bienvenue !", True)
    await visitor.open(f"{PATH}/alone_placed/origine")
    await visitor.submit()
    assert "a repris son texte d’origine" in visitor.response.text
    assert "Modifié le" not in visitor.text
    [_worded, plain] = sorted(
        await enqueued(database, edition.id, count=2), key=lambda one: "avoir osé" not in one.body
    )
    assert "avoir osé" not in plain.body
    async with database.reading() as session:
        lines = list(await session.scalars(select(JournalLine).where(JournalLine.verb == "edition.words")))
    assert [line.details for line in lines] == [{"message": "alone_placed"}] * 2


async def test_what_is_too_long_or_on_two_lines_comes_back_as_typed(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    for typed, said in (
        ({"subject": "a" * 151, "text": "Mon texte."}, "150 caractères au plus"),
        ({"subject": "Objet", "text": "a" * 4001}, "4000 caractères au plus"),
        ({"subject": "Objet\nBcc: tous", "text": "Mon texte."}, "une seule ligne"),
    ):
        await visitor.open(f"{PATH}/alone_placed")
        await visitor.submit(**typed)
        assert visitor.response.status_code == 422
        assert said in visitor.text
        assert typed["text"] in visitor.text
    async with database.reading() as session:
        assert await words_stored(session, edition.id, "alone_placed") is None


async def test_the_subject_that_says_the_answer_is_not_asked_and_not_taken(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open(f"{PATH}/team_decided")
    assert "quelle que soit la réponse" in visitor.text
    await visitor.submit(text="Merci.")
    async with database.reading() as session:
        found = await words_stored(session, edition.id, "team_decided")
    assert found is not None
    assert (found.subject, found.text) == ("", "Merci.")


async def test_two_coordinators_at_once_see_both_texts(visitor: Visitor, database: Database, edition: Edition) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open(f"{PATH}/alone_placed")
    await words(database, edition, "alone_placed", text="De la collègue.")
    await visitor.submit(text="De moi.")
    assert visitor.response.status_code == 409
    assert "De la collègue." in visitor.text
    assert "De moi." in visitor.text
    await visitor.submit()
    async with database.reading() as session:
        found = await words_stored(session, edition.id, "alone_placed")
    assert found is not None
    assert found.text == "De moi."


async def test_giving_back_what_somebody_else_just_wrote_shows_it_first(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open(f"{PATH}/alone_placed/origine")
    await words(database, edition, "alone_placed", subject="Objet neuf", text="De la collègue.")
    await visitor.submit()
    assert visitor.status == 409
    assert visitor.title == "Revenir au texte d’origine de « Équipe formée » ?"
    assert "Quelqu’un a modifié ce message pendant que vous décidiez." in visitor.errors
    assert "Objet neuf De la collègue." in visitor.text
    async with database.reading() as session:
        found = await words_stored(session, edition.id, "alone_placed")
        assert found is not None
        assert found.text == "De la collègue."
    await visitor.submit()
    assert "a repris son texte d’origine" in visitor.flash


async def test_a_copy_says_its_messages_in_the_same_words(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await words(database, edition, "alone_placed", subject="Bienvenue !")
    await words(database, edition, "alone_received", text="")
    claire = await sign_in(visitor, database, CLAIRE.email)
    await visitor.open("/coordination/editions/copie?edition=2027")
    await visitor.submit(**COPY)
    copy = await stored(database, "2028")
    async with database.reading() as session:
        query = select(EditionWords).where(EditionWords.edition_id == copy.id)
        [copied] = list(await session.scalars(query))
    assert (copied.name, copied.subject, copied.text) == ("alone_placed", "Bienvenue !", TEXT)
    assert copied.updated_by == claire.id


@pytest.mark.parametrize(("persona", "role"), [(SAMIR, Role.SITE_COORDINATOR), (LEILA, Role.JUROR)])
async def test_sites_and_the_jury_are_refused(
    visitor: Visitor, database: Database, edition: Edition, persona: Persona, role: Role
) -> None:
    async with database.writing() as session:
        site = site_of(edition, "POI") if role == Role.SITE_COORDINATOR else None
        await make_holder(session, persona, role, edition, site)
    await sign_in(visitor, database, persona.email)
    for path in (PATH, f"{PATH}/alone_placed", f"{PATH}/alone_placed/origine"):
        await visitor.open(path)
        assert visitor.response.status_code == 403


async def test_an_archive_and_a_message_that_is_none_are_refused(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    await visitor.open(f"{PATH}/account_verify")
    assert visitor.response.status_code == 404
    await visitor.open(f"{PATH}/alone_placed")
    async with database.writing() as session:
        found = await session.get(Edition, edition.id)
        assert found is not None
        found.state = EditionState.ARCHIVED
    await visitor.submit(text="Trop tard.")
    assert visitor.response.status_code == 409
    async with database.reading() as session:
        assert await words_stored(session, edition.id, "alone_placed") is None


async def test_the_list_asks_as_little_with_three_as_with_one(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE.email)
    asked = []
    for names in (["alone_placed"], ["alone_received", "team_moved"]):
        for name in names:
            await words(database, edition, name)
        with count_queries(database) as asked_for:
            await visitor.open(PATH)
        asked.append(asked_for.count)
    assert asked[0] == asked[1] < MOST_QUERIES
