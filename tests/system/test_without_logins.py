"""Commands that only look at what was read last need no login: who may read the files may look."""

from __future__ import annotations

import pytest

LOOKING = (
    ("status",),
    ("explain", "HPO-1"),
    ("explain", "shop"),
    ("explain", "1001"),
    ("backtest", "rules"),
    ("check",),
    ("decide",),
    ("audit", "verify"),
)


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_looking_needs_no_login(launcher, office, command):
    office.epic("Search", 10.0)
    assert launcher.run("apply", cwd=office.home).code == 0
    with_logins = launcher.run(*command, cwd=office.home)
    for secret in (office.home / "secrets").iterdir():
        secret.unlink()
    without = launcher.run(*command, cwd=office.home)
    assert without.err == with_logins.err
    assert (without.code, without.out) == (with_logins.code, with_logins.out)


@pytest.mark.parametrize(
    "command", [("plan",), ("apply",), ("decide", "x", "keep", "--why", "y")], ids=" ".join
)
def test_what_asks_a_system_names_every_login_that_it_lacks(launcher, office, command):
    for secret in (office.home / "secrets").iterdir():
        secret.unlink()
    outcome = launcher.run(*command, cwd=office.home)
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 6
    assert outcome.err.count("cannot be read: No such file or directory") == 5


def test_the_password_of_a_store_alone_is_needed_where_it_has_one(launcher, office):
    config = office.home / "config.toml"
    url = 'url = "postgresql://nobody@127.0.0.1:1/milepost"\npassword = "env:STORE_PASSWORD"'
    config.write_text(config.read_text("utf-8").replace('url = "sqlite:///milepost.db"', url), "utf-8")
    outcome = launcher.run("status", cwd=office.home)
    assert outcome.code == 2
    assert outcome.err == (
        "env:STORE_PASSWORD cannot be read: the environment variable STORE_PASSWORD is not set\n"
    )
