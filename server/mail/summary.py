"""The mail after a session: one for each of the two, the same words, each one's own clock.

Not here: what there is to say (`server.summaries`). Nobody else receives it, the coordinator neither.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from markupsafe import Markup

from server.config import Config
from server.db.records import Mail
from server.documents.render import to_html
from server.mail.pair import Draft, Reader, to_both
from server.mail.times import day, span
from server.summaries import Step, Summary

SUBJECT: Final = "Your mentoring session: next steps and notes"
MAX_RENDERED: Final = 50_000
"""Characters of notes that are read as Markdown; longer notes are mailed as they were typed, for reading
takes more than proportional time when somebody means it to."""
MAX_STEPS: Final = 12

THREADS: Final = {"smooth": "solid", "low": "dashed", "voice": "dotted"}
"""How the rule at the top is drawn, as on the stage."""


def summary_mails(config: Config, summary: Summary, now: datetime) -> list[Mail]:
    """One mail to each of the two. Raises `UnsafeMailError`."""
    same = {
        "summary": summary,
        "steps": [(step, _when_and_who(step)) for step in summary.steps[:MAX_STEPS]],
        "more_steps": max(len(summary.steps) - MAX_STEPS, 0),
        "notes_html": _notes_html(summary.notes),
        "thread": THREADS[summary.line],
    }

    def draft(reader: Reader) -> Draft:
        context = {**same, "when": span(summary.began, summary.ended, reader.person.zone)}
        return Draft(f"summary/{summary.session_id}/{reader.role}", "summary", SUBJECT, context)

    return to_both(config, summary.mentor, summary.mentee, now, draft)


def _when_and_who(step: Step) -> str:
    words = [step.owner, f"by {day(step.due)}" if step.due else "", "started" if step.started else ""]
    return ", ".join(filter(None, words))


def _notes_html(notes: str) -> Markup:
    if len(notes) <= MAX_RENDERED:
        return Markup(to_html(notes))  # noqa: S704 - cleaned by nh3
    return Markup('<div style="white-space:pre-wrap">{}</div>').format(notes)
