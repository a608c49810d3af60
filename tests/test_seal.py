"""What is sealed stays sealed, in its place, under its key file."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.seal import KeyFileError, Sealer, UnsealError

PLACE = "person|abc|number"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "ringback.key"


def test_the_first_start_makes_a_key_only_its_owner_can_read(key_file: Path) -> None:
    Sealer(key_file)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert os.listdir(key_file.parent) == [key_file.name]


def test_the_next_start_opens_what_the_first_one_sealed(key_file: Path) -> None:
    sealed = Sealer(key_file).seal(b"+447700900001", PLACE)
    assert Sealer(key_file).open(sealed, PLACE) == b"+447700900001"


@given(st.binary(max_size=300))
def test_any_bytes_come_back_as_they_were_and_do_not_show(plain: bytes) -> None:
    sealer = _sealer()
    sealed = sealer.seal(plain, PLACE)
    assert sealer.open(sealed, PLACE) == plain
    assert len(plain) < 4 or plain not in sealed


def test_the_same_value_never_looks_the_same(key_file: Path) -> None:
    sealer = Sealer(key_file)
    assert len({sealer.seal(b"same", PLACE) for _ in range(100)}) == 100


def test_a_value_moved_to_another_row_does_not_open(key_file: Path) -> None:
    sealer = Sealer(key_file)
    with pytest.raises(UnsealError):
        sealer.open(sealer.seal(b"+447700900001", PLACE), "person|xyz|number")


@given(st.integers(min_value=0, max_value=40), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed_wherever_it_is(position: int, change: int) -> None:
    sealer = _sealer()
    sealed = bytearray(sealer.seal(b"hello, world", PLACE))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(UnsealError):
        sealer.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01short", b"\x00" * 40])
def test_what_was_never_sealed_does_not_open(key_file: Path, sealed: bytes) -> None:
    with pytest.raises(UnsealError):
        Sealer(key_file).open(sealed, PLACE)


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key(
    key_file: Path, tmp_path: Path
) -> None:
    old = Sealer(key_file).seal(b"old", PLACE)
    Sealer(tmp_path / "other.key")
    new_key = (tmp_path / "other.key").read_text().split()[1]
    key_file.write_text(key_file.read_text() + f"2 {new_key}\n")
    rotated = Sealer(key_file)
    assert rotated.open(old, PLACE) == b"old"
    assert rotated.seal(b"new", PLACE)[0] == 2


def test_another_key_file_opens_nothing(key_file: Path, tmp_path: Path) -> None:
    sealed = Sealer(key_file).seal(b"secret", PLACE)
    with pytest.raises(UnsealError):
        Sealer(tmp_path / "other.key").open(sealed, PLACE)


@pytest.mark.parametrize("text", ["", "\n", "1", "1 abc", "x " + "A" * 43 + "=", "0 " + "A" * 43 + "=", "é"])
def test_a_broken_key_file_is_refused_with_a_sentence(key_file: Path, text: str) -> None:
    key_file.write_text(text)
    with pytest.raises(KeyFileError, match=str(key_file)):
        Sealer(key_file)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match="cannot be written"):
        Sealer(tmp_path / "file" / "ringback.key")


def test_processes_starting_at_once_agree_on_one_key(key_file: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        sealers = list(pool.map(lambda _: Sealer(key_file), range(64)))
    sealed = sealers[0].seal(b"one key", PLACE)
    assert {sealer.open(sealed, PLACE) for sealer in sealers} == {b"one key"}


def test_keys_for_other_uses_differ_by_purpose_and_stay_the_same(key_file: Path) -> None:
    sealer = Sealer(key_file)
    assert sealer.derive("seat cookies") == Sealer(key_file).derive("seat cookies")
    assert sealer.derive("seat cookies") != sealer.derive("forms")


def _sealer(made: list[Sealer] = []) -> Sealer:  # noqa: B006 - made once for all examples
    if not made:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            made.append(Sealer(Path(folder) / "ringback.key"))
    return made[0]
