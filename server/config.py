"""The settings: one table, read once at the start from the environment.

Not here: what a setting does. A value that cannot be used stops the start with a sentence
(`SettingError`), all of them at once.
"""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from server import config_kinds as kinds
from server.config_kinds import Network, Smtp

PREFIX: Final = "RINGBACK_"


@dataclass(frozen=True)
class Setting:
    """One row of the table. `default` may refer to the fields above it, e.g. `{port}`."""

    field: str
    default: str
    kind: Callable[[str], Any]
    help: str
    unit: str = ""
    secret: bool = False
    """Not printed, and may be given as a file's path in NAME_FILE instead."""

    @property
    def name(self) -> str:
        return PREFIX + self.field.upper()


SETTINGS: Final = (
    Setting("host", "127.0.0.1", kinds.host, "address to listen on"),
    Setting("port", "8080", kinds.whole(1, 65535), "port to listen on"),
    Setting("public_url", "http://localhost:{port}", kinds.origin, "the address people's browsers use"),
    Setting("data", "./ringback-data", kinds.path, "folder of the database"),
    Setting(
        "key_file", "{data}.key", kinds.path, "key that seals notes and numbers; outside the data folder"
    ),
    Setting("static", "{package}/static", kinds.path, "folder of the built client"),
    Setting(
        "demo", "0", kinds.yes_or_no, "demonstration: a sign-in link, a session, a mailbox; loopback only"
    ),
    Setting(
        "smtp_url", "", kinds.smtp, "where mail is handed over; empty: it stays in the outbox", secret=True
    ),
    Setting("mail_from", "Ringback <ringback@{public_host}>", kinds.sender, "From of all mails"),
    Setting(
        "stun_urls", "", kinds.ice_urls("stun", "stuns"), "STUN servers, e.g. stun:turn.example.org:3478"
    ),
    Setting(
        "turn_urls", "", kinds.ice_urls("turn", "turns"), "TURN servers, e.g. turn:turn.example.org:3478"
    ),
    Setting("turn_secret", "", kinds.words, "coturn's static-auth-secret", secret=True),
    Setting("turn_ttl_s", "3600", kinds.whole(300, 86400), "how long TURN credentials live", unit="s"),
    Setting(
        "relay_only", "0", kinds.yes_or_no, "every call goes through TURN, so that nobody sees an address"
    ),
    Setting("trusted_proxies", "", kinds.networks, "proxies whose X-Forwarded-For and -Proto are believed"),
    Setting(
        "early_minutes", "30", kinds.whole(0, 1440), "how long before its start a room opens", unit="min"
    ),
    Setting("summary_delay_s", "120", kinds.whole(1, 86400), "quiet time before the summary", unit="s"),
    Setting("joins_per_minute", "60", kinds.whole(1, 100_000), "personal links opened per client address"),
    Setting("connections_per_address", "200", kinds.whole(1, 100_000), "open at once per client address"),
    Setting("checks_at_once", "20", kinds.whole(0, 1000), "connection checks at once; 0: none are offered"),
    Setting("checks_per_address", "2", kinds.whole(1, 1000), "connection checks at once per client address"),
    Setting("checks_per_minute", "6", kinds.whole(1, 100_000), "connection checks begun per client address"),
    Setting(
        "checks_lag_ms",
        "20",
        kinds.whole(1, 10_000),
        "delay of the media worker above which no check begins (95th percentile)",
        unit="ms",
    ),
    Setting(
        "checks_private",
        "{demo}",
        kinds.yes_or_no,
        "checks and rehearsals try addresses of private networks as well",
    ),
    Setting("rehearsals_at_once", "2", kinds.whole(0, 100), "people practising alone; 0: it is not offered"),
    Setting("rehearsals_per_address", "2", kinds.whole(1, 100), "the same per client address"),
    Setting("rehearsals_per_minute", "6", kinds.whole(1, 100_000), "rehearsals begun per client address"),
    Setting("log_level", "info", kinds.log_level, "debug, info, warning or error"),
)


@dataclass(frozen=True)
class Config:
    """All settings, checked. Paths are absolute; `public_url` has no trailing slash."""

    host: str
    port: int
    public_url: str
    data: Path
    key_file: Path
    static: Path
    demo: bool
    smtp_url: Smtp | None
    mail_from: str
    stun_urls: tuple[str, ...]
    turn_urls: tuple[str, ...]
    turn_secret: str
    turn_ttl_s: int
    relay_only: bool
    trusted_proxies: tuple[Network, ...]
    early_minutes: int
    summary_delay_s: int
    joins_per_minute: int
    connections_per_address: int
    checks_at_once: int
    checks_per_address: int
    checks_per_minute: int
    checks_lag_ms: int
    checks_private: bool
    rehearsals_at_once: int
    rehearsals_per_address: int
    rehearsals_per_minute: int
    log_level: str

    @property
    def secure(self) -> bool:
        """People reach the server by https, so cookies are marked Secure."""
        return self.public_url.startswith("https:")

    @property
    def sends_mail(self) -> bool:
        """Mail goes out; without a server for it, it stays in the outbox."""
        return self.smtp_url is not None


