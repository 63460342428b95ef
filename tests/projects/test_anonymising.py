"""Copies for blind reading: documents that name people in all the places where programs write names, then do not."""

import asyncio
import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, Stream, String
from PIL import Image

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.projects.anonymising import Unreadable, anonymous
from creathon.projects.copying import CLAIM_LASTS, MOST_TRIES, Copyist
from creathon.projects.models import Deposit
from creathon.projects.opening import DOCX, ODP, ODT, PPTX
from creathon.projects.opening_pdf import check_pdf
from creathon.projects.queries.contents import SETTLED, blind_copies
from creathon.projects.rules.files import copy_words
from tests.factories.editions import CREATION
from tests.factories.projects import join_file, make_deposit, make_draft
from tests.projects.conftest import Scene
from tests.projects.hostile import document, located, zipped

WHO, SCHOOL, TEXT = "Awa Traoré", "Collège Jean-Moulin", "Une consigne en escalier"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{WHO}</dc:creator>'
    f"<cp:lastModifiedBy>{WHO}</cp:lastModifiedBy></cp:coreProperties>"
)
APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Company>{SCHOOL}</Company><Manager>{WHO}</Manager></Properties>"
)
CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties">'
    f'<property name="Classe"><x>{SCHOOL}</x></property></Properties>'
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
WORD = {
    "docProps/core.xml": CORE,
    "docProps/app.xml": APP,
    "docProps/custom.xml": CUSTOM,
    "word/document.xml": (
        f'<w:document {W}><w:p w:rsidR="00A1"><w:ins w:id="1" w:author="{WHO}"><w:r><w:t>{TEXT}</w:t></w:r></w:ins>'
        f'<w:del w:id="2" w:author="{WHO}"/></w:p></w:document>'
    ),
    "word/comments.xml": f'<w:comments {W}><w:comment w:author="{WHO}" w:initials="AT" w:id="0"/></w:comments>',
    "word/people.xml": (
        '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
        f'<w15:person w15:author="{WHO}"><w15:presenceInfo w15:providerId="AD" w15:userId="S::{WHO}"/></w15:person>'
        "</w15:people>"
    ),
    "word/_rels/settings.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="x/attachedTemplate" Target="file:///C:/Users/{WHO}/Normal.dotm" '
        'TargetMode="External"/><Relationship Id="r2" Type="x/image" Target="media/a.jpeg"/></Relationships>'
    ),
    "customXml/item1.xml": f"<CoverPageProperties><Company>{SCHOOL}</Company></CoverPageProperties>",
}
SLIDES = {
    "docProps/core.xml": CORE,
    "ppt/presentation.xml": f"<p:presentation xmlns:p='x'><t>{TEXT}</t></p:presentation>",
    "ppt/commentAuthors.xml": f"<p:l xmlns:p='x'><p:cmAuthor id='0' name='{WHO}' initials='AT'/></p:l>",
    "ppt/authors.xml": f"<p188:authorLst xmlns:p188='x'><p188:author name='{WHO}' userId='{WHO}'/></p188:authorLst>",
}
OPEN = {
    "meta.xml": (
        '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:meta="m" xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        f"<meta:initial-creator>{WHO}</meta:initial-creator><dc:creator>{WHO}</dc:creator></office:meta>"
        "</office:document-meta>"
    ),
    "content.xml": (
        "<office:document-content xmlns:office='o' xmlns:dc='d' xmlns:text='t' xmlns:meta='m'>"
        f"<text:tracked-changes><dc:creator>{WHO}</dc:creator></text:tracked-changes><text:p>{TEXT}</text:p>"
        f"<office:annotation><dc:creator>{WHO}</dc:creator><meta:creator-initials>Awa</meta:creator-initials>"
        f"</office:annotation><text:author-name>{WHO}</text:author-name></office:document-content>"
    ),
    "settings.xml": f"<s xmlns:c='c'><c:config-item c:name='PrinterName'>{SCHOOL}</c:config-item></s>",
}
REMARKS = f"<comments><authors><author>{WHO}</author></authors></comments>"
SHEET = zipped({"x.xml": b"<Types/>", "docProps/core.xml": CORE.encode(), "xl/comments1.xml": REMARKS.encode()})


def packed(kind: str, parts: dict[str, str], **more: bytes) -> bytes:
    return document(kind, **{name: text.encode() for name, text in parts.items()}, **more)


def pdf() -> bytes:
    written, photo = io.BytesIO(), located()
    with Pdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Author"], made.docinfo["/Producer"] = WHO, SCHOOL
        with made.open_metadata(set_pikepdf_as_editor=False) as meta:
            meta["dc:creator"] = [WHO]
        page = made.pages[0].obj
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), T=String(WHO), Contents=TEXT)
        page.Annots = Array([made.make_indirect(note), Dictionary(note)])
        image = Stream(made, photo, Type=Name.XObject, Subtype=Name.Image, Width=16, Height=8, BitsPerComponent=8,
                       ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode)  # fmt: skip
        page.Resources = Dictionary(XObject=Dictionary(Im=image))
        page.Contents = Stream(made, f"BT ({TEXT}) Tj ET".encode())
        page.PieceInfo = Dictionary(Word=Dictionary(Private=String(SCHOOL)))
        signed = Dictionary(Type=Name.Sig, Name=String(WHO), Location=String(SCHOOL))
        field = Dictionary(FT=Name.Sig, T=String("Signature"), V=made.make_indirect(signed))
        made.Root.AcroForm = Dictionary(Fields=Array([made.make_indirect(field)]))
        made.save(written, object_stream_mode=ObjectStreamMode.generate)
    return written.getvalue()


