"""Words, times, names, kinds: what needs no database."""

import hashlib
import io
import json
import unicodedata
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creathon.editions.models import Allowed, DeliverableKind, Edition, Phase, PhaseKind
from creathon.editions.rules import USUAL
from creathon.projects.models import Deposit
from creathon.projects.receipts import bundle_sha256, canonical_bundle, new_number, normal_number
from creathon.projects.rules import (
    FILE_LIMIT,
    FicheValues,
    Timing,
    clean_name,
    file_problem,
    folded,
    is_web_address,
    may_keep,
    may_show_publicly,
    media_type_of,
    missing,
    takes_the_place_of,
    timing,
)
from creathon.projects.rules.files import MEDIA_TYPES, NAME_LIMIT, TEAM_LIMIT
from creathon.teams.models import Team, TeamKind, TeamMember
from tests.factories.editions import CREATION, CREATION_CLOSES, CREATION_OPENS, paris
from tests.factories.projects import FICHE, PDF

PALMARES = paris(2027, 6, 17, 17)
MICRO = timedelta(microseconds=1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def edition(*, palmares: bool = True) -> Edition:
    creation = Phase(
        kind=PhaseKind.CREATION, opens_at=CREATION_OPENS, closes_at=CREATION_CLOSES, grace_seconds=900,
        allows=[Allowed.DEPOSIT],
    )  # fmt: skip
    closing = Phase(
        kind=PhaseKind.PALMARES, opens_at=PALMARES, closes_at=paris(2027, 10, 4), grace_seconds=0, allows=[]
    )
    return Edition(zone="Europe/Paris", phases=[creation, closing] if palmares else [creation])


def team_of(members: int) -> Team:
    return Team(kind=TeamKind.STANDARD, members=[TeamMember(seat=seat) for seat in range(1, members + 1)])


PIECE_KIND, VIDEO = DeliverableKind.PIECE, DeliverableKind.VIDEO
PIECE = USUAL[PIECE_KIND]


@pytest.mark.bar("F76")
@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (CREATION_OPENS - MICRO, Timing.EARLY),
        (CREATION_OPENS, Timing.IN_TIME),
        (CREATION_CLOSES, Timing.IN_TIME),
        (CREATION_CLOSES + timedelta(seconds=900) - MICRO, Timing.IN_TIME),
        (CREATION_CLOSES + timedelta(seconds=900), Timing.LATE),
        (PALMARES - MICRO, Timing.LATE),
        (PALMARES, Timing.OVER),
    ],
)
def test_timing_at_each_boundary(moment: datetime, expected: Timing) -> None:
    assert timing(edition(), now=moment) is expected


def test_timing_without_palmares_stays_late() -> None:
    assert timing(edition(palmares=False), now=PALMARES) is Timing.LATE
    assert not may_show_publicly(edition(palmares=False), PALMARES)


def test_projects_are_public_from_the_palmares_on() -> None:
    assert not may_show_publicly(edition(), PALMARES - MICRO)
    assert may_show_publicly(edition(), PALMARES)


@pytest.mark.parametrize(
    ("current", "late", "counts"),
    [
        (None, True, True),
        ((CREATION, False), True, False),
        ((CREATION, False), False, True),
        ((CREATION + MICRO, False), False, False),
        ((CREATION + MICRO, True), False, True),
        ((CREATION, True), True, True),
    ],
)
def test_a_deposit_counts_by_its_lateness_then_by_its_arrival(
    current: tuple[datetime, bool] | None, late: bool, counts: bool
) -> None:
    known = Deposit(arrived_at=current[0], late=current[1]) if current else None
    assert takes_the_place_of(known, late=late, arrived_at=CREATION) is counts