@dataclass(frozen=True)
class Row:
    """One setting as the operator sees it; a secret's value is replaced by words."""

    name: str
    value: str
    origin: str
    help: str


class SettingError(Exception):
    """Settings that cannot be used: one sentence each in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load(environ: Mapping[str, str]) -> Config:
    """The configuration. Raises `SettingError` naming every value that cannot be used."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for setting in SETTINGS:
        try:
            values[setting.field] = setting.kind(_text(setting, environ, values)[0])
        except ValueError as error:
            problems.append(f"{setting.name} {error}.")
            values[setting.field] = setting.kind(_default(setting, values))
    config = Config(**values)
    if problems := problems or _contradictions(config):
        raise SettingError(problems)
    return config


def explain(environ: Mapping[str, str]) -> list[Row]:
    """Every setting with its value and where that comes from. Raises `SettingError`."""
    load(environ)
    values: dict[str, Any] = {}
    rows = []
    for setting in SETTINGS:
        text, origin = _text(setting, environ, values)
        values[setting.field] = setting.kind(text)
        shown = _shown(setting, text, values[setting.field])
        rows.append(Row(setting.name, shown, origin, _help(setting)))
    return rows


def _shown(setting: Setting, text: str, value: object) -> str:
    if setting.secret and text:
        return "(set, not shown)"
    return str(int(value)) if isinstance(value, bool) else text


def _help(setting: Setting) -> str:
    file = f"; or in {setting.name}_FILE the path of a file that holds it" if setting.secret else ""
    unit = f" ({setting.unit})" if setting.unit else ""
    return setting.help + file + unit


def unknown(environ: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that looks like a setting and is none."""
    names = {setting.name for setting in SETTINGS} | {f"{each.name}_FILE" for each in SETTINGS if each.secret}
    strangers = sorted(name for name in environ if name.startswith(PREFIX) and name not in names)
    return [f"{name} is not a setting{_guess(name, names)}" for name in strangers]


def _guess(name: str, names: set[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean {close[0]}?" if close else "."


def _text(setting: Setting, environ: Mapping[str, str], values: Mapping[str, Any]) -> tuple[str, str]:
    """The setting's text and its origin. Raises `ValueError`."""
    file = environ.get(f"{setting.name}_FILE", "") if setting.secret else ""
    given = environ.get(setting.name)
    if file and given:
        raise ValueError(f"and {setting.name}_FILE are both set: keep one")
    if file:
        return _read(setting, file), f"file {file}"
    if given is not None:
        return given, "environment"
    return _default(setting, values), "default"


def _default(setting: Setting, values: Mapping[str, Any]) -> str:
    host = urlsplit(values.get("public_url", "")).hostname or ""
    domain = "localhost" if ":" in host else host
    return setting.default.format(**values, package=Path(__file__).parent, public_host=domain)


def _read(setting: Setting, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise ValueError(f"cannot be read where {setting.name}_FILE says: {error}") from error


def _contradictions(config: Config) -> list[str]:
    problems = []
    if config.demo and not is_loopback(config.host):
        problems.append(
            "RINGBACK_DEMO signs anybody in who reaches it: set RINGBACK_HOST to 127.0.0.1 or leave it out."
        )
    if config.demo and not is_loopback(urlsplit(config.public_url).hostname or ""):
        problems.append(
            "RINGBACK_DEMO signs anybody in who reaches it, so nothing may stand in front of it: "
            "leave RINGBACK_PUBLIC_URL out."
        )
    if bool(config.turn_urls) != bool(config.turn_secret):
        problems.append("RINGBACK_TURN_URLS and RINGBACK_TURN_SECRET belong together: set both or neither.")
    if config.relay_only and not config.turn_urls:
        problems.append(
            "RINGBACK_RELAY_ONLY needs a relay, or no call connects: set RINGBACK_TURN_URLS and "
            "RINGBACK_TURN_SECRET, or leave it out."
        )
    if config.key_file.is_relative_to(config.data):
        problems.append(
            "RINGBACK_KEY_FILE lies in the data folder, where a copy of the data takes the key along: "
            "put it elsewhere."
        )
    return problems


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a listener on `host`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
