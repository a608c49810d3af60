"""A room's document in the worker: it agrees with Yjs, and nothing that would part or stall them gets in."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.documents.replica import MAX_DOCUMENT_BYTES, Replica
from server.documents.scan import MalformedError
from tests.note_bytes import DELETED, SKIP, deletion, item, number, section, text, update, write

WEBCLIENT = Path(__file__).parents[1] / "webclient"


def replica_with(*updates: bytes) -> Replica:
    replica = Replica()
    for each in updates:
        assert replica.check(each) == "good"
    return replica


def test_text_and_deletions_are_applied() -> None:
    replica = replica_with(write(1, 0, "one three"), update(section(2, 0, text("two ", (1, 3), (1, 4)))))
    assert replica.text() == "one two three"
    assert replica.check(update(deletes=[deletion(1, (0, 4))])) == "good"
    assert replica.text() == "two three"


def test_the_same_update_again_changes_nothing() -> None:
    replica = replica_with(write(1, 0, "once"))
    assert replica.check(write(1, 0, "once")) == "good"
    assert replica.text() == "once"


def test_a_compacted_document_begins_the_next() -> None:
    replica = replica_with(
        write(1, 0, "a😀b"), write(2, 0, "c", (1, 3)), update(deletes=[deletion(1, (1, 2))])
    )
    again = Replica(replica.compacted())
    assert again.text() == replica.text() == "abc"
    assert again.check(write(1, 4, "d", (2, 0))) == "good"
    assert again.text() == "abcd"


@pytest.mark.parametrize(
    "leaning",
    [
        write(1, 2, "later"),
        write(2, 0, "behind", (1, 1)),
        update(section(2, 0, text("before", None, (1, 1)))),
        update(deletes=[deletion(1, (0, 2))]),
    ],
)
def test_an_update_that_leans_on_another_is_not_applied_before_it(leaning: bytes) -> None:
    replica = replica_with(write(1, 0, "a"))
    assert replica.check(leaning) == "missing"
    assert replica.text() == "a"
    assert not replica.spoilt
    assert replica.check(write(1, 1, "b", (1, 0))) == "good"
    assert replica.check(leaning) == "good"


@pytest.mark.parametrize(
    "cut",
    [
        update(deletes=[deletion(1, (1, 1))]),
        update(deletes=[deletion(1, (2, 1))]),
        write(2, 0, "x", (1, 1)),
        update(section(2, 0, text("x", None, (1, 2)))),
    ],
)
def test_no_surrogate_pair_is_parted(cut: bytes) -> None:
    """pycrdt would drop one of its two clocks, yjs write two U+FFFD: the copies would part for good."""
    replica = replica_with(write(1, 0, "a😀b"))
    with pytest.raises(MalformedError, match="surrogate"):
        replica.check(cut)
    assert not replica.spoilt
    reopened = Replica(replica.compacted())
    with pytest.raises(MalformedError, match="surrogate"):
        reopened.check(cut)


def test_a_pair_that_comes_and_is_parted_in_one_update_is_refused() -> None:
    with pytest.raises(MalformedError, match="surrogate"):
        Replica().check(update(section(1, 0, text("😀"), text("x", (1, 0)))))


def test_a_second_version_of_known_text_is_not_cut_within_a_pair() -> None:
    replica = replica_with(write(1, 0, "ab"))
    with pytest.raises(MalformedError, match="surrogate"):
        replica.check(write(1, 0, "a😀"))


def test_structs_that_lean_on_each_other_are_refused() -> None:
    replica = Replica()
    circle = update(section(2, 0, text("x", (1, 0))), section(1, 0, text("y", (2, 0))))
    with pytest.raises(MalformedError, match="each other"):
        replica.check(circle)
    assert replica.spoilt


def test_structs_forged_to_conflict_are_refused_for_the_time_they_take() -> None:
    """Each looks at all others before it finds its place; yjs takes three times as long as pycrdt here."""
    pile = [text("a")] * 4000
    replica = replica_with(*(update(section(1, 4000 * n, *pile)) for n in range(4)))
    with pytest.raises(MalformedError, match="too long"):
        replica.check(update(section(2, 0, *[text("b")] * 1000)))
    assert replica.spoilt


def test_a_document_that_grows_beyond_its_size_is_full() -> None:
    replica = Replica()
    piece = "x" * 40_000
    verdicts = [replica.check(write(1, n * 40_000, piece)) for n in range(MAX_DOCUMENT_BYTES // 40_000 + 1)]
    assert set(verdicts[:-1]) == {"good"}
    assert verdicts[-1] == "full"
    assert replica.spoilt


def test_deleted_text_makes_room() -> None:
    replica = Replica()
    for n in range(60):
        assert replica.check(write(1, n * 40_000, "x" * 40_000)) == "good"
        assert replica.check(update(deletes=[deletion(1, (n * 40_000, 40_000))])) == "good"
    assert replica.text() == ""


def test_a_snapshot_with_a_gap_is_none_of_ours() -> None:
    with pytest.raises(MalformedError):
        Replica(write(1, 5, "x"))


# --- against yjs itself ------------------------------------------------------------------------


class Yjs:
    """A document in a real yjs, in a Node process."""

    def __init__(self) -> None:
        command = ["node", str(WEBCLIENT / "tests" / "yjs_peer.mjs")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words: object) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)


@pytest.fixture(scope="module")
def yjs() -> Iterator[Yjs]:
    if not shutil.which("node") or not (WEBCLIENT / "node_modules" / "yjs").exists():
        pytest.skip("node with yjs is not installed; make installs it")
    peer = Yjs()
    yield peer
    peer.close()


@pytest.mark.parametrize("seed", range(1, 61))
def test_concurrent_writers_in_yjs_end_with_the_text_the_worker_has(yjs: Yjs, seed: int) -> None:
    session = yjs.ask("session", seed)
    replica = Replica()
    for count, data in enumerate(session["updates"], 1):
        assert replica.check(bytes.fromhex(data)) == "good"
        if count % 17 == 0:
            replica = Replica(replica.compacted())
    assert replica.text() == session["text"]
    for whole in (session["whole"], session["merged"]):
        assert Replica(bytes.fromhex(whole)).text() == session["text"]
    yjs.ask("new")
    assert yjs.ask("apply", replica.compacted().hex()) == "ok"
    assert yjs.ask("state") == {"text": session["text"], "pending": False}


def random_update(draw: random.Random, clocks: dict[int, int]) -> bytes:
    """Within the grammar, but placed as no client would place it."""
    after, sections = dict(clocks), []
    for client in draw.sample([1, 2, 3, 7], draw.choice([0, 1, 1, 1, 2, 3])):
        known = clocks.get(client, 0)
        start = clock = max(0, known - draw.choice([0, 0, 0, 1, 2, 5]))
        structs = []
        for _ in range(draw.randint(1, 3)):
            places = [(each, draw.randrange(top)) for each, top in after.items() if top]
            places += [(client, draw.randrange(clock))] if clock else []
            origin = draw.choice(places) if places and draw.random() < 0.8 else None
            right = draw.choice(places) if places and draw.random() < 0.5 else None
            if clock < known and draw.random() < 0.3:
                length = draw.randint(1, known - clock)
                structs.append(bytes([SKIP]) + number(length))
            elif draw.random() < 0.1:
                length = draw.randint(1, 3)
                structs.append(item(DELETED, number(length), origin, right))
            else:
                words = "".join(draw.choices("ab é漢😀\n", k=draw.randint(1, 5)))
                length = len(words.encode("utf-16-le")) // 2
                structs.append(text(words, origin, right))
            clock += length
        after[client] = max(after.get(client, 0), clock)
        sections.append(section(client, start, *structs))
    deletes = []
    for client, top in after.items():
        if top and draw.random() < 0.3:
            begin = draw.randrange(top)
            deletes.append(deletion(client, (begin, draw.randint(1, top - begin))))
    return update(*sections, deletes=deletes)


@pytest.mark.parametrize("seed", range(100))
def test_what_passes_never_troubles_yjs_however_it_is_forged(yjs: Yjs, seed: int) -> None:
    """The two may order forged structs differently; neither may throw, wait for something or lose count."""
    draw = random.Random(seed)
    replica, passed = Replica(), 0
    clocks: dict[int, int] = {}
    yjs.ask("new")
    for _ in range(25):
        forged = random_update(draw, clocks)
        try:
            verdict = replica.check(forged)
        except MalformedError:
            assert not replica.spoilt
            continue
        assert verdict == "good"
        passed += 1
        assert yjs.ask("apply", forged.hex()) == "ok"
        clocks = {int(client): clock for client, clock in yjs.ask("clocks").items()}
    assert passed
    state = yjs.ask("state")
    assert not state["pending"]
    assert len(state["text"]) == len(replica.text())
    yjs.ask("new")
    assert yjs.ask("apply", replica.compacted().hex()) == "ok"
    assert not yjs.ask("state")["pending"]
