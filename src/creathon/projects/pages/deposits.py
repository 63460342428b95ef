"""/projet/depot and /projet/recepisses: reviewing, depositing, receipts."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, check
from creathon.core.pdf import pdf_is_there
from creathon.core.text import _
from creathon.core.web.attachment import attachment_headers
from creathon.core.web.pages import done, page, posted_version
from creathon.core.web.paper import paper
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_of
from creathon.projects import actions, queries
from creathon.projects.models import Deposit
from creathon.projects.pages.desk import Desk, SignerOf, desk_of, find_desk
from creathon.projects.pages.download import own_files_shown
from creathon.projects.pages.gallery import fiche_words
from creathon.projects.pages.track import send_track
from creathon.projects.receipts import canonical_bundle, in_lines, normal_number, qr_code
from creathon.projects.rules import (
    Timing,
    content_of,
    deposit_words,
    deposited_as_it_is,
    may_deposit_now,
    may_withdraw,
    may_work_on,
    may_write,
    missing,
    receipt_words,
    standing,
    timing,
    verification,
    withdrawn_words,
)
from creathon.teams.rules import is_member


class DepositPages(Controller):
    """From the draft to the receipt."""

    path = "/projet"

    @get("/depot", name="projects:review", policy="signed_in")
    async def review(self, visit: Visiting, session: Session) -> Template:
        desk = await desk_of(visit, session)
        if desk.project is None:
            check(may_write(visit.viewer, desk.team, desk.edition, now=visit.now))
        project, content = desk.started, content_of(desk.started)
        current = project.current
        refusal = may_work_on(visit.viewer, desk.team) or may_deposit_now(desk.edition, now=visit.now)
        return page(
            visit, "projects/review.html", edition=desk.edition, team=desk.team, project=project, content=content,
            missing=missing(content, desk.team, desk.limits), refusal=refusal,
            standing=standing(project, desk.edition, now=visit.now), current=current,
            is_late=timing(desk.edition, now=visit.now) is Timing.LATE,
            same=deposited_as_it_is(project, desk.edition, now=visit.now), deposit_words=deposit_words,
            **own_files_shown(visit, project),
        )  # fmt: skip

    @post("/depot", name="projects:deposit", policy="signed_in")
    async def deposit(self, visit: Visiting, session: Session, signer: SignerOf) -> Response[Any]:
        """What is deposited is the version that was on the screen, whatever the others save meanwhile."""
        desk = await desk_of(visit, session, lock=True)
        version = posted_version(visit.posted)
        deposit = await actions.deposit_project(
            session, visit.actor, desk.started, desk.edition, signer=signer, now=visit.now, version=version
        )
        location = visit.url("projects:receipt", number=deposit.number)
        return done(visit, location, deposit_words(deposit, desk.edition.zone) + ".")

    @get("/recepisses/{number:str}", name="projects:receipt", policy="signed_in")
    async def receipt(self, visit: Visiting, session: Session, number: FromPath[str]) -> Template:
        deposit, edition = await _own_deposit(visit, session, number)
        counts = deposit.superseded_at is None and timing(edition, now=visit.now) is Timing.IN_TIME
        return page(
            visit, "projects/receipt.html", edition=edition, deposit=deposit, team=deposit.project.team,
            has_pdf=pdf_is_there(), may_be_withdrawn=counts, withdrawn=withdrawn_words(deposit, edition.zone),
            **own_files_shown(visit, deposit),
        )  # fmt: skip

    @get("/recepisses/{number:str}/retrait", name="projects:ask-withdrawal", policy="signed_in")
    async def ask_withdrawal(self, visit: Visiting, session: Session, number: FromPath[str]) -> Template:
        desk, deposit = await _to_withdraw(visit, session, number)
        check(may_withdraw(visit.actor, desk.started, deposit, desk.edition, now=visit.now))
        return page(visit, "projects/withdraw.html", edition=desk.edition, team=desk.team, deposit=deposit)

    @post("/recepisses/{number:str}/retrait", name="projects:withdraw", policy="signed_in")
    async def withdraw(self, visit: Visiting, session: Session, number: FromPath[str]) -> Response[Any]:
        desk, deposit = await _to_withdraw(visit, session, number, lock=True)
        await actions.withdraw_deposit(session, visit.actor, desk.started, deposit, desk.edition, now=visit.now)
        return done(visit, visit.url("projects:mine"), _("Le dépôt est retiré. Rien n’est déposé pour votre équipe."))

    @get("/recepisses/{number:str}/recepisse.pdf", name="projects:receipt-pdf", policy="signed_in")
    async def receipt_pdf(self, visit: Visiting, session: Session, number: FromPath[str]) -> Response[bytes]:
        """The receipt on paper, with a code that leads to its verification."""
        deposit, edition = await _own_deposit(visit, session, number)
        address = f"{visit.settings.base_url}{visit.url('projects:verify')}?{verification(deposit)}"
        return await paper(
            visit, session, "projects/receipt_pdf.html", f"recepisse-{deposit.number}.pdf",
            edition=edition, deposit=deposit, team=deposit.project.team, author=edition.pilot, address=address,
            code=qr_code(address), lines=in_lines(deposit.receipt or ""), **fiche_words(),
        )  # fmt: skip

    @get("/recepisses/{number:str}/projet.pdf", name="projects:deposited-pdf", policy="signed_in")
    async def deposited_pdf(self, visit: Visiting, session: Session, number: FromPath[str]) -> Response[bytes]:
        """What is deposited, on paper."""
        deposit, edition = await _own_deposit(visit, session, number)
        team = deposit.project.team
        return await paper(
            visit, session, "projects/deposited_pdf.html", f"projet-{deposit.number}.pdf",
            edition=edition, team=team, deposit=deposit, author=team.name, **fiche_words(),
        )  # fmt: skip

    @get("/recepisses/{number:str}/recepisse.txt", name="projects:signed-receipt", policy="signed_in")
    async def signed_receipt(self, visit: Visiting, session: Session, number: FromPath[str]) -> Response[str]:
        deposit, edition = await _own_deposit(visit, session, number)
        if deposit.receipt is None:
            raise NotThere()
        words = receipt_words(deposit, edition, visit.settings.base_url)
        headers = attachment_headers(f"recepisse-{deposit.number}.txt")
        return Response(words, media_type="text/plain", headers=headers)

    @get("/recepisses/{number:str}/sous-titres.vtt", name="projects:deposited-captions", policy="signed_in")
    async def captions(self, visit: Visiting, session: Session, number: FromPath[str]) -> Response[str]:
        deposit, _edition = await _own_deposit(visit, session, number)
        return send_track(deposit.content)

    @get("/recepisses/{number:str}/dossier.json", name="projects:bundle", policy="signed_in")
    async def bundle(self, visit: Visiting, session: Session, number: FromPath[str]) -> Response[bytes]:
        deposit, _edition = await _own_deposit(visit, session, number)
        headers = attachment_headers(f"dossier-{deposit.number}.json")
        return Response(canonical_bundle(deposit.content), media_type="application/json", headers=headers)


async def _to_withdraw(visit: Visit, session: AsyncSession, number: str, *, lock: bool = False) -> tuple[Desk, Deposit]:
    """The desk of the person and its deposit of that number; to everybody else it does not exist."""
    normal = normal_number(number)
    desk = await find_desk(visit, session, lock=lock)
    deposits = desk.project.deposits if desk and desk.project else []
    deposit = next((one for one in deposits if one.number == normal), None)
    if desk is None or deposit is None:
        raise NotThere()
    return desk, deposit


async def _own_deposit(visit: Visit, session: AsyncSession, number: str) -> tuple[Deposit, Edition]:
    """A deposit of the person's team, and its edition; to everybody else it does not exist."""
    normal = normal_number(number)
    deposit = await queries.deposit_by_number(session, normal) if normal else None
    edition = await edition_of(visit, session, deposit.edition_id) if deposit else None
    if deposit is None or edition is None or not is_member(visit.actor, deposit.project.team):
        raise NotThere()
    return deposit, edition
