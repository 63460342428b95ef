"""No line of the policy is vacuous, and no guard of the code can be dropped unseen. Bar C29."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from creathon.core import events
from creathon.mentoring.rules import Relation
from creathon.policy import POLICIES
from tests.policy.book import Block, Book, Cell, Line
from tests.policy.comparing import differs
from tests.policy.running import Seen, Stage

Mutate = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.bar("C29")
def test_flipped_line_changes_what_is_expected(book: Book) -> None:
    flipped = 0
    for block in book.blocks:
        expected = {cell: book.expected(cell) for cell in book.cells(block.pages)}
        for line in block.lines:
            answer = next(one for one in book.answers if one != line.answer)
            other = with_answer(book, block, line, answer)
            assert any(other.expected(cell) != known for cell, known in expected.items()), line.text
            flipped += 1
    assert flipped == sum(len(block.lines) for block in book.blocks) > 200


def with_answer(book: Book, block: Block, line: Line, answer: str) -> Book:
    lines = tuple(replace(one, answer=answer) if one is line else one for one in block.lines)
    return replace(book, blocks=(replace(block, lines=lines),))


def opened(row: str) -> Mutate:
    """A row of the table of doors lets everybody in."""
    return lambda patch: patch.setitem(POLICIES, row, replace(POLICIES[row], admits=lambda _viewer: True))


def shut(row: str) -> Mutate:
    """A row of the table of doors lets nobody in. (Behind « signed_in » every page asks again who is there.)"""
    return lambda patch: patch.setitem(POLICIES, row, replace(POLICIES[row], admits=lambda _viewer: False))


def dropped(place: str, answer: Any = None) -> Mutate:
    """The guard of that name in that module always gives `answer`: nothing to object, by default."""
    module, _dot, name = place.rpartition(".")

    def mutate(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(import_module(f"creathon.{module}"), name, lambda *_args, **_keywords: answer)

    return mutate


def dropped_query(place: str) -> Mutate:
    async def yes(*_args: Any) -> bool:
        return True

    module, _dot, name = place.rpartition(".")
    return lambda patch: patch.setattr(import_module(f"creathon.{module}"), name, yes)


def deaf(patch: pytest.MonkeyPatch) -> None:
    """Nobody above hears what happens below: links of interest hide nothing from the coordination."""
    patch.setattr("creathon.app.subscribe", lambda *_: None)
    patch.setattr(events, "_handlers", events.defaultdict(list))


GUARDS: list[tuple[str, Mutate, str, str]] = [
    ("the door of people signed in", shut("signed_in"), "teams:mine", "evaluation"),
    ("the door of the jury", opened("jury"), "jury:pile", "evaluation"),
    ("the door of mentors", opened("mentor"), "mentoring:followed-list", "accompagnement"),
    ("the door of coordinations", opened("coordination"), "jury:rubric", "evaluation"),
    ("the door of the national coordination", opened("national_coordination"), "mentoring:programme", "evaluation"),
    ("the disabled account", dropped("accounts.queries.session_is_alive", answer=True), "teams:mine", "candidature"),
    ("the owner of a browser", dropped_query("accounts.queries.is_session_of"), "accounts:end-session", "draft"),
    ("the draft edition", dropped("dashboards.pages.edition.may_see_edition"), "editions:show", "draft"),
    ("the edition's coordination", dropped("editions.pages.texts.may_change_edition"), "editions:texts", "creation"),
    ("the list of another edition", dropped("jury.pages.panels.may_help_coordinate"), "jury:panels", "evaluation"),
    ("the site of a panel", dropped("jury.pages.panels.may_see_panel"), "jury:panel", "evaluation"),
    ("the reader of a project", dropped("jury.pages.evaluations.may_read"), "jury:evaluation", "evaluation"),
    ("the end of the reading", dropped("jury.actions.evaluations.may_score"), "jury:save-evaluation", "deliberation"),
    ("the reopening", dropped("jury.actions.evaluations.may_reopen"), "jury:reopen", "deliberation"),
    ("stepping aside", dropped("jury.pages.evaluations.may_recuse"), "jury:confirm-recusal", "palmares"),
    ("declaring in time", dropped("jury.actions.links.may_declare_links"), "jury:declare-links", "deliberation"),
    ("the ranking before the reading", dropped("jury.pages.ranking.may_see_ranking"), "jury:ranking", "creation"),
    ("choosing", dropped("jury.pages.selection.may_coordinate"), "jury:selection", "deliberation"),
    ("the embargo", dropped("jury.actions.palmares.may_publish"), "jury:publish", "deliberation"),
    ("the link of a coordinator with a project", deaf, "projects:followed", "evaluation"),
    ("the link of a coordinator with a team", deaf, "teams:decide", "evaluation"),
    ("the site of a project", dropped("projects.pages.coordination.may_follow"), "projects:followed", "evaluation"),
    ("the file of a team", dropped("projects.pages.files.may_fetch_file"), "projects:file", "evaluation"),
    ("the receipt", dropped("projects.pages.deposits.is_member", answer=True), "projects:receipt", "evaluation"),
    ("the end of deposits", dropped("projects.actions.may_deposit_now"), "projects:deposit", "palmares"),
    ("the secret of the gallery", dropped("projects.pages.gallery.may_show_publicly", answer=True),
     "projects:public", "deliberation"),
    ("the site of an application", dropped("teams.pages.loading.may_see_application"),
     "teams:application", "candidature"),
    ("the captain", dropped("teams.actions.seats.may_lead"), "teams:hand-over", "candidature"),
    ("the invitation of another team", dropped("teams.actions.invitations.may_handle_invitation"),
     "teams:resend-invitation", "candidature"),
    ("the questions once applications are open", dropped("teams.actions.questions.may_change_questions"),
     "teams:add-question", "candidature"),
    ("the questions of another edition", dropped("teams.pages.questions.may_change_edition"),
     "teams:questions", "creation"),
    ("the answers of a sent application", dropped("teams.actions.answers.may_write_answers"),
     "teams:save-answers", "attente"),
    ("the class", dropped("teams.rules.may_declare_class"), "teams:pupils", "candidature"),
    ("asking not to compete", dropped("teams.actions.applications.may_ask_aside"), "teams:do-ask-aside", "creation"),
    ("applying alone in time", dropped("teams.rules.may_apply_alone"), "teams:alone", "creation"),
    ("the site of somebody alone", dropped("teams.rules.may_see_alone"), "teams:person", "candidature"),
    ("the seat of somebody else", dropped("teams.actions.proposals.may_answer_seat"),
     "teams:answer-seat", "candidature"),
    ("the site of an answer to many", dropped("teams.actions.answering.may_decide"),
     "teams:answer-many", "candidature"),
    ("who competes after the palmarès", deaf, "teams:set-aside", "palmares"),
    ("the site of a sheet", dropped("editions.pages.sites.coordinated_sites"), "editions:site", "creation"),
    ("the list of sites of another edition", dropped("editions.pages.sites.may_help_coordinate"),
     "editions:sites", "creation"),
    ("the sites of an announced edition", dropped("editions.actions.sites.may_remove_site"),
     "editions:remove-site", "creation"),
    ("who adds sites", dropped("editions.pages.sites.may_redefine_site"), "editions:new-site", "creation"),
    ("the site of an edition on paper", dropped("editions.pages.public_site.may_see_edition"),
     "editions:public-site", "draft"),
    ("who imports", dropped("imports.pages.may_import"), "imports:check", "creation"),
    ("judge and party", dropped("teams.rules.members.may_compete"), "teams:create", "candidature"),
    ("who follows a project", dropped("mentoring.pages.desk.relation", answer=Relation.MENTOR),
     "mentoring:objective", "accompagnement"),
    ("who sets milestones", dropped("mentoring.pages.milestones.may_add_milestone"),
     "mentoring:new-milestone", "accompagnement"),
    ("the note of an interview", dropped("mentoring.actions.interviews.may_note"),
     "mentoring:note-interview", "accompagnement"),
    ("the programme before the palmarès", dropped("mentoring.pages.programme.may_prepare"),
     "mentoring:new-session", "deliberation"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.bar("C29")
@pytest.mark.parametrize(("mutate", "page", "phase"), [one[1:] for one in GUARDS], ids=[one[0] for one in GUARDS])
async def test_dropped_guard_is_noticed(book: Book, stage: Stage, mutate: Mutate, page: str, phase: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        mutate(patch)
        noticed = await first_difference(stage, book, book.cells([page], [phase]))
    assert noticed is not None
    assert await first_difference(stage, book, [noticed]) is None


async def first_difference(stage: Stage, book: Book, cells: Iterable[Cell]) -> Cell | None:
    """The first of these cells that is answered otherwise than the policy says."""

    def is_other(seen: Seen) -> bool:
        return differs(book.expected(seen.cell), seen)

    seen = [one async for one in stage.ask_all(cells, is_other)]
    return seen[-1].cell if is_other(seen[-1]) else None
