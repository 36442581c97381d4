"""The command `milepost`: one file per command, no logic. Heavy rooms are imported inside the commands."""


def main() -> None:
    """Run the command line."""
    from cli.app import app

    app()
