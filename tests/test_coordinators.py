"""How a coordinator proves who they are."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from server import coordinators

NOW = datetime(2026, 3, 1, 12, 0, 10, tzinfo=UTC)


async def test_a_password_is_recognised_and_another_is_not() -> None:
    stored = await coordinators.hash_password("seven quiet green lamps")
    assert "seven" not in stored
    assert await coordinators.password_matches(stored, "seven quiet green lamps")
    assert not await coordinators.password_matches(stored, "seven quiet green lamp")


async def test_nobody_has_no_password_that_fits() -> None:
    assert not await coordinators.password_matches(None, "")


@pytest.mark.parametrize("password", ["", "short", "a" * 40, "x" * 257])
def test_a_weak_password_gets_a_sentence(password: str) -> None:
    problem = coordinators.password_problem(password)
    assert problem is not None
    assert problem.endswith(".")


def test_a_code_is_good_for_one_step_either_way() -> None:
    secret = coordinators.new_totp_secret()
    step = int(NOW.timestamp()) // coordinators.STEP_S
    code = pyotp.TOTP(secret).at(NOW)
    assert coordinators.matching_step(secret, f" {code[:3]} {code[3:]} ", NOW) == step
    assert coordinators.matching_step(secret, code, NOW + timedelta(seconds=30)) == step
    assert coordinators.matching_step(secret, code, NOW + timedelta(seconds=90)) is None


@pytest.mark.parametrize("code", ["", "000", "abcdef", "１２３４５６", "0" * 1000])
def test_a_code_that_is_none_matches_nothing(code: str) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    assert coordinators.matching_step(secret, code, NOW) is None
