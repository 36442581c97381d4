"""Words and people of others: in no log line, by no mail address in the store, left out of an export where asked."""

from __future__ import annotations

import signal

from sandbox.faults import answer
from sandbox.world.texts import PEOPLE

TITLE = "canary Zq91 of the client's merger"
ADDRESS = "canary.zq92@harborpine.example"


def test_words_and_people_appear_in_no_log_and_no_export_without_texts(launcher, office):
    office.configure('[log]\nlevel = "debug"\n[service]\npoll_seconds = 1\n')
    client = office.books.named("Customer", "Harbor & Pine Outfitters")
    client.body["PrimaryEmailAddr"] = {"Address": ADDRESS}
    office.epic(TITLE, 33.33)
    office.sandbox.quickbooks_faults.add(
        answer(400, f'{{"Fault":{{"Error":[{{"Message":"Not now","Detail":"{ADDRESS}","code":"6000"}}]}}}}'),
        method="POST",
        path=r"/invoice$",
    )
    service = launcher.start("run", cwd=office.home)
    service.wait_for('"tick.finished"')
    service.signal(signal.SIGTERM)
    applied = launcher.run("apply", "--json", cwd=office.home)
    exported = launcher.run("audit", "export", "trail", "--without-texts", "--json", cwd=office.home)
    assert (applied.code, exported.code) == (0, 0)
    assert len(office.made()) == 1
    trail = "".join(path.read_text("utf-8") for path in (office.home / "trail").iterdir())
    logged = service.wait().err + applied.err
    assert "tick.finished" in logged
    personal = [
        TITLE,
        ADDRESS,
        "Zq9",
        *PEOPLE,
        *(f"{name.split()[0].casefold()}@fernwood" for name in PEOPLE),
    ]
    assert [text for text in personal if text in logged or text in trail] == []
    kept = b"".join(path.read_bytes() for path in office.home.glob("milepost.db*"))
    # A document is kept as QuickBooks shows it, with the client's address; of Jira's people only ids are.
    assert b"@fernwood.example" not in kept
