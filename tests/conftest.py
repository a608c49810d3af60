"""What tests share: a running server."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.rig import Rig, a_rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    """The real application on a real port, with an empty database."""
    async with a_rig(tmp_path) as running:
        yield running
