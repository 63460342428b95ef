"""Captions: whatever is brought is read or refused with its line; what is proposed holds every word, in time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creathon.core.text import clean
from creathon.projects.rules import bundle_of
from creathon.projects.rules.captioning import LINE, LINES, advice_on, proposed
from creathon.projects.rules.captions import (
    MOST_BYTES,
    MOST_CUES,
    Cue,
    Row,
    Unreadable,
    as_srt,
    as_text,
    as_vtt,
    caption_words,
    cues_of,
    cues_typed,
    followed_how,
    moment,
    moment_typed,
    plain,
    read_captions,
    rows_of,
)
from creathon.projects.rules.search import weighed_words
from tests.factories.projects import CAPTIONS, FICHE

ONE = "00:00:01.000 --> 00:00:02.000"
READ: dict[str, tuple[bytes, list[Cue]]] = {
    "plain": (f"WEBVTT\n\n{ONE}\nBonjour".encode(), [Cue(1000, 2000, "Bonjour")]),
    "a mark of order and CRLF": (f"\ufeffWEBVTT\r\n\r\n{ONE}\r\nBonjour\r\n".encode(), [Cue(1000, 2000, "Bonjour")]),
    "UTF-16": (f"WEBVTT\n\n{ONE}\nÉté".encode("utf-16"), [Cue(1000, 2000, "Été")]),
    "Windows": ("1\n00:00:01,000 --> 00:00:02,000\nÉté œuvre".encode("cp1252"), [Cue(1000, 2000, "Été œuvre")]),
    "no hours": (b"WEBVTT\n\n00:01.000 --> 01:02.500\nA", [Cue(1000, 62500, "A")]),
    "old line ends": (f"WEBVTT\r\r{ONE}\rA\r".encode(), [Cue(1000, 2000, "A")]),
    "SubRip": (
        b"1\n00:00:01,000 --> 00:00:02,000\nA\n\n2\n00:00:03,000 --> 00:00:04,000\nB\nC\n",
        [Cue(1000, 2000, "A"), Cue(3000, 4000, "B\nC")],
    ),
    "SubRip without blank lines": (
        b"1\n00:00:01,000 --> 00:00:02,000\nA\n2\n00:00:03,000 --> 00:00:04,000\nB",
        [Cue(1000, 2000, "A"), Cue(3000, 4000, "B")],
    ),
    "a blank line inside": (b"1\n00:00:01,000 --> 00:00:02,000\nA\n\nB\n", [Cue(1000, 2000, "A\nB")]),
    "notes, styles, regions": (
        f"WEBVTT - titre\nKind: captions\n\nSTYLE\n::cue {{ color: red }}\n\nREGION\nid:a\n\nNOTE rien\nà voir\n\n"
        f"intro\n{ONE} line:0 align:start\nA".encode(),
        [Cue(1000, 2000, "A")],
    ),
    "marks and voices": (
        f"WEBVTT\n\n{ONE}\n<v.fort Zoé Petit>Je <i>lis</i> <00:00:01.500><c.rouge>vite</c></v>".encode(),
        [Cue(1000, 2000, "Zoé Petit : Je lis vite")],
    ),
    "marks of SubRip": (
        b'1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<font color="#fff">A</font> <b>B</b>',
        [Cue(1000, 2000, "A B")],
    ),
    "signs written as words": (f"WEBVTT\n\n{ONE}\n3 &lt; 4 &amp; a < b".encode(), [Cue(1000, 2000, "3 < 4 & a < b")]),
    "out of order": (
        f"WEBVTT\n\n00:05.000 --> 00:06.000\nB\n\n{ONE}\nA".encode(),
        [Cue(1000, 2000, "A"), Cue(5000, 6000, "B")],
    ),
    "without words": (f"WEBVTT\n\n{ONE}\n\n00:03.000 --> 00:04.000\nA".encode(), [Cue(3000, 4000, "A")]),
    "tenths, one dash": (b"0:01,5 -> 0:02,25\nA", [Cue(1500, 2250, "A")]),
}  # fmt: skip
REFUSED = {
    "nothing": (b"", "Aucun sous-titre"),
    "words alone": (b"Bonjour a tous\n", "Ligne 1"),
    "a program": (b"MZ\x90\0\x03\0\0\0", "pas un texte"),
    "half of UTF-16": (b"\xff\xfe\x00", "pas un texte"),
    "another format": (b"[Script Info]\nDialogue: 0,0:00:01.00", "Ligne 1"),
    "the end first": (b"WEBVTT\n\n00:02.000 --> 00:01.000\nA", "Ligne 3"),
    "no duration": (b"WEBVTT\n\n00:02.000 --> 00:02.000\nA", "Ligne 3"),
    "no end": (b"WEBVTT\n\n00:02.000 -->\nA", "Ligne 3"),
    "sixty minutes": (b"WEBVTT\n\n00:00:01.000 --> 00:61:00.000\nA", "Ligne 3"),
    "letters": (b"1\n00:00:0l,000 --> 00:00:02,000\nA", "Ligne 2"),
    "far too many": (("WEBVTT\n\n" + f"{ONE}\nA\n\n" * (MOST_CUES + 1)).encode(), str(MOST_CUES)),
    "far too long": (b"a" * (MOST_BYTES + 1), "trop long"),
}


@pytest.mark.parametrize("name", READ)
def test_captions_are_read_however_they_were_written(name: str) -> None:
    content, cues = READ[name]
    assert read_captions(as_text(content)) == cues


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_captions_is_refused_in_a_sentence(name: str) -> None:
    content, words = REFUSED[name]
    with pytest.raises(Unreadable) as refused:
        read_captions(as_text(content))
    assert words in str(refused.value).replace("\u00a0", " ")


@pytest.mark.parametrize(
    "bit", ["<v ", "<v", "<c.", "{\\", "-->", "00:", "00:01 --> 00:02\n", "&amp", "<v" + " " * 999]
)
def test_reading_a_hostile_text_takes_no_time(bit: str) -> None:
    begun = time.process_time()
    for text in (
        bit * (MOST_BYTES // len(bit)),
        "WEBVTT\n\n00:01.000 --> 00:02.000\n" + bit * (MOST_BYTES // len(bit)),
    ):
        try:
            read_captions(text)
        except Unreadable:
            continue
    assert time.process_time() - begun < 4


@given(st.binary(max_size=300))
def test_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        cues = read_captions(as_text(b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + content))
    except Unreadable:
        return
    assert read_captions(as_vtt(cues)) == cues


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**5), st.text(max_size=90)), max_size=8))
def test_what_is_typed_is_kept_and_given_back_in_both_formats(typed: list[tuple[int, int, str]]) -> None:
    rows = [Row(moment_typed(start), moment_typed(start + lasts), text) for start, lasts, text in typed]
    said, cues = cues_typed(rows)
    assert not any(row.problem for row in said)
    assert cues_of({"video_captions": as_vtt(cues)}) == cues
    assert cues_typed(rows_of(cues))[1] == cues
    if cues:
        assert [cue.start for cue in read_captions(as_srt(cues))] == [cue.start for cue in cues]


_WORDS = st.text(st.sampled_from("abcé .,;:!?« »…\n\u00a0-"), max_size=600) | st.text(max_size=200)


@given(_WORDS, st.floats(1, 600))
def test_proposed_captions_hold_every_word_in_order_in_the_time_there_is(transcript: str, seconds: float) -> None:
    transcript = clean(transcript)
    cues = proposed(transcript, seconds)
    assert "".join("".join(cue.text for cue in cues).split()) == "".join(plain(transcript).split())
    assert len(cues) <= MOST_CUES
    until = 0
    for cue in cues:
        assert until <= cue.start < cue.end <= seconds * 1000
        until = cue.end
        assert len(cue.text.split("\n")) <= LINES
    assert cues_of({"video_captions": as_vtt(cues)}) == cues


@pytest.mark.parametrize("word", ["a.", "mot", "a" * 41, "a, " + "b" * 40 + ".", "Oui. Non."])
def test_a_transcript_as_long_as_it_may_be_fits(word: str) -> None:
    assert 0 < len(proposed(f"{word} " * (8000 // (len(word) + 1)), 1)) <= MOST_CUES


def test_a_proposal_breaks_at_the_ends_of_sentences_and_keeps_french_signs_with_their_word() -> None:
    text = "Silence. Une voix d’élève demande : « Pourquoi une si longue consigne ? » Personne ne répond."
    lines = [cue.text for cue in proposed(text, 20)]
    assert lines[0].endswith("demande :\n« Pourquoi une si longue consigne ? »")
    assert all(len(line) <= LINE for one in lines for line in one.split("\n"))


@pytest.mark.parametrize(
    ("cues", "seconds", "words"),
    [
        ([Cue(0, 2000, "A b"), Cue(1500, 4000, "C")], 5, "avant la fin du précédent"),
        ([Cue(0, 1000, "a" * 38)], 5, "Trop rapide"),
        ([Cue(0, 9000, "a " * 25)], 9, "coupez-la"),
        ([Cue(0, 9000, "a\nb\nc")], 9, "3 lignes"),
        ([Cue(0, 9000, "a")], 5, "après la fin de la vidéo"),
        ([Cue(0, 1000, "a"), Cue(12000, 13000, "b")], 14, "Rien pendant 11 secondes"),
        ([Cue(0, 1000, "a")], 30, "Plus rien ensuite"),
    ],
)
def test_advice_is_given_on_what_reads_badly(cues: list[Cue], seconds: int, words: str) -> None:
    assert words in " ".join(said for one in advice_on(cues, seconds) for said in one)
    assert advice_on([Cue(0, 2000, "Bonjour")], 5) == [[]]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("1:23,5", 83500), ("83.25", 83250), ("01:02:03,004", 3723004), ("1:60", None), ("", None), ("-1", None)],
)
def test_a_time_is_typed_as_one_writes_it(typed: str, found: int | None) -> None:
    assert moment(typed) == found


def test_a_row_that_cannot_be_kept_says_why() -> None:
    said, cues = cues_typed([Row("0:02", "0:01", "A"), Row("x", "0:01", "B"), Row("0:01", "", "C"), Row("", "", " ")])
    assert [bool(row.problem) for row in said] == [True, True, True, False]
    assert cues == []


def test_a_bundle_without_captions_is_what_it_was() -> None:
    content = FICHE.content()
    assert "video_captions" not in bundle_of(content, ())
    assert bundle_of(content | {"video_captions": CAPTIONS}, ())["video_captions"] == CAPTIONS


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"video_captions": CAPTIONS, "video_captioned": True}, "2 sous-titres, de 0:01,000 à 0:07,000"),
        ({"video_captioned": True, "video_transcript": "A"}, "déclare la vidéo sous-titrée"),
        ({"video_transcript": "A"}, "transcription de la vidéo est là"),
        ({}, ""),
    ],
)
def test_the_way_to_follow_the_video_is_said(content: dict[str, object], words: str) -> None:
    said = followed_how(content).replace("\u00a0", " ")
    assert (words in said, bool(words)) == (True, bool(said))


def test_captions_are_searched_by_their_words() -> None:
    content = FICHE.content() | {"video_captions": CAPTIONS}
    assert "decoupe" in weighed_words(content)
    assert "3500" not in " ".join(weighed_words(content))
    assert caption_words({}) == ""
