"""Rules that name an epic or a version which was never seen: a slip, or work that nobody here may see. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from mappings.contract.rules import Contract, Milestone
from mappings.contract.works import EpicWork, VersionWork
from model.finding import Finding
from model.work import Mirror


def never_seen(contract: Contract, mirror: Mirror) -> Iterator[Finding]:
    """Rules for an epic by a key, or for a version by a name, that no such work was ever seen to have."""
    epics = {issue.key.upper() for issue in mirror.issues.values()}
    versions = {(each.project_key.upper(), each.name.casefold()) for each in mirror.versions.values()}
    for rule in contract.milestones:
        match rule.work:
            case EpicWork(key) if key.upper() not in epics:
                yield _unknown(contract, rule, "rules.epic_unknown", key, f"no issue {key}")
            case VersionWork(project, name) if (project, name.casefold()) not in versions:
                title = f"{project} {name}"
                yield _unknown(contract, rule, "rules.version_unknown", title, f"no version {title}")


def _unknown(contract: Contract, rule: Milestone, code: str, named: str, what: str) -> Finding:
    return Finding(
        code,
        f"{named} (rule {rule.rule!r})",
        f"{what} was ever seen on site {contract.site}",
        f"Correct it in {contract.file}:{rule.line}; it may have been moved or is not visible.",
        "admin",
        f"{contract.id}|{named}",
    )
