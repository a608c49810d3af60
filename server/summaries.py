"""From what happened in a session to what its summary says, the next steps first.

Not here: when a summary is due (`server.jobs`), the words of the mail (`server.mail.summary`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.call_story import Line, story, told
from server.db.records import GoalState, Person, SummaryFacts
from signalling.protocol import AgendaItem, Goal, GoalStatus, Owner

OPEN: frozenset[GoalStatus] = frozenset({"open", "started"})


@dataclass(frozen=True)
class Step:
    """Something to do next: a goal not reached yet."""

    text: str
    owner: str
    """Who does it, by name."""
    due: str
    """A calendar day, ISO 8601, or empty."""
    started: bool


@dataclass(frozen=True)
class Change:
    """A goal the two worked on, and where it stands now."""

    text: str
    status: str
    """In words."""


@dataclass(frozen=True)
class Summary:
    """The same for both readers; times are told in each one's zone when the mail is written."""

    session_id: str
    mentor: Person
    mentee: Person
    began: datetime
    ended: datetime
    steps: tuple[Step, ...]
    carried: tuple[str, ...]
    """Agenda items for next time."""
    covered: tuple[str, ...]
    begun: tuple[str, ...]
    """The agenda item being talked about at the end, unless it was ticked off or carried over."""
    open_items: tuple[str, ...]
    """Other agenda items neither ticked off nor carried over; whether they were talked about is not known."""
    changes: tuple[Change, ...]
    notes: str
    """Markdown."""
    notes_complete: bool
    call: str
    """How it went, in a line."""
    line: Line


def summarise(facts: SummaryFacts, *, notes_complete: bool = True) -> Summary:
    """What there is to say about a session both met in."""
    session = facts.session
    told_story = story(facts.call)
    left = [item for item in facts.agenda if not item.done and not item.carried]
    return Summary(
        session_id=session.id,
        mentor=session.mentor,
        mentee=session.mentee,
        began=session.met or session.starts,
        ended=session.left or session.ended or session.starts,
        steps=_steps(facts),
        carried=_texts(item for item in facts.agenda if item.carried and not item.done),
        covered=_texts(item for item in facts.agenda if item.done),
        begun=_texts(item for item in left if item.item == facts.current),
        open_items=_texts(item for item in left if item.item != facts.current),
        changes=tuple(
            Change(_title(state.goal), _status(state)) for state in facts.goals if state.changed_here
        ),
        notes=facts.notes.strip(),
        notes_complete=notes_complete,
        call=told(told_story),
        line=told_story.line,
    )


def _steps(facts: SummaryFacts) -> tuple[Step, ...]:
    """Open goals: those of this session first, then by their day, those without one last."""
    states = [state for state in facts.goals if not state.removed and state.goal.status in OPEN]
    states.sort(key=lambda state: (not state.changed_here, state.goal.due == "", state.goal.due))
    return tuple(
        Step(
            text=_title(state.goal),
            owner=_owner(state.goal.owner, facts.session.mentor, facts.session.mentee),
            due=state.goal.due,
            started=state.goal.status == "started",
        )
        for state in states
    )


def _title(goal: Goal) -> str:
    first_line = next((line for line in goal.measurable.splitlines() if line.strip()), "")
    return goal.specific.strip() or first_line.strip() or "A goal without words yet"


def _owner(owner: Owner, mentor: Person, mentee: Person) -> str:
    match owner:
        case "mentor":
            return mentor.name
        case "mentee":
            return mentee.name
        case "both":
            return f"{mentor.name} and {mentee.name}"


def _status(state: GoalState) -> str:
    if state.removed:
        return "taken off the list"
    return {"open": "to do", "started": "started", "done": "done", "dropped": "let go"}[state.goal.status]


def _texts(items: Iterable[AgendaItem]) -> tuple[str, ...]:
    return tuple(item.text.strip() for item in items if item.text.strip())
