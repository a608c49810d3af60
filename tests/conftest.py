"""What tests share: a running server, and how hypothesis searches."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.rig import Rig, a_rig

# The same examples everywhere, so that what passes here passes there, and no deadline: machines are shared.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    """The real application on a real port, with an empty database."""
    async with a_rig(tmp_path) as running:
        yield running
