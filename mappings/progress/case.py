"""One piece of work before one contract: what is known of it before its rule is asked."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.contract.prices import Hours
from mappings.contract.rules import Contract, Exclusion, Milestone
from mappings.progress.acceptance import Acceptance
from mappings.progress.claimed import charge_key, is_billed
from mappings.progress.closing import Closure
from mappings.progress.priced import Gap
from mappings.progress.subjects import Subject, title_of
from mappings.words.text import inert
from model.billing import Claim
from model.work import Issue, WorkId


@dataclass(frozen=True, slots=True)
class Case:
    """One piece of work before one contract.

    `rules` is the contract version that decides: the recorded one when something is claimed. `matched` are
    its rules that reach the work, `exclusion` the first that says no. `rivals` are other contracts whose
    rules match; `billed_by` is a contract that has billed the work and is no longer in the book.
    `acceptance` says how far it is accepted where it is billed by shares: closed is then since when.
    `lost_version` is a recorded rule version whose source is not known. `project` is the key of the one it is in.
    """

    rules: Contract
    work: WorkId
    subject: Subject | None
    closure: Closure
    claims: tuple[Claim, ...] = ()
    matched: tuple[Milestone, ...] = ()
    exclusion: Exclusion | None = None
    rivals: tuple[str, ...] = ()
    hidden: bool = False
    billed_by: str = ""
    acceptance: Acceptance | Gap | None = None
    lost_version: str = ""
    project: str = ""

    @property
    def charge_key(self) -> str:
        """The key of its fee."""
        return charge_key(self.rules.id, self.work, "fee")

    @property
    def key(self) -> str:
        """What a person calls it on the command line."""
        if isinstance(self.subject, Issue):
            return inert(self.subject.key)
        if self.work.kind in ("date", "acceptance"):
            return self.work.id
        return f"{self.work.kind}-{self.work.id}"

    @property
    def title(self) -> str:
        """What names it to a person; inert."""
        return (title_of(self.subject) if self.subject is not None else "") or self.key

    @property
    def seen(self) -> Subject:
        """Its subject, which was seen: a ValueError otherwise."""
        if self.subject is None:
            raise ValueError(f"{self.charge_key} was never seen")
        return self.subject

    @property
    def is_billed(self) -> bool:
        """True while a claim on it is live and not all given back."""
        return is_billed(self.claims)

    @property
    def bills_time(self) -> bool:
        """True when its rule prices the hours logged."""
        return self.rule is not None and isinstance(self.rule.price, Hours)

    @property
    def rule(self) -> Milestone | None:
        """The one rule that reaches it, if there is exactly one."""
        return self.matched[0] if len(self.matched) == 1 else None
