"""From settings to the ways by which people are told: mail, a web address, both or none."""

from __future__ import annotations

from connectors.hook import HookDoor
from connectors.mail import MailDoor
from sync.installation.settings import Settings


def doors(settings: Settings) -> tuple[MailDoor | HookDoor, ...]:
    """Every way that the settings name. Nothing is sent yet. ValueError where the web address is none of https."""
    told = settings.alerts
    found: list[MailDoor | HookDoor] = []
    if told.mail_to and told.mail_from:
        password = told.smtp_password.reveal() if told.smtp_password else ""
        found.append(
            MailDoor(
                told.smtp_host, told.smtp_port, told.mail_from, tuple(told.mail_to), told.smtp_user, password
            )
        )
    if told.webhook_url is not None:
        found.append(HookDoor(told.webhook_url.reveal()))
    return tuple(found)