def test_a_complete_fiche_misses_nothing() -> None:
    assert missing(FICHE.content(), team_of(3), USUAL) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        *[({name: ""}, name) for name in ("title", "summary", "need", "solution", "ai_use", "inclusion", "next_steps")],
        ({"scenario": ""}, "scenario"),
        ({"needs": []}, "needs"),
        ({"levels": []}, "levels"),
        ({"video_url": ""}, "video_url"),
        ({"video_url": "javascript:alert(1)"}, "video_url"),
        ({"video_captioned": False}, "video_captioned"),
    ],
)
def test_a_fiche_without_one_thing_misses_it(changes: dict[str, Any], field: str) -> None:
    assert [item.field for item in missing(FICHE.content() | changes, team_of(3), USUAL)] == [field]


def test_what_the_edition_asks_for_is_missing_and_nothing_else() -> None:
    """A piece when it is required; no video, nor its captions, when it is not."""
    nothing = FICHE.content() | {"video_url": "", "video_captioned": False}
    pieces = USUAL | {PIECE_KIND: replace(PIECE, required=True), VIDEO: replace(USUAL[VIDEO], required=False)}
    assert [item.field for item in missing(nothing, team_of(3), pieces)] == ["file"]
    assert missing(nothing | {"file": {"name": "a.pdf"}}, team_of(3), pieces) == []
    assert [item.field for item in missing(nothing, team_of(3), USUAL)] == ["video_url", "video_captioned"]


def test_a_transcript_replaces_the_captions() -> None:
    content = FICHE.content() | {"video_captioned": False, "video_transcript": "On entend une voix."}
    assert missing(content, team_of(5), USUAL) == []


@pytest.mark.parametrize("members", [0, 2, 6])
def test_a_team_too_small_or_too_large_is_missing(members: int) -> None:
    assert [item.field for item in missing(FICHE.content(), team_of(members), USUAL)] == [""]


def test_choices_are_kept_in_the_order_of_the_page() -> None:
    assert FicheValues(needs=["autre", "oral", "oral"]).content()["needs"] == ["oral", "autre"]


@given(JSON)
def test_a_bundle_is_the_same_for_the_same_content(content: Any) -> None:
    wrapped = {"content": content}
    once = canonical_bundle(wrapped)
    assert canonical_bundle(json.loads(once)) == once
    assert bundle_sha256(wrapped) == hashlib.sha256(once).hexdigest()


def test_a_bundle_ignores_the_order_of_keys_and_the_form_of_accents() -> None:
    left = {"a": unicodedata.normalize("NFC", "é"), "b": 1}
    right = {"b": 1, "a": unicodedata.normalize("NFD", "é")}
    assert canonical_bundle(left) == canonical_bundle(right) == '{"a":"é","b":1}'.encode()


def test_a_number_is_read_however_it_is_typed() -> None:
    number = new_number()
    assert normal_number(number) == number
    for typed in (number.lower(), number.replace("-", ""), f" {number.replace('-', ' – ')} "):
        assert normal_number(typed) == number
    for typed in ("", "7F3A", "7F3A-91C2-1", "7G3A-91C2", "' OR 1=1"):
        assert normal_number(typed) is None


@pytest.mark.bar("E53")
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("dossier.pdf", "dossier.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Awa\\plan.odt", "plan.odt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\x00b\n\tc.pdf", "abc.pdf"),
        (unicodedata.normalize("NFD", "été.pdf"), unicodedata.normalize("NFC", "été.pdf")),
        ("..", "document"),
        ("", "document"),
        (".pdf", "pdf"),
        ("CON", "CON"),
        ("a.pdf.html", "a.pdf.html"),
    ],
)
def test_a_name_is_cleaned(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@pytest.mark.bar("E53")
@given(st.text(max_size=4096))
def test_a_clean_name_is_short_and_harmless(name: str) -> None:
    kept = clean_name(name)
    assert 0 < len(kept) <= NAME_LIMIT
    assert "/" not in kept
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in kept)
    assert clean_name(kept) == kept


