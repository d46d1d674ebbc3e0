"""Other people's files: marks, padding, strays, and times as people write them."""

import gzip
from pathlib import Path

import pytest

from tracker.bridges import files
from tracker.bridges.files import content, document, microseconds, table
from tracker.errors import RecordingRefused


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("71.5", 71_500_000),
        ("1:11.500", 71_500_000),
        ("1'11.500", 71_500_000),
        (" 1:02:11.001 ", 3_731_001_000),
        (".357", 357_000),
        ("0", 0),
    ],
)
def test_times_are_read_as_people_write_them(told: str, meant: int) -> None:
    """Seconds, minutes and hours; exact to the microsecond."""
    assert microseconds(told) == meant


@pytest.mark.parametrize("told", ["", "DNF", "1 LAP", "-3.2", "nan", "inf", "1:2:3:4", "9" * 30])
def test_what_is_no_time_is_none(told: str) -> None:
    """A word, a sign, a number beyond reason."""
    assert microseconds(told) is None


def test_a_table_with_mark_padding_and_an_address_before_it(tmp_path: Path) -> None:
    """The heading is found, names and values lose their padding, lines keep their numbers."""
    path = tmp_path / "laps.csv"
    path.write_bytes(
        b"\xef\xbb\xbfhttps://example.org/laps.csv\r\n NUMBER; LAP\r\n 7 ; 1\r\n\r\n8;2\r\n"
    )
    assert list(table(path, ("NUMBER", "LAP"))) == [
        (3, {"number": "7", "lap": "1"}),
        (5, {"number": "8", "lap": "2"}),
    ]


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    """The refusal names the columns."""
    path = tmp_path / "laps.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(RecordingRefused, match="columns missing: lap"):
        list(table(path, ("a", "lap")))


def test_a_line_in_other_letters_costs_the_others_nothing(tmp_path: Path) -> None:
    """Somebody pasted a name from an old Windows into a table of UTF-8 with its mark."""
    path = tmp_path / "laps.csv"
    path.write_bytes(
        "\ufeffcar,driver\r\n7,Zoë\r\n".encode() + "8,Käthe – “K”\r\n".encode("cp1252")
    )
    assert [row["driver"] for _, row in table(path, ("car",))] == ["Zoë", "Käthe – “K”"]


def test_a_document_with_strays_around_it(tmp_path: Path) -> None:
    """A line before and text after are noted; packed files are unpacked under any name."""
    path = tmp_path / "feed.json"
    path.write_bytes(gzip.compress(b'\xef\xbb\xbfhttps://example.org\n{"a": [1]}\n# end'))
    odd: list[str] = []
    assert document(path, odd) == {"a": [1]}
    assert [note.split(": ")[1] for note in odd] == [
        "text before the document",
        "text after the document",
    ]


@pytest.mark.parametrize("told", ["null", "", "{", '{"a": }'])
def test_what_is_no_document_is_refused(tmp_path: Path, told: str) -> None:
    """An idle feed answers `null`."""
    path = tmp_path / "feed.json"
    path.write_text(told)
    with pytest.raises(RecordingRefused):
        document(path)


def test_a_line_with_brackets_before_the_document(tmp_path: Path) -> None:
    """A log's time stamp is no list; a document that is cut off is not its first part."""
    path = tmp_path / "feed.json"
    path.write_text('[12:00:00] GET feed.json\n{"a": [1]}')
    assert document(path) == {"a": [1]}
    path.write_text('{"a": [1], "b": [2, 3')
    with pytest.raises(RecordingRefused, match="is not JSON"):
        document(path)


def test_a_packed_file_that_is_damaged_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """By its reader, by its check, or because it ends: each says so in another way."""
    whole = gzip.compress(bytes(range(256)) * 40)
    for place, damage in ((12, b"\xff" * 20), (len(whole) - 8, b"\0" * 8), (40, b"")):
        told = whole[:place] + damage
        path = tmp_path / "laps.csv.gz"
        path.write_bytes(told + whole[len(told) :] if damage else told)
        with pytest.raises(RecordingRefused, match="cannot be read"):
            content(path)


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_without_end_is_not_read_to_its_end(
    tmp_path: Path, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST", 1 << 20)
    path = tmp_path / "zeros"
    if packed:
        path.write_bytes(gzip.compress(bytes(50 << 20)))
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(RecordingRefused, match="more than 1 MiB"):
        content(path)
