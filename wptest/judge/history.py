"""What happened with rescue files, written down as it happens: the checks at the end need the contents of then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.kernel import Event
from engine.machine import Machine
from engine.servers.on_machine import servers_of
from wptest.judge.changes_by_hand import Gone
from wptest.judge.ledger import Ledger
from wptest.judge.line_counts import number_of_lines, split_lines
from wptest.judge.rescue_names import rescue_bytes
from wptest.judge.trails.power_losses import PowerLosses


@dataclass(slots=True)
class Replayed:
    """A rescue file that was replayed.

    Attributes:
        path: its name; a later file of the same name is another one.
        target: where its lines belong.
        data: what was in it when the replay began, or was gone on with.
        began: when that was, in monotonic nanoseconds.
        removed_at: how large the target was when the file was removed, with its lines as they were sent; None while
            it is there.
        time: when it was removed, in monotonic nanoseconds.
        is_past: its target has been removed or cut by hand since.
    """

    path: str
    target: str
    data: bytes
    began: int
    removed_at: int | None = None
    time: int = 0
    is_past: bool = False

    @property
    def lines(self) -> list[bytes]:
        """Its lines when the replay began."""
        return split_lines(self.data)


@dataclass(slots=True)
class History:
    """Replays and exits of a run.

    Attributes:
        content: what a rescue file has; or had, where whoever is asked hears of a replay only after it.
        replays: the rescue files in the order in which replays of them began, a resumed one only once.
        failed: files whose replay failed or that were skipped: recovery may leave them.
        last_exit: the latest exit code of each program.
        power: what power losses took.
        accepted_before: how many input lines had been read when the targets were last removed to start afresh.
    """

    machine: Machine
    ledger: Ledger
    content: Callable[[Machine, str], bytes] = field(default=rescue_bytes)
    replays: list[Replayed] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    last_exit: dict[str, int] = field(default_factory=dict)
    accepted_before: int = 0
    power: PowerLosses = field(init=False)
    _opening: Mapping[str, bytes] = field(default_factory=dict)
    _gone_before: Gone = field(default_factory=Gone)

    def __post_init__(self) -> None:
        root = self.ledger.projects[0].rescue_root
        self.power = PowerLosses(self.machine, self.ledger.inventory, root)
        self._opening = self.ledger.dues.booked_in_targets()
        listen = self.machine.trace.listen
        listen("recovery.file_began", self._began)
        listen("recovery.file_removed", self._removed)
        listen("recovery.file_skipped", lambda event: self.failed.add(str(event.fields["path"])))
        listen("recovery.interrupted", self._interrupted)
        listen("sink.delivered", self._delivered)
        listen("data.cleaning", self._cleaning)
        listen("data.cleaned", self._cleaned)
        listen("program.exited", self._exited)
        listen("program.killed", self._exited)
        for kind in ("server.killed", "server.aborted", "server.stopped"):
            listen(kind, self._server_ended)

    def unknown(self, target: str) -> int:
        """How many lines were sent to a target again since nobody knew whether it had them."""
        target_of = self.ledger.inventory.target_of
        events = self.machine.trace.of("line.unknown")
        return sum(
            int(each.fields["lines"] or 0) for each in events if target_of(str(each.fields["sink"])) == target
        )

    def _latest(self, path: str) -> Replayed | None:
        """The file of that name that isn't removed yet."""
        return next(
            (each for each in self.replays if each.path == path and each.removed_at is None and not each.is_past),
            None,
        )

    def _began(self, event: Event) -> None:
        path = str(event.fields["path"])
        data, latest = self.content(self.machine, path), self._latest(path)
        if latest is None:
            self.replays.append(Replayed(path, self.ledger.names.target(path), data, event.time))
        else:
            latest.data = data  # somebody may have changed the file since the replay before

    def _removed(self, event: Event) -> None:
        replayed = self._latest(str(event.fields["path"]))
        if replayed is not None:
            self.ledger.debts.is_repaired(replayed.target)
            replayed.removed_at = self.ledger.inventory.size(replayed.target)
            replayed.time = event.time

    def _delivered(self, event: Event) -> None:
        if event.process == "wprescue":
            self.ledger.debts.is_repaired(self.ledger.inventory.target_of(str(event.fields["sink"])))

    def has_given_up(self, path: str) -> bool:
        """Whether recovery may leave a file: it has failed, or nobody can look into a directory that it is in."""
        return path in self.failed or any(path.startswith(f"{each}/") for each in self.failed)

    def there_at_start(self, target: str) -> int:
        """How many lines a target had before anything happened."""
        return number_of_lines(self._opening.get(target, b""))

    def replays_into(self, target: str) -> list[Replayed]:
        """The replays whose lines should be in a target."""
        return [each for each in self.replays if each.target == target and not each.is_past]

    def _cleaning(self, _event: Event) -> None:
        self._gone_before = self.ledger.debts.gone()

    def _cleaned(self, event: Event) -> None:
        self.ledger.debts.start_afresh(self._gone_before)
        self.accepted_before = self.ledger.dues.accepted
        path = str(event.fields["path"])
        self.failed.discard(path)
        self.forget_replays(path)

    def forget_replays(self, path: str) -> None:
        """What was replayed from or into a file is gone with it, and no program is to blame for that."""
        for replayed in self.replays:
            replayed.is_past = replayed.is_past or path in (replayed.target, replayed.path)

    def _interrupted(self, event: Event) -> None:
        if event.fields["outcome"] == "failed":
            self.failed.add(str(event.fields["path"]))

    def _server_ended(self, event: Event) -> None:
        process = next(each for each in servers_of(self.machine) if each.name == event.process).process
        self.last_exit[event.process] = 0 if process is None else process.exit_code or 0

    def _exited(self, event: Event) -> None:
        self.last_exit[event.process] = int(event.fields["code"] or 0)
        if event.kind == "program.exited" and event.process == "wproj":
            self.ledger.debts.cleaned.clear()  # it has made its removals durable