def office(*entries: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


OOXML = (("[Content_Types].xml", "<Types/>"), ("_rels/.rels", "<r/>"))
KINDS = {
    "a.pdf": PDF,
    "a.PNG": b"\x89PNG\r\n\x1a\n" + bytes(32),
    "a.jpg": b"\xff\xd8\xff\xe0" + bytes(32),
    "a.jpeg": b"\xff\xd8\xff\xe0" + bytes(32),
    "a.odt": office(("mimetype", MEDIA_TYPES["odt"])),
    "a.odp": office(("mimetype", MEDIA_TYPES["odp"])),
    "a.docx": office(*OOXML, ("word/document.xml", "<w/>")),
    "a.pptx": office(*OOXML, ("ppt/presentation.xml", "<p/>")),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_accepted_when_name_and_content_agree(name: str) -> None:
    assert media_type_of(name, KINDS[name]) == MEDIA_TYPES[name[2:].lower()]


@pytest.mark.bar("E53", "E55")
@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_refused_under_every_other_name(name: str) -> None:
    family = {"jpg", "jpeg"}
    for extension in [*MEDIA_TYPES, "svg", "html", "exe", "zip", "pdf.html"]:
        if {extension, name[2:].lower()} <= family or extension == name[2:].lower():
            continue
        assert media_type_of(f"a.{extension}", KINDS[name]) is None, extension


@pytest.mark.bar("E53", "E55")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gif", b"GIF89a/*" + bytes(16) + b"*/=1;alert(1)"),
        ("a.pdf", b"<html><script>alert(1)</script>%PDF-1.7"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.docx", office(("a.txt", "bonjour"))),
        ("a.svg", b"<svg/>"),
        ("a.html", b"<!doctype html>"),
    ],
)
def test_a_disguised_file_is_refused_with_a_sentence(name: str, content: bytes) -> None:
    assert media_type_of(name, content) is None
    assert file_problem(name, None, len(content), PIECE)


def test_a_file_empty_or_too_large_is_refused() -> None:
    assert "vide" in (file_problem("a.pdf", MEDIA_TYPES["pdf"], 0, PIECE) or "")
    assert "20\u00a0Mo" in (file_problem("a.pdf", MEDIA_TYPES["pdf"], FILE_LIMIT + 1, PIECE) or "")
    assert file_problem("a.pdf", MEDIA_TYPES["pdf"], FILE_LIMIT, PIECE) is None


def test_the_limits_of_the_edition_are_those_that_are_said() -> None:
    narrow = replace(PIECE, formats=("pdf", "jpg"), max_bytes=3_000_000)
    assert "3\u00a0Mo" in (file_problem("a.pdf", MEDIA_TYPES["pdf"], 3_000_001, narrow) or "")
    assert file_problem("a.jpeg", MEDIA_TYPES["jpg"], 3_000_000, narrow) is None
    assert "PDF ou JPEG" in (file_problem("a.odt", MEDIA_TYPES["odt"], 10, narrow) or "")


@pytest.mark.bar("E60")
def test_a_team_and_an_edition_have_a_limit() -> None:
    assert may_keep(10, of_team=TEAM_LIMIT - 10, of_edition=TEAM_LIMIT) is None
    refusal = may_keep(11, of_team=TEAM_LIMIT - 10, of_edition=TEAM_LIMIT)
    assert refusal is not None
    assert "1,2\u00a0Go" in refusal.reason
    assert may_keep(1, of_team=0, of_edition=50_000_000_000) is not None


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("https://videos.exemple.test/2027/a", True),
        ("http://exemple.test", True),
        ("HTTPS://exemple.test/é", True),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://[", False),
        ("//exemple.test", False),
        ("exemple.test", False),
        ("https://exemple.test/a b", False),
    ],
)
def test_a_web_address_is_told_from_the_rest(value: str, good: bool) -> None:
    assert is_web_address(value) is good


def test_text_is_folded_for_searching() -> None:
    assert folded("Élève À Côté, ŒUF, STRASSE ß") == folded("eleve a cote, œuf, strasse SS")
