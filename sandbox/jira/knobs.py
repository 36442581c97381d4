"""Switches for what a site may do differently: short pages, warnings, and behaviour nobody could verify."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(slots=True)
class Knobs:
    """How this site behaves where real ones vary. The defaults are the documented or measured behaviour."""

    short_pages: int | None = None  #: search pages never hold more than this, whatever was asked
    token_life: timedelta = timedelta(days=7)
    repeat_token: bool = False  #: the fault of a last page that repeats its token
    search_warnings: tuple[str, ...] = ()  #: texts a search answers with when its result is not complete
    stale_values: bool = True  #: while the index lags, searches also show old field values (unverified)
    child_touches_epic: bool = True  #: creating a child under an epic writes "Epic Child" on it (unverified)
    worklogs_move_issues: bool = True  #: writing time moves `updated` and writes history (adding: recorded)
    property_touches_issue: bool = False  #: setting an issue property moves `updated` (unverified)
    post_accepts_nulls: bool = True  #: `null` for an optional key of a POST body is ignored (unverified)
    created_as_number: bool = False  #: bulk changelogs give `created` as epoch ms instead of ISO (unverified)
    indexed_properties: tuple[str, ...] = ()  #: keys of issue properties that an app lets queries search
    consent: Literal["auto", "page"] = "auto"  #: a GET of the authorize page approves at once, or is a page
    wrong_credentials: Literal["anonymous", "refused"] = "anonymous"  #: of Basic in the Cloud: served, or 401
    remote_links_allowed: bool = True
    resolution_screen: bool = True  #: done transitions of company-managed projects ask for one (unverified)
    parallel_sprints: bool = True  #: a board may have several active sprints
    sprints_reopen: bool = False  #: the API makes a closed sprint active again (unverified; the page can)
    sprint_name_limit: int = 255  #: unverified; older sites cut at 30
    dynamic_webhooks_for_all: bool = False  #: not only OAuth logins may register dynamic webhooks
    dynamic_webhook_secret: str = ""  #: signs dynamic webhooks (real apps check a JWT; unverified)
