"""The command line, as an operator types it: real processes' entry point, a real database."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.__main__ import main
from server.tokens import token_hash
from tests.rig import a_rig

PAIR = ("--mentor", "Ann Archer <ann@example.org>", "--mentee", "Ben Brook <ben@example.org>")

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("RINGBACK_DATA", str(tmp_path / "data"))
    return lambda *words: CliRunner().invoke(main, words)


def test_open_prints_one_session_and_two_links(run: Run) -> None:
    result = run("open", *PAIR, "--mentor-phone", "+44 7700 900001", "--numbers-agreed", "--json")
    assert result.exit_code == 0, result.output
    opened = json.loads(result.stdout)
    assert set(opened) == {"session", "mentor", "mentee"}
    assert opened["mentor"].startswith("http://localhost:8080/join/")
    assert opened["mentor"] != opened["mentee"]


def test_open_for_people_says_when_the_session_is(run: Run) -> None:
    result = run("open", *PAIR, "--starts", f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT14:00+00:00}")
    mentor, mentee, when = result.stdout.splitlines()
    assert (mentor[:8], mentee[:8], when[:5]) == ("Mentor: ", "Mentee: ", "From ")
    assert re.fullmatch(r"From \w+ \d+ \w+ \d{4}, (\d\d:\d\d) to (\d\d:\d\d) \(.+\)", when)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--mentor", "Ann", "--mentee", "Ben <ben@example.org>"), "--mentor: Write a name and an address"),
        ((*PAIR, "--mentee", "Ben <ben@>"), "--mentee: Write one e-mail address"),
        ((*PAIR, "--mentor-phone", "12"), "--mentor-phone: Write the number with its country code"),
        ((*PAIR, "--minutes", "2"), "--minutes: Give a length"),
        ((*PAIR, "--starts", "tomorrow"), "--starts: Write the start as in"),
        ((*PAIR, "--starts", "2026-03-01T14:00"), "with its offset"),
        ((*PAIR, "--starts", "2001-03-01T14:00+00:00"), "Choose a start"),
        ((*PAIR, "--starts", "9999-12-31T23:59-23:00"), "Choose a start"),
        (("--mentor", "Ann <a@example.org>", "--mentee", "Ann <a@example.org>"), "same e-mail address"),
    ],
)
def test_a_mistake_gets_one_sentence_and_exit_code_2(run: Run, words: tuple[str, ...], sentence: str) -> None:
    result = run("open", *words, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_setting_stops_every_command_with_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGBACK_PORT", "eighty")
    for words in (("serve",), ("demo",), ("config",), ("doctor",), ("migrate",), ("open", *PAIR)):
        result = run(*words)
        assert (result.exit_code, result.stderr.count("RINGBACK_PORT must be")) == (2, 1), words


def test_a_misspelt_setting_is_pointed_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_PROT", "8081")
    assert "did you mean RINGBACK_PORT?" in run("migrate").stderr


def test_config_prints_every_setting_with_its_origin_and_no_secret(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGBACK_SMTP_URL", "smtp://ann:hunter2@mail.example.org")
    monkeypatch.setenv("RINGBACK_RELAY_ONLY", "no")
    printed = run("config").stdout
    assert "RINGBACK_PORT" in printed
    assert "[default]" in printed
    assert "[environment]" in printed
    assert "RINGBACK_TURN_SECRET_FILE" in printed
    assert not re.search(r"^RINGBACK_\S+ +(True|False|yes|no) ", printed, re.MULTILINE)
    assert "hunter2" not in printed


def test_a_coordinator_gets_a_set_up_link(run: Run) -> None:
    first = run("people", "add-coordinator", "Cora Lane <cora@example.org>")
    assert first.stdout.startswith("http://localhost:8080/coordinator/set-up/")
    again = run("people", "add-coordinator", "Cora Lane <cora@example.org>")
    assert again.stdout != first.stdout
    assert run("people", "list").stdout == "Cora Lane <cora@example.org>, set-up link not used yet\n"


def test_the_help_for_people_speaks_of_those_it_lists(run: Run) -> None:
    printed = run("people", "--help").stdout
    assert "Coordinators: let somebody open sessions, and list who may." in printed
    assert "everybody" not in printed


def test_doctor_says_what_to_do_and_ends_with_1_when_something_is_wrong(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RINGBACK_PUBLIC_URL", "http://ringback.example.org")
    monkeypatch.setenv("RINGBACK_STATIC", str(tmp_path))
    result = run("doctor", "--json")
    findings = {each["about"]: each for each in map(json.loads, result.stdout.splitlines())}
    assert result.exit_code == 1
    assert findings["secure context"]["state"] == "wrong"
    assert "https" in findings["secure context"]["advice"]
    assert findings["client"]["state"] == "wrong"
    assert findings["versions"]["state"] == "ok"
    assert findings["mail"]["state"] == findings["stun"]["state"] == findings["turn"]["state"] == "note"
    assert all(each["advice"] for each in findings.values() if each["state"] != "ok")


async def test_a_session_opened_beside_a_running_server_can_be_joined(tmp_path: Path) -> None:
    async with a_rig(tmp_path) as rig:
        env = {"RINGBACK_DATA": str(rig.config.data), "RINGBACK_PUBLIC_URL": rig.url}
        result = await asyncio.to_thread(lambda: CliRunner(env=env).invoke(main, ["open", *PAIR, "--json"]))
        opened = json.loads(result.stdout)
        token = opened["mentor"].rpartition("/")[2]
        seat = await rig.store.sessions.seat_by_link(token_hash(token))
        assert seat is not None
        assert (seat.session_id, seat.role) == (opened["session"], "mentor")
