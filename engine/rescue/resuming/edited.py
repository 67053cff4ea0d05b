"""What is left of a file that has changed since lines of it have arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def already_there(lines: Sequence[bytes], arrived: Sequence[bytes]) -> Counter[bytes] | None:
    """How many of each line are not to be sent, since they have arrived or stand where one stood that has.

    `arrived` are the first lines of the file as it was, in their order. None where the file has not changed but is
    another one: most of them are not in it. Where there are fewer lines than have arrived, it was cut: what is new
    may have been added since, and so none of it is taken for an edited line.
    """
    same = Counter(lines) & Counter(arrived)
    if 2 * same.total() < min(len(lines), len(arrived)):
        return None
    return same if len(lines) < len(arrived) else same + Counter(_edited(lines, arrived))


def _edited(lines: Sequence[bytes], arrived: Sequence[bytes]) -> list[bytes]:
    """The lines that somebody has put in the place of others, one for one.

    What was put in between others is none of these, nor is what comes behind. What stands in the target behind the
    last line that the file still has may be somebody else's, and stands for none of it.
    """
    had, has = Counter(arrived), Counter(lines)
    arrived = arrived[: max((place for place, line in enumerate(arrived, 1) if has[line]), default=0)]
    found, place = [], 0
    for line in lines:
        while place < len(arrived) and line != arrived[place]:
            is_new, is_gone = has[line] > had[line], had[arrived[place]] > has[arrived[place]]
            if is_new and is_gone:
                found.append(line)
            elif is_gone:
                place += 1
                continue
            else:  # it was put in before one that is still there
                place -= 1
            break
        place += 1
        if place >= len(arrived):
            break
    return found
