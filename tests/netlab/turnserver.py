"""coturn at the laboratory's server place, as an operator runs it, or on loopback, as the doctor finds it.

Time-limited credentials; UDP, TCP and TLS, with a certificate of the laboratory's, whose browsers take any.
Not here: the credentials (`server.turn`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.netlab.namespaces import Namespace

PORT, TLS_PORT = 3478, 443
SECRET = "the laboratory's"
LISTENS_WITHIN_S = 10.0


def missing() -> str | None:
    """Why there is no relay here, as a sentence; None when there is."""
    return None if shutil.which("turnserver") else "coturn is missing: scripts/setup-netlab installs it"


@dataclass(frozen=True)
class Relay:
    """A running coturn."""

    host: Namespace
    certificate: Path

    def urls(self, *transports: str) -> str:
        """The TURN addresses of "udp", "tcp" and "tls", as RINGBACK_TURN_URLS takes them."""
        at = self.host.literal
        known = {
            "udp": f"turn:{at}:{PORT}?transport=udp",
            "tcp": f"turn:{at}:{PORT}?transport=tcp",
            "tls": f"turns:{at}:{TLS_PORT}?transport=tcp",
        }
        return " ".join(known[transport] for transport in transports)

    def settings(self, *transports: str) -> dict[str, str]:
        """What a Ringback that uses this relay has in its environment."""
        return {"RINGBACK_TURN_URLS": self.urls(*transports), "RINGBACK_TURN_SECRET": SECRET}


@asynccontextmanager
async def relay(host: Namespace, folder: Path, *more: str) -> AsyncIterator[Relay]:
    """Run coturn inside `host` until the block ends, with `more` options than it needs."""
    certificate, key = write_certificate(host.address, folder)
    command = [
        *host.command("turnserver", "-n"),
        *("--listening-ip", host.address, "--relay-ip", host.address, "--realm", "netlab.example.org"),
        *("--listening-port", str(PORT), "--tls-listening-port", str(TLS_PORT)),
        *("--use-auth-secret", "--static-auth-secret", SECRET, "--fingerprint", "--no-cli", "--no-tcp-relay"),
        *("--cert", str(certificate), "--pkey", str(key), *more),
    ]
    async with _running(command, folder, lambda: host.accepts(PORT) and host.accepts(TLS_PORT)):
        yield Relay(host, certificate)


@asynccontextmanager
async def relay_with(lines: Iterable[str], folder: Path) -> AsyncIterator[dict[str, str]]:
    """Run coturn on this machine's loopback with a turnserver.conf of these lines; gives Ringback's settings.

    They need not name addresses, ports or files. Relayed addresses are on loopback too.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    here = (
        "listening-ip=127.0.0.1",
        f"listening-port={port}",
        f"static-auth-secret={SECRET}",
        "use-auth-secret",
    )
    named = {line.partition("=")[0] for line in here}
    kept = [line for line in lines if line.partition("=")[0] not in named]
    config = folder / "turnserver.conf"
    config.write_text("\n".join([*kept, *here, "realm=turn.example.org"]))
    async with _running(["turnserver", "-c", str(config)], folder, lambda: _accepts(port)):
        url = f"turn:127.0.0.1:{port}"
        yield {"RINGBACK_TURN_URLS": f"{url} {url}?transport=tcp", "RINGBACK_TURN_SECRET": SECRET}


def settings_in(file: Path) -> list[str]:
    """coturn's settings as a document or compose.yaml has them, a line each, comments left out."""
    text = file.read_text()
    block = text.partition("content: |\n")[2] or text.partition("/etc/turnserver.conf")[2].split("```")[1]
    lines = [line.strip() for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#") and line != "ini"]


@asynccontextmanager
async def _running(command: list[str], folder: Path, listens: Callable[[], bool]) -> AsyncIterator[None]:
    """coturn, its files in a folder, from when it listens until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--userdb", str(folder / "turndb"), "--pidfile", str(folder / "turn.pid")),
        *("--simple-log", "--log-file", str(folder / "turn.log")),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(LISTENS_WITHIN_S):
            while not listens():
                assert process.returncode is None, (folder / "turn.log").read_text()
                await asyncio.sleep(0.05)
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def write_certificate(address: str, folder: Path) -> tuple[Path, Path]:
    """A certificate for an address, signed by itself, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ringback's laboratory")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "turn.crt", folder / "turn.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate_file, key_file
