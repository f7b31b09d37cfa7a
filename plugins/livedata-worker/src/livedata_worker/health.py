"""What is wrong with a job, in words that name its plugin and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from traceback import format_exception

from livedata_core.contract import RefError, WorkflowSpec
from livedata_core.contract.raised import text_of

__all__ = ["JobHealth", "failure", "named"]


def named(spec: WorkflowSpec) -> str:
    """Return a workflow's title with its plugin and version."""
    return f"{spec.title} ({spec.origin})" if spec.origin else spec.title


def failure(
    spec: WorkflowSpec, what: str, error: BaseException, *, tracebacks: bool = False
) -> str:
    """Return a sentence on what a workflow did wrong; lines below it tell more.

    Parameters
    ----------
    what:
        E.g. ``failed to update``.
    tracebacks:
        Whether to tell where it came from.
    """
    first, _, more = text_of(error).partition("\n")
    mend = (
        "install what it needs where the worker runs"
        if isinstance(error, RefError)
        else "change its parameters"
    )
    said = f"{type(error).__name__}: {first}".removesuffix(": ")
    where = "".join(format_exception(error)) if tracebacks else ""
    lines = [
        f"{named(spec)} {what}: {said.rstrip('.')}; {mend}, or update the plugin",
        more,
        where,
    ]
    return "\n".join(line.rstrip() for line in lines if line)


@dataclass(slots=True)
class JobHealth:
    """Failures and hindrances of one job. One thread.

    Attributes
    ----------
    spec:
        Its workflow.
    error:
        Why it gives no results now; None where it does.
    failures, last_failure:
        How many updates failed since the start or reset, and how the last one did.
    missing:
        Logs that it waits for.
    paused:
        Whether it was told to take no data in.
    tracebacks:
        Whether an error tells where it came from, on the lines after the first.
    regions:
        Why the last regions of a kind were not taken, by kind.
    """

    spec: WorkflowSpec
    error: str | None = None
    failures: int = 0
    last_failure: str = ""
    missing: tuple[str, ...] = ()
    paused: bool = False
    tracebacks: bool = False
    regions: dict[str, str] = field(default_factory=dict)

    def failed(self, what: str, error: BaseException) -> None:
        """Note a failure, e.g. that it ``failed to update``."""
        self.failures += 1
        self.last_failure = f"{what}: {type(error).__name__}: {text_of(error)}"
        self.error = failure(self.spec, what, error, tracebacks=self.tracebacks)

    def not_published(self, output: str, why: str) -> None:
        """Note that an output of an update, which went well, could not be published."""
        self.failures += self.error is None
        self.last_failure = f"could not publish {output}: {why}"
        self.error = f"{named(self.spec)} {self.last_failure}"

    def recovered(self) -> None:
        """Note that an update went well."""
        self.error = None

    def forget(self) -> None:
        """Begin to count anew."""
        self.error, self.failures = None, 0

    @property
    def warning(self) -> str | None:
        """What an operator should know, in sentences."""
        sentences = []
        if self.paused:
            sentences.append("Paused: it takes no data in until it is resumed.")
        if self.missing:
            sentences.append(f"Waits for a reading of {', '.join(self.missing)}.")
        if self.failures and self.error is None:
            sentences.append(
                f"{self.failures} updates since the start or reset are incomplete or "
                f"missing; in the last one {named(self.spec)} {self.last_failure}"
            )
        sentences += [
            f"The last regions of kind {kind} were not taken: {reason}"
            for kind, reason in self.regions.items()
        ]
        return " ".join(sentences) or None
