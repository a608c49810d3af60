"""coturn at the laboratory's server place, as an operator runs it.

Time-limited credentials; UDP, TCP and TLS, with a certificate of the laboratory's, whose browsers take any.
Not here: the credentials (`server.turn`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import shutil
from collections.abc import AsyncIterator
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
async def relay(host: Namespace, folder: Path) -> AsyncIterator[Relay]:
    """Run coturn inside `host` until the block ends."""
    certificate, key = write_certificate(host.address, folder)
    process = await asyncio.create_subprocess_exec(
        *host.command("turnserver", "-n"),
        *("--listening-ip", host.address, "--relay-ip", host.address, "--realm", "netlab.example.org"),
        *("--listening-port", str(PORT), "--tls-listening-port", str(TLS_PORT)),
        *("--use-auth-secret", "--static-auth-secret", SECRET, "--fingerprint", "--no-cli", "--no-tcp-relay"),
        *("--cert", str(certificate), "--pkey", str(key), "--userdb", str(folder / "turndb")),
        *("--pidfile", str(folder / "turn.pid"), "--simple-log", "--log-file", str(folder / "turn.log")),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(LISTENS_WITHIN_S):
            while not (host.accepts(PORT) and host.accepts(TLS_PORT)):
                assert process.returncode is None, (folder / "turn.log").read_text()
                await asyncio.sleep(0.05)
        yield Relay(host, certificate)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


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
