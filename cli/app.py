"""The commands in the order of their help. Exit codes: 0 done, 1 a person is needed, 2 usage or configuration."""

from __future__ import annotations

import typer

from cli import auditing, beginning, connecting, correcting, daily

app = typer.Typer(
    name="milepost",
    help="Turns finished Jira work into draft QuickBooks invoices, and can prove every cent of it.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(beginning.demo)
app.command()(beginning.selftest)
app.command()(beginning.init)
app.add_typer(connecting.connect, name="connect")
app.command()(beginning.check)
app.command()(beginning.doctor)
app.command()(daily.plan)
app.command()(daily.apply)
app.command()(correcting.backtest)
app.command(name="run")(daily.run_service)
app.command()(daily.status)
app.command()(correcting.reconcile)
app.command()(daily.explain)
app.command()(correcting.decide)
app.command()(correcting.undo)
app.add_typer(auditing.app, name="audit")
app.command()(beginning.sandbox)
