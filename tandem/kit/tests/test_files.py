"""Files rest under random names, whole or not at all, wherever they rest."""

import errno
import hashlib
import io
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tandem.kit import clock, env, files
from tandem.kit.files import sweeping
from tandem.kit.text import file_name

MB = 1_000_000
SHIFTY = [
    "../",
    "..\\",
    "/etc/passwd",
    "C:\\x",
    "a\x00.png",
    "con",
    "\u202egnp.exe",
    ".ht\u200baccess",
    "a" * 300,
    "．．／",
]


@pytest.fixture(params=["folder", "bucket"])
def shelf(request, settings, tmp_path):
    """Each place a file may rest in, in turn."""
    settings.FILES = str(tmp_path / "files") if request.param == "folder" else request.getfixturevalue("bucket")
    return files.shelf()


def everything() -> list[str]:
    return [kept.stored_as for kept in files.shelf().all()]


def test_what_was_stored_comes_back_byte_by_byte(shelf):
    content = bytes(range(256)) * 4000

    stored = files.store([content[:7], b"", content[7:]], name="trace.har")

    assert b"".join(files.read(stored.stored_as)) == content
    assert (stored.size, stored.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert everything() == [stored.stored_as]


@pytest.mark.parametrize(("first", "last"), [(0, 0), (3, 9), (70_000, 140_000), (999_990, None)])
def test_a_part_comes_back_alone(shelf, first, last):
    content = bytes(n % 251 for n in range(MB))

    stored = files.store([content], name="x")

    assert (
        b"".join(files.read(stored.stored_as, first=first, last=last))
        == content[first : None if last is None else last + 1]
    )


def test_a_file_that_is_too_large_leaves_nothing_behind(shelf, settings):
    settings.UPLOAD_LIMIT = 30 * MB

    with pytest.raises(files.TooLarge, match="“long.log” is larger than 30 MB"):
        files.store((b"x" * MB for _ in range(31)), name="long.log")

    assert everything() == []


def test_a_file_that_breaks_off_leaves_nothing_behind(shelf):
    def torn():
        yield b"x" * (12 * MB)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        files.store(torn(), name="x")

    assert everything() == []


def test_what_is_gone_says_so(shelf):
    stored = files.store([b"x"], name="x")
    shelf.remove(stored.stored_as)
    shelf.remove(stored.stored_as)

    with pytest.raises(FileNotFoundError):
        list(files.read(stored.stored_as))


def test_each_tells_since_when_it_is_there(shelf):
    files.store([b"x"], name="x")

    assert next(kept.changed_at for kept in shelf.all()) > datetime.now(UTC) - timedelta(minutes=5)


def test_two_prefixes_of_one_bucket_do_not_see_each_other(settings, bucket):
    settings.FILES = f"{bucket}/one"
    files.store([b"x"], name="x")
    settings.FILES = f"{bucket}/another"

    assert everything() == []


def test_without_the_library_that_speaks_s3_a_sentence_says_what_to_install(settings, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tandem.kit.files.bucket", None)
    settings.FILES = "s3://nowhere/at-all"

    with pytest.raises(env.BadSetting, match=r"pip install 'tandem-support\[s3\]'"):
        files.shelf()


def test_a_full_disk_is_a_refusal_and_keeps_no_half(settings, monkeypatch):
    def full(*_told):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tandem.kit.files.folder.os.fsync", full)

    with pytest.raises(files.NoRoom, match="no room for files"):
        files.store([b"x"], name="x")
    assert everything() == []


def test_the_last_of_the_disk_is_left_to_the_database(settings):
    settings.KEEP_FREE = 1 << 60

    with pytest.raises(files.NoRoom):
        files.store([b"x"], name="x")
    assert everything() == []


def test_nobody_else_on_the_machine_reads_them(settings):
    stored = files.store([b"x"], name="x")

    place = Path(settings.DATA, "files", stored.stored_as[:2])
    assert stat.S_IMODE((place / stored.stored_as).stat().st_mode) == 0o640
    assert stat.S_IMODE(place.stat().st_mode) == 0o750


@given(st.lists(st.one_of(st.sampled_from(SHIFTY), st.text(max_size=20)), max_size=6).map("".join))
@example("../../etc/passwd")
@example("\u202egnp.exe")
@example(".ht\u200baccess")
def test_no_name_leads_anywhere_or_hides_anything(told):
    name = file_name(told, most=200)

    assert len(name) <= 200
    assert not set(name) & set("/\\\x00\n\r\u202e\u200b\u2066\ufeff")
    assert not name.startswith(".")
    assert file_name(name, most=200) == name


@pytest.mark.parametrize("told", [*SHIFTY, "a/../../b", "\ud800"])
def test_where_it_rests_has_nothing_to_do_with_its_name(settings, told):
    stored = files.store([b"x"], name=told)

    assert stored.stored_as.isalnum()
    assert len(stored.stored_as) == 32
    assert [path.name for path in Path(settings.DATA, "files").glob("**/*") if path.is_file()] == [stored.stored_as]


def test_a_large_file_passes_in_pieces(settings, tmp_path):
    """What stands in memory is a piece of it, never the whole."""
    import tracemalloc

    settings.UPLOAD_LIMIT = 100 * MB
    piece = b"x" * 65_536
    tracemalloc.start()
    stored = files.store((piece for _ in range(800)), name="big.bin")
    size = sum(len(part) for part in files.read(stored.stored_as))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size == 800 * 65_536
    assert most < 4 * MB


def test_a_large_file_in_small_pieces_is_whole(shelf):
    """A bucket takes parts of 5 MB and more; what arrives is cut by the network."""
    stored = files.store((b"x" * 9_999 for _ in range(2_000)), name="x")

    assert stored.size == 19_998_000
    assert files.weighed(stored.stored_as) == stored.sha256 == hashlib.sha256(b"x" * 19_998_000).hexdigest()


@pytest.mark.django_db
def test_the_sweeper_lets_go_of_ours_alone(settings, bucket):
    settings.FILES = bucket
    files.shelf().put("somebody-elses-backup.tar", io.BytesIO(b"x"))
    files.store([b"x"], name="x")

    with clock.at(clock.real() + sweeping.GRACE + timedelta(minutes=1)):
        assert sweeping.sweep() == 1
    assert everything() == ["somebody-elses-backup.tar"]
