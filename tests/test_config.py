"""Settings: defaults work on a laptop, wrong values stop the start with a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server import config, config_kinds
from server.config import SettingError, explain, load, unknown


def problems(**environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingError) as caught:
        load({f"RINGBACK_{name.upper()}": text for name, text in environ.items()})
    return caught.value.problems


def test_the_defaults_work_on_a_laptop() -> None:
    settings = load({})
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8080, "http://localhost:8080")
    assert settings.data == Path("ringback-data").absolute()
    assert settings.key_file == Path("ringback-data.key").absolute()
    assert settings.smtp_url is None
    assert settings.mail_from == "Ringback <ringback@localhost>"
    assert settings.stun_urls == settings.turn_urls == ()
    assert not settings.secure
    assert not settings.demo


def test_every_field_of_the_configuration_is_a_row_of_the_table() -> None:
    assert [setting.field for setting in config.SETTINGS] == list(config.Config.__dataclass_fields__)
    assert all(setting.help for setting in config.SETTINGS)


def test_defaults_follow_the_settings_they_depend_on() -> None:
    settings = load({"RINGBACK_PORT": "9000", "RINGBACK_DATA": "/srv/ringback"})
    assert settings.public_url == "http://localhost:9000"
    assert settings.key_file == Path("/srv/ringback.key")
    settings = load({"RINGBACK_PUBLIC_URL": "https://call.example.org"})
    assert settings.mail_from == "Ringback <ringback@call.example.org>"
    assert settings.secure
    assert load({"RINGBACK_PUBLIC_URL": "http://[::1]:8080"}).mail_from == "Ringback <ringback@localhost>"


def test_all_wrong_values_are_told_at_once_and_only_those() -> None:
    found = problems(port="eighty", public_url="call.example.org", demo="maybe")
    assert [sentence.split()[0] for sentence in found] == [
        "RINGBACK_PORT",
        "RINGBACK_PUBLIC_URL",
        "RINGBACK_DEMO",
    ]
    assert found[0] == "RINGBACK_PORT must be a whole number from 1 to 65535."
    assert problems(port="0")[0].startswith("RINGBACK_PORT")


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://call.example.org/", "https://call.example.org"),
        ("https://call.example.org:443", "https://call.example.org"),
        ("http://call.example.org:80", "http://call.example.org"),
        ("HTTP://Call.example.org:8080", "http://call.example.org:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_the_public_address_is_an_origin_as_browsers_write_it(given: str, origin: str) -> None:
    assert load({"RINGBACK_PUBLIC_URL": given}).public_url == origin


@pytest.mark.parametrize(
    "given",
    [
        "",
        "call.example.org",
        "ftp://call.example.org",
        "https://",
        "https://call.example.org/ringback",
        "https://call.example.org?x=1",
        "https://me@call.example.org",
        "https://call.example.org:port",
        "https://[::1",
    ],
)
def test_anything_else_is_no_public_address(given: str) -> None:
    assert problems(public_url=given)[0].startswith("RINGBACK_PUBLIC_URL must")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("smtp://mail.example.org", config_kinds.Smtp("mail.example.org", 25, "none")),
        ("smtp://mail.example.org?starttls=1", config_kinds.Smtp("mail.example.org", 587, "starttls")),
        ("smtps://u:p%40ss@mail.example.org", config_kinds.Smtp("mail.example.org", 465, "tls", "u", "p@ss")),
        ("smtp://127.0.0.1:2525", config_kinds.Smtp("127.0.0.1", 2525, "none")),
        ("", None),
    ],
)
def test_the_mail_server_is_read_from_one_address(given: str, expected: config_kinds.Smtp | None) -> None:
    assert load({"RINGBACK_SMTP_URL": given}).smtp_url == expected


@pytest.mark.parametrize(
    "given",
    ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://m?tls=1", "smtp://m?starttls=x"],
)
def test_anything_else_is_no_mail_server(given: str) -> None:
    assert problems(smtp_url=given)[0].startswith("RINGBACK_SMTP_URL must")


@pytest.mark.parametrize("given", ["Ann <not an address>", "a@b@c", "a@[b", "", "Ringback"])
def test_the_sender_of_mails_is_an_address(given: str) -> None:
    assert "Ringback <ringback@example.org>" in problems(mail_from=given)[0]


def test_a_bare_address_may_send_mails() -> None:
    assert load({"RINGBACK_MAIL_FROM": "ringback@example.org"}).mail_from == "ringback@example.org"


def test_lists_take_commas_and_spaces() -> None:
    settings = load(
        {
            "RINGBACK_STUN_URLS": "stun:a.example.org, stuns:b.example.org:443",
            "RINGBACK_TRUSTED_PROXIES": "127.0.0.1 10.0.0.0/8,fd00::/8",
        }
    )
    assert settings.stun_urls == ("stun:a.example.org", "stuns:b.example.org:443")
    assert [str(each) for each in settings.trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]


def test_a_list_with_a_wrong_entry_names_it() -> None:
    assert "http://x is none" in problems(stun_urls="stun:a.example.org http://x")[0]
    assert "10.0.0.0/33" in problems(trusted_proxies="10.0.0.0/33")[0]
    assert "stun:a is none" in problems(turn_urls="stun:a", turn_secret="s")[0]


@pytest.mark.parametrize(
    "url", ["turn:t:70000", "turn:t_1", "turn:t?transport=sctp", "turn:t:", "turn:[::1", "turn:t/x"]
)
def test_an_address_that_a_browser_would_choke_on_stops_the_start(url: str) -> None:
    assert f"{url} is none" in problems(turn_urls=url, turn_secret="s")[0]
    stun = "stun:s.example.org?transport=udp"
    assert f"{stun} is none" in problems(stun_urls=stun)[0]


def test_turn_needs_both_address_and_secret() -> None:
    for half in ({"turn_urls": "turn:t.example.org"}, {"turn_secret": "s"}):
        assert "set both or neither" in problems(**half)[0]


def test_the_demonstration_is_for_this_machine_only() -> None:
    assert "RINGBACK_DEMO" in problems(demo="1", host="0.0.0.0")[0]
    assert "RINGBACK_DEMO" in problems(demo="1", host="call.example.org")[0]
    assert "RINGBACK_PUBLIC_URL" in problems(demo="1", public_url="https://call.example.org")[0]
    for host in ("127.0.0.1", "::1", "localhost"):
        assert load({"RINGBACK_DEMO": "1", "RINGBACK_HOST": host}).demo
    assert load({"RINGBACK_DEMO": "1", "RINGBACK_PUBLIC_URL": "http://127.0.0.1:9000"}).demo


def test_the_key_does_not_lie_with_what_it_seals(tmp_path: Path) -> None:
    found = problems(data=str(tmp_path), key_file=str(tmp_path / "key"))
    assert found[0].startswith("RINGBACK_KEY_FILE lies in the data folder")


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("north\n")
    environ = {"RINGBACK_TURN_URLS": "turn:t", "RINGBACK_TURN_SECRET_FILE": str(tmp_path / "secret")}
    assert load(environ).turn_secret == "north"
    row = next(row for row in explain(environ) if row.name == "RINGBACK_TURN_SECRET")
    assert (row.value, row.origin) == ("(set, not shown)", f"file {tmp_path / 'secret'}")


def test_a_secret_given_twice_or_in_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    found = problems(turn_secret="a", turn_secret_file="b")
    assert found[0] == "RINGBACK_TURN_SECRET and RINGBACK_TURN_SECRET_FILE are both set: keep one."
    [unread] = problems(turn_secret_file=str(tmp_path / "none"))
    assert unread.startswith("RINGBACK_TURN_SECRET cannot be read where RINGBACK_TURN_SECRET_FILE says: ")


def test_a_setting_that_is_not_secret_has_no_file(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("9000")
    assert load({"RINGBACK_PORT_FILE": str(tmp_path / "port")}).port == 8080
    assert unknown({"RINGBACK_PORT_FILE": "x"}) == [
        "RINGBACK_PORT_FILE is not a setting; did you mean RINGBACK_PORT?"
    ]


def test_the_explanation_tells_where_each_value_comes_from_and_hides_secrets() -> None:
    rows = {
        row.name: row for row in explain({"RINGBACK_PORT": "9000", "RINGBACK_SMTP_URL": "smtp://u:hush@m"})
    }
    assert (rows["RINGBACK_PORT"].value, rows["RINGBACK_PORT"].origin) == ("9000", "environment")
    assert (rows["RINGBACK_HOST"].value, rows["RINGBACK_HOST"].origin) == ("127.0.0.1", "default")
    assert "hush" not in repr(rows)
    assert rows["RINGBACK_TURN_SECRET"].value == ""
    assert rows["RINGBACK_SUMMARY_DELAY_S"].help.endswith(" (s)")


def test_a_misspelt_name_is_noticed() -> None:
    assert unknown({"RINGBACK_PROT": "1", "RINGBACK_PORT": "1", "PATH": ""}) == [
        "RINGBACK_PROT is not a setting; did you mean RINGBACK_PORT?"
    ]
    assert unknown({"RINGBACK_ZZZZZZZZZZZZ": "1"}) == ["RINGBACK_ZZZZZZZZZZZZ is not a setting."]


@pytest.mark.parametrize("text", ["debug", "INFO", "warning", "error"])
def test_the_log_level_is_one_of_four(text: str) -> None:
    assert load({"RINGBACK_LOG_LEVEL": text}).log_level == text.upper()
    assert problems(log_level="loud") == ("RINGBACK_LOG_LEVEL must be debug, info, warning or error.",)


def test_calls_through_a_relay_only_need_a_relay() -> None:
    (sentence,) = problems(relay_only="1")
    assert sentence.startswith(
        "RINGBACK_RELAY_ONLY needs a relay, or no call connects: set RINGBACK_TURN_URLS"
    )
    with_relay = {"RINGBACK_TURN_URLS": "turn:t", "RINGBACK_TURN_SECRET": "s"}
    assert load({**with_relay, "RINGBACK_RELAY_ONLY": "1"}).relay_only
    assert not load(with_relay).relay_only


@pytest.mark.parametrize("page", ["README.md", "docs/running.md", "docs/automation.md"])
def test_what_pages_call_a_setting_is_one(page: str) -> None:
    words = (Path(__file__).parents[1] / page).read_text(encoding="utf-8")
    named = set(re.findall(r"RINGBACK_[A-Z_]+", words))
    assert named
    assert unknown(dict.fromkeys(named, "")) == []