SAMPLES = {
    "pdf": ("application/pdf", pdf()),
    "docx": (DOCX, packed(DOCX, WORD, word__media__a=located(), word__embeddings__t=SHEET)),
    "pptx": (PPTX, packed(PPTX, SLIDES)),
    "odt": (ODT, packed(ODT, OPEN)),
    "odp": (ODP, packed(ODP, OPEN)),
    "jpeg": ("image/jpeg", located()),
}


def words(content: bytes) -> str:
    """All that a file says, unpacked to the last part."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return " ".join(f"{name} {words(archive.read(name))}" for name in archive.namelist())
    if content.startswith(b"%PDF"):
        return _pdf_words(content)
    return content.decode("utf-8", "replace")


def _pdf_words(content: bytes) -> str:
    said = [content]
    with pikepdf.open(io.BytesIO(content)) as read:
        for held in [read.trailer, *read.objects]:
            said.append(repr(held).encode())
            said += [str(value).encode() for value in _strings(held)]
            if isinstance(held, Stream):
                said.append(held.read_raw_bytes())
                if "/Filter" not in held or held.Filter == Name.FlateDecode:
                    said.append(held.read_bytes())
    return b" ".join(said).decode("utf-8", "replace")


def _strings(held: object) -> list[object]:
    """The values written inside an object, whatever their depth."""
    if isinstance(held, Dictionary | Stream):
        inner = [value for _key, value in held.items()]
    elif isinstance(held, Array):
        inner = list(held)
    else:
        return [held]
    return [one for value in inner if not getattr(value, "is_indirect", False) for one in _strings(value)]


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_copy_names_nobody_and_says_the_same(kind: str) -> None:
    media_type, content = SAMPLES[kind]
    assert "Awa" in words(content)
    copy = anonymous(media_type, content)
    for name in ("Awa", "Traor", "Jean-Moulin"):
        assert name not in words(copy), name
    if kind != "jpeg":
        assert TEXT in words(copy)
    assert anonymous(media_type, content) == copy
    assert anonymous(media_type, copy) == copy


def test_a_copy_opens_as_what_it_was() -> None:
    assert check_pdf(anonymous(*SAMPLES["pdf"]))
    with Image.open(io.BytesIO(anonymous("image/jpeg", located()))) as image:
        image.load()
        assert image.size == (16, 8)
    with zipfile.ZipFile(io.BytesIO(anonymous(*SAMPLES["odt"]))) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
    with zipfile.ZipFile(io.BytesIO(anonymous(*SAMPLES["docx"]))) as archive:
        assert b'Target="media/a.jpeg"' in archive.read("word/_rels/settings.xml.rels")


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        (DOCX, document(x__xml=b"x", **{"word__old.bin": b"\xd0\xcf\x11\xe0 old"})),
        (DOCX, document(**{"docProps__core.xml": b"<cut"})),
        (DOCX, document(**{"a.xml": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a>&b;</a>"[:-9]})),
        ("image/png", b"\x89PNG\r\n\x1a\nnothing"),
        ("application/pdf", b"%PDF-1.7\n%%EOF"),
    ],
)
def test_what_cannot_be_read_to_its_end_is_not_copied(media_type: str, content: bytes) -> None:
    with pytest.raises(Unreadable):
        anonymous(media_type, content)


async def deposited(scene: Scene, database: Database, store: FileStore, content: bytes) -> Deposit:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        await join_file(session, scene.edition, project, store=store, content=content, name=f"{WHO}.pdf")
        return await make_deposit(session, scene.edition, project, now=CREATION)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


async def test_the_copy_is_made_once_beside_the_original(
    app: Creathon, scene: Scene, database: Database, store: FileStore, clock: MovableClock
) -> None:
    content = pdf()
    deposit = await deposited(scene, database, store, content)
    sha256 = deposit.content["file"]["sha256"]
    copyists = [Copyist(database, store, clock) for _ in range(3)]
    assert sum(await asyncio.gather(*(copyist.copy_due() for copyist in copyists))) == 0
    clock.move_to(CREATION + SETTLED)
    assert sum(await asyncio.gather(*(copyist.copy_due() for copyist in copyists))) == 1
    async with database.reading() as session:
        copy = (await blind_copies(session, [sha256])).get(sha256)
    assert copy is not None
    assert copy.copied is not None
    assert copy.copy_sha256 not in (None, sha256)
    assert store.path(sha256).read_bytes() == content
    assert "Awa" not in words(store.path(str(copy.copy_sha256)).read_bytes())
    assert copy_words(copy) == ""


async def test_what_cannot_be_copied_is_given_up_and_a_lost_claim_is_taken_again(
    app: Creathon, scene: Scene, database: Database, store: FileStore, clock: MovableClock
) -> None:
    deposit = await deposited(scene, database, store, b"%PDF-1.7 nothing %%EOF")
    sha256, copyist = deposit.content["file"]["sha256"], Copyist(database, store, clock)
    clock.move_to(CREATION + SETTLED)
    assert await copyist._claim() is not None
    assert await copyist.copy_due() == 0
    for _time in range(MOST_TRIES):
        clock.move_to(clock.now() + CLAIM_LASTS)
        await copyist.copy_due()
    clock.move_to(clock.now() + CLAIM_LASTS * 10)
    assert await copyist.copy_due() == 0
    async with database.reading() as session:
        copy = (await blind_copies(session, [sha256])).get(sha256)
    assert copy is not None
    assert (copy.copied, copy.due_at, copy.tries) == (None, None, MOST_TRIES)
    assert "n’a pas pu être faite" in copy_words(copy)
