"""Where a run can be cut off: the crash, the disk that it leaves, what is owed then, and which of it is equal."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, NamedTuple

from engine.kernel.by_identity import ByIdentity
from engine.storage.tables import Tables
from wptest.explore.crashes.promised import OwedLines, Promised
from wptest.explore.grid import Struck
from wptest.run.aftermath import Aftermath
from wptest.words.explore import CrashKind


class Crash(NamedTuple):
    """One crash.

    Attributes:
        number: before which operation of the run it comes, counted from 1; one more than there are: after the last.
        operation: the kind of that operation; empty after the last.
        path: the file that it is for.
        process: whose operation it is.
        time: monotonic nanoseconds since the run began.
        kind: a kill, or a power loss.
        torn: how many bytes of the append were done; None when it comes before the operation.
        image: which of the disks that a power loss may leave.
    """

    number: int
    operation: str
    path: str
    process: str
    time: int
    kind: CrashKind
    torn: int | None = None
    image: str = ""

    def __str__(self) -> str:
        how = self.kind.replace("-", " ") + (f" ({self.image})" if self.image else "")
        if not self.operation:
            return f"{how} after the last operation"
        where = "before" if self.torn is None else f"after {self.torn} bytes of"
        return f"{how} {where} operation {self.number}: {self.operation} {self.path} by {self.process}"

    @property
    def struck(self) -> Struck:
        """Which operation it comes at, and how."""
        operation = f"{self.process}: {self.operation} {self.path}" if self.operation else "after the last"
        return Struck(operation, f"{self.kind.replace('-', ' ')}{'' if self.torn is None else ', torn'}")

    def without_time(self) -> dict[str, Any]:
        """All of it but when it was, which doesn't matter: a repair may make a run quicker."""
        return {name: value for name, value in self._asdict().items() if name != "time"}


class CrashState(NamedTuple):
    """What is there when the machine is started again after one crash or several, the last one last.

    Attributes:
        crashes: how it came to this.
        snapshot: the disk.
        aftermath: what else the crash leaves.
        promised: the part of what is owed that no power loss has a right to take.
    """

    crashes: tuple[Crash, ...]
    snapshot: Tables
    aftermath: Aftermath
    promised: Promised


# A hash of a disk and its books that takes the place of both: of a million, they would fill gigabytes. That two
# different ones have the same has a chance of 1 in 2**64. It is only good within one process.
Key = int
Books = tuple[bytes, bytes, bytes, int]


@ByIdentity
def owed_key(owed: OwedLines) -> bytes:
    """A hash of books that is the same for equal ones, in any process: the same ones come again and again."""
    entries = sorted((target, sorted(lines.items())) for target, lines in owed.items())
    return blake2b(repr(entries).encode(), digest_size=16).digest()


@ByIdentity
def aftermath_key(left: Aftermath) -> Key:
    """The same for what crashes leave besides their disks where it makes no difference to a recovery.

    That is all of it but when it was, what was replayed and given up before, and what sinks were given.
    """
    by_hand = left.by_hand
    lines = left.owed, left.doubtful, left.remnants, left.cleaned, by_hand.taken, by_hand.destroyed, by_hand.aside
    files = left.moved_files.key, tuple(sorted(left.read.items()))
    return hash(
        (*map(owed_key, lines), tuple(by_hand.put), tuple(sorted(by_hand.targets)), *files, len(left.drops))
    )
