"""One variant of a scenario with its project: what the checks of `semantics` and `timeline` look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.project.model import Project, SinkConf
from engine.text.diagnostic import Diagnostic
from engine.text.mistake import Mistake, one_of
from engine.text.source_text import KeyPath
from wptest.scenario.scenario import Scenario
from wptest.text.codes import Code
from wptest.text.yaml_document import Telling, YamlDocument
from wptest.words.setting.inline import InlineProject


@dataclass(frozen=True, slots=True)
class Unproved:
    """A part of a scenario that can prove nothing, however it runs: its place, and the warning that says why."""

    path: KeyPath
    warning: Diagnostic


@dataclass
class Scene(Telling):
    """Collects the mistakes of a scenario whose shape is right, and what there is to warn of.

    `project` is None where it couldn't be read: its sinks are then not known, and not checked. `whole` is False
    where steps were left out because they are wrong: what they started is then not known. `untyped` are the sinks
    whose type is wrong: what they can do is not known. `pruned` are the places of all that was left out.
    """

    document: YamlDocument
    scenario: Scenario
    project: Project | None
    whole: bool = True
    untyped: frozenset[str] = frozenset()
    pruned: tuple[KeyPath, ...] = ()
    problems: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    unproved: list[Unproved] = field(default_factory=list)

    def warn(
        self,
        path: KeyPath,
        message: str,
        code: Code,
        *,
        help_: str,
        at_key: bool = False,
        proves_nothing: bool = False,
    ) -> None:
        """Add a warning at the value at `path`, or its key; one that `proves_nothing` leaves the run unverified."""
        span = self.place(path, at_key=at_key)
        warning = self.document.source.diagnostic(span, message, code, help_=help_, severity="warning")
        self.warnings.append(warning)
        if proves_nothing:
            self.unproved.append(Unproved(path, warning))

    def tell(self, path: KeyPath, mistake: Mistake, *, at_key: bool = False) -> None:
        """Add a mistake that somebody has found in the value at `path`."""
        self.problem(path, mistake.problem, Code.WRONG_VALUE, mistake.expected, mistake.help_, at_key=at_key)

    @property
    def is_inline(self) -> bool:
        """Its project is written out in it."""
        return isinstance(self.scenario.project, InlineProject)

    def is_wrong(self, *path: str) -> bool:
        """Whether the part at `path`, or what it is a part of, is wrong and was told: so it isn't there."""
        return any(path[: len(each)] == each for each in self.pruned)

    def has_wrong(self, *path: str | int) -> bool:
        """Whether anything at `path` or below is wrong and was told."""
        return any(each[: len(path)] == path for each in self.pruned)

    def is_wrong_of(self, sink: str, key: str) -> bool:
        """Whether what an inline sink says there is wrong, and was told."""
        places = (each[2:] if each[:2] == ("project", "sinks") else each[4:] for each in self.pruned)
        return any(each[:2] == (sink, key) for each in places)

    def known_sink(self, name: str) -> SinkConf | None:
        """The project's sink of that name; None where there is none, or its type is not known."""
        sink = self.project.sink(name) if self.project is not None else None
        return sink if sink is not None and sink.id not in self.untyped else None

    def sink(self, path: KeyPath, name: str, *, at_key: bool = True) -> SinkConf | None:
        """The project's sink of that name, if its type is known; a mistake at `path` where there is none."""
        if self.project is None:
            return None
        sink = self.project.sink(name)
        if sink is not None:
            return sink if sink.id not in self.untyped else None
        namesakes = [sink.id for sink in self.project.sinks if sink.name == name]
        if namesakes:
            message = f"{len(namesakes)} sinks are called '{name}'" if namesakes[1:] else f"unknown sink '{name}'"
            help_ = "name its group, too" if namesakes[1:] else f"did you mean '{namesakes[0]}'?"
            expected = one_of(namesakes)
            self.problem(path, message, Code.UNKNOWN_SINK, expected=expected, help_=help_, at_key=at_key)
            return None
        known = [sink.id for sink in self.project.sinks]
        self.unknown(path, "sink", name, known, Code.UNKNOWN_SINK, at_key=at_key)
        return None

    def line_of_step(self, index: int) -> int:
        """The line that a step starts on; of shared steps the one that uses them."""
        use = self.document.use_of(("when", index))
        if use is not None:
            return use.outermost.place.line
        return self.document.span_of(("when", index)).line
