"""All planted bugs, by what they do wrong."""

from __future__ import annotations

from collections.abc import Mapping

from simulation.bugs_of_books import bed as books
from simulation.bugs_of_mixing import bed as mixing
from simulation.bugs_of_restoring import bed as restoring
from simulation.bugs_of_sending import bed as sending
from simulation.planted import Bug

BUGS: Mapping[str, Bug] = {**sending.bugs, **books.bugs, **mixing.bugs, **restoring.bugs}
