"""The store: one database, SQLite or PostgreSQL, behind small drawers."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from sync.store.accounts import AccountStore
from sync.store.alerts import AlertStore
from sync.store.audit import AuditStore
from sync.store.budgets import BudgetStore
from sync.store.connections import ConnectionStore
from sync.store.database import open_database, reading
from sync.store.decisions import DecisionStore
from sync.store.journal import JournalStore
from sync.store.leases import LeaseStore
from sync.store.mirror import MirrorStore
from sync.store.notices import NoticeStore
from sync.store.outbox import OutboxStore
from sync.store.rules import RuleStore
from sync.store.signs import SignStore
from sync.store.trail import TrailStore

HEAD = "0001"  #: the newest migration; a test compares it with the folder
_MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """All of Milepost's memory. Opening it brings the schema up to date."""

    def __init__(self, url: str, actor: str = "") -> None:
        """`actor` is who acts in what is written, for the audit: a person's login name or the service."""
        self.engine: Engine = open_database(url).execution_options(actor=actor)
        migrate(self.engine)
        self.audit = AuditStore(self.engine)
        self.mirror = MirrorStore(self.engine)
        self.accounts = AccountStore(self.engine)
        self.decisions = DecisionStore(self.engine)
        self.outbox = OutboxStore(self.engine)
        self.rules = RuleStore(self.engine)
        self.journal = JournalStore(self.engine)
        self.budgets = BudgetStore(self.engine)
        self.connections = ConnectionStore(self.engine)
        self.leases = LeaseStore(self.engine)
        self.signs = SignStore(self.engine)
        self.alerts = AlertStore(self.engine)
        self.trail = TrailStore(self.engine)
        self.notices = NoticeStore(self.engine)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def migrate(engine: Engine) -> None:
    """Apply the migrations that this database has not seen; two processes at once apply them once."""
    if _version(engine) == HEAD:
        return
    # Imported here: a store that is up to date, as nearly always, need not pay for the migration tool.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def _version(engine: Engine) -> str | None:
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found
