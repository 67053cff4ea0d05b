"""`errno: ENOSPC`: the operations fail with an error."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Literal, final

from engine.storage.faults import ERRORS, FileOperation
from engine.text.mistake import Mistake, one_of
from wptest.words.fault_kind import Damage, FaultKind
from wptest.words.file_operation import written_name

Errno = Literal[
    "EIO", "ENOSPC", "EROFS", "EACCES", "EPERM", "EDQUOT", "EFBIG", "EMFILE", "ENFILE", "EXDEV", "EBUSY", "EINTR",
    "ENOLCK", "ENAMETOOLONG", "ENOMEM", "ESTALE",
]  # fmt: skip


@final
class FailsWith(FaultKind[Errno]):
    """The operations fail with this error, which must be one that they can give."""

    key = "errno"
    order = 10
    examples = ()
    value = Errno
    alone = None
    beside = ""
    part = ""

    def damage(self) -> Damage:
        """See `FaultKind.damage`."""
        return {"errno": getattr(errno, self.written)}

    def trouble(self) -> str:
        """See `FaultKind.trouble`."""
        return self.written

    def look_at(self, operations: Sequence[FileOperation], beside: Sequence[str]) -> None:
        """See `FaultKind.look_at`."""
        for operation in operations:
            if operation not in ERRORS[self.written]:
                possible = [name for name, given in ERRORS.items() if set(operations) <= set(given)]
                able = ", ".join(map(written_name, ERRORS[self.written]))
                raise Mistake(
                    f"'{written_name(operation)}' never fails with {self.written}",
                    one_of(possible) if possible else None,
                    help_=f"the operations that can fail with {self.written}: {able}",
                )
        super().look_at(operations, beside)
