"""Which sink group a line belongs to.

WPL and OML are not interpreted: a line's rule is known from the sample that it was made of. A line is either a
sample's text, or that text behind an event id (`wp_event_id=17 <text>`), which is how `wpgen` makes each unique. Of
another line the scenario says it, or the project's WPL files, as far as they tell lines apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.behaviour import REFERENCE, Behaviour
from engine.project.model import GroupConf, Project, Sample
from engine.project.routing import TakenLine, group_of, rule_of_line, taken_line, text_pattern
from engine.rows.event_id import EVENT_ID

_ID = EVENT_ID.encode()
# White space of Unicode, and that of ASCII, as real versions know it: neither is what Python's `strip` takes off.
_EN_QUAD, _HAIR_SPACE = 0x2000, 0x200A
_WIDE = "".join(map(chr, range(_EN_QUAD, _HAIR_SPACE + 1)))
_BLANKS = f"\t\n\v\f\r \x85\xa0\u1680{_WIDE}\u2028\u2029\u202f\u205f\u3000"
_BLANK_BYTES = b" \t\n\f\r"
_LONGEST_ID = 20


def numbered(sample: Sample, number: int) -> bytes:
    """The sample's line with an event id: unique, and still recognised by `Router`."""
    return b"%s%d %s" % (_ID, number, sample.text.encode())


def text_of(line: bytes) -> bytes:
    """The line without its event id."""
    return line.partition(b" ")[2] if line.startswith(_ID) else line


def number_of(line: bytes) -> int | None:
    """Its event id; None where it has none."""
    digits = line.removeprefix(_ID).partition(b" ")[0] if line.startswith(_ID) else b""
    return int(digits) if digits.isdigit() and len(digits) < _LONGEST_ID else None


class Router:
    """Routes lines by rule: the longest matching wildcard wins, in configuration order (facts section 6)."""

    def __init__(self, project: Project, behaviour: Behaviour = REFERENCE) -> None:
        self._behaviour = behaviour
        self._infra = {group.name: group for group in project.groups if group.infra}
        self._by_text = {sample.text.encode(): sample.rule for sample in project.samples}
        self._need_ids = {sample.text.encode() for sample in project.samples if sample.needs_id}
        self._by_pattern = [(text_pattern(pattern), rule) for rule, pattern in project.patterns]
        self._wpl = project.wpl
        said = [rule for rule, _ in project.patterns]
        rules = dict.fromkeys([*self._by_text.values(), *said, *(rule.key for rule in project.wpl)])
        self._groups = {rule: self._of_rule(rule, project) for rule in rules}

    def destination(self, line: bytes) -> GroupConf:
        """The group of one line: by rule, `default` when no group takes its rule, `miss` when it has none.

        A line that is no rule's sample and isn't UTF-8 goes to `error`.
        """
        return self._routed(line)[0]

    def rule(self, line: bytes) -> str | None:
        """The rule that parses a line; None for one that none does.

        It is that of the sample that the line is, or else the first whose pattern it matches, or else the first of
        the WPL files that it looks like one of.
        """
        rule = self._sampled(line)
        return self._unsampled(line) if rule is None else rule

    def _unsampled(self, line: bytes) -> str | None:
        """The rule of a line that is no sample."""
        text = text_of(line).decode(errors="replace")
        said = next((rule for pattern, rule in self._by_pattern if pattern.fullmatch(text)), None)
        return said or rule_of_line(line.decode(errors="replace"), self._wpl)

    def without_blanks(self, line: bytes) -> bytes | None:
        """A line as a real rule takes it, without blanks around it; None for blanks alone that no rule takes."""
        bare = line.decode(errors="replace").strip(_BLANKS).encode()
        if self.rule(bare) is not None:
            return bare
        return line if line.strip(_BLANK_BYTES) else None

    def split(self, lines: Sequence[bytes]) -> dict[str, list[bytes]]:
        """Share lines out to groups, by name, each group's in their order."""
        first = self._sampled(lines[0]) if lines else None
        if first is not None and not self._need_ids and _have_text(lines, text_of(lines[0])):
            return {self._groups[first].name: list(lines)}  # most inputs are made of one sample
        shares: dict[str, list[bytes]] = {}
        for line in lines:
            shares.setdefault(self.destination(line).name, []).append(line)
        return shares

    def split_by_rule(self, lines: Sequence[bytes]) -> dict[tuple[str, str], list[bytes]]:
        """Share lines out to groups and to their rules in these; a line of no rule has an empty one."""
        shares: dict[tuple[str, str], list[bytes]] = {}
        for line in lines:
            group, rule = self._routed(line)
            shares.setdefault((group.name, rule or ""), []).append(line)
        return shares

    def _routed(self, line: bytes) -> tuple[GroupConf, str | None]:
        """The group of a line, and its rule."""
        rule = self._sampled(line)
        if rule is None:
            rule = self._unsampled(line)
            if not _is_text(text_of(line)):
                return self._infra["error"], rule
        return self._infra["miss"] if rule is None else self._groups[rule], rule

    def _sampled(self, line: bytes) -> str | None:
        """The rule of the sample that a line is; None for one that is none, or lacks the event id that it needs."""
        return None if line in self._need_ids else self._by_text.get(text_of(line))

    def rest(self, line: bytes) -> TakenLine | None:
        """The rule of a line and what it leaves of its end, where a WPL file says whose line it is."""
        if not self._wpl or self._sampled(line) is not None:
            return None
        text = text_of(line).decode(errors="replace")
        if any(pattern.fullmatch(text) for pattern, _ in self._by_pattern):
            return None
        taken = taken_line(line.decode(errors="replace"), self._wpl)
        return taken if taken is not None and taken.left else None

    def _of_rule(self, rule: str, project: Project) -> GroupConf:
        if rule in self._infra:  # a scenario may send lines straight to miss, residue, intercept or error
            return self._infra[rule]
        match self._behaviour.group_of_rule:
            case "always_default":
                taking = None
            case "first_wildcard":
                taking = next((group for group in project.groups if group_of(rule, [group]) is not None), None)
            case _:
                taking = group_of(rule, project.groups)
        return taking or self._infra["default"]


def _have_text(lines: Sequence[bytes], text: bytes) -> bool:
    """Whether all lines are this text, or that behind an event id.

    With ids they are if each begins as an id does and ends with the text, and there are no more blanks than that
    takes. To count that in all of them at once takes a tenth of the time of looking at each.
    """
    all_of_them, number = b"\n%s\n" % b"\n".join(lines), len(lines)
    return (
        all_of_them.count(b"\n" + _ID) == number
        and all_of_them.count(b" %s\n" % text) == number
        and all_of_them.count(b" ") == number * (1 + text.count(b" "))
    ) or all(text_of(line) == text for line in lines)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
