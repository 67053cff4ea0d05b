"""What was read of the inputs: also of one that has been removed, renamed, cut or written anew since.

Programs say how many lines they have read; which lines these are is read off the files. A file is known by its
number and held open, so it can be looked into when its name is gone, and what is about to be cut is copied before.
So it makes no difference who changes the input, or how.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise

from engine.kernel import Event
from engine.machine import Machine
from engine.project.model import Project
from engine.storage.disk_port import files_below, open_whatever_mode, parent, read_all
from wptest.judge.line_counts import first_lines, number_of_lines
from wptest.judge.read_files import Reader, ReadFile
from wptest.judge.written_down.positions import POSITION, ReadBefore, read_position

_ENDS = ("source.ended", "program.exited", "program.killed")
_REFUSED = ("fault.bit", "storage.EACCES")  # so that a program can't find what is in a file


class Inputs:
    """The files that have been inputs of a run, in order, and how much of each was read.

    Of an input whose position is kept, whoever reads it goes on there; that may be the first one alone.

    Attributes:
        paths: what the inputs are called, the one first that a scenario makes.
        read_for: by program, the project that it was started with; the first one for those that aren't there.
    """

    def __init__(self, machine: Machine, paths: Sequence[str]) -> None:
        self.paths = paths
        self.read_for: dict[str, Project] = {}
        self._disk = machine.disk
        self._files: list[ReadFile] = []
        self._readers: dict[tuple[str, str], Reader] = {}  # by program and input
        self._read_twice: list[tuple[ReadFile, int, int, Project | None]] = []
        self._read_wrongly: list[tuple[ReadFile, int, int, Project | None]] = []
        self._kept: dict[str, ReadBefore | None] = {}  # by program, the position that it finds when it starts
        self._disk.before_cut.listen(self._about_to_cut)
        listen = machine.trace.listen
        listen("source.accepted", self._on_accepted)
        listen("source.reopened", self._on_reopened)
        listen("source.gone_on", self._on_resumed)
        listen("program.started", self._on_started)
        for kind in _REFUSED:
            listen(kind, self._on_refused)
        for kind in _ENDS:
            listen(kind, self._on_end)

    @property
    def accepted(self) -> int:
        """How many lines have been read."""
        return sum([file.read - file.booked for file in self._files]) if self._files else 0

    @property
    def read_so_far(self) -> Mapping[int, int]:
        """By file number, how many lines have been read of what the files of the first input are now."""
        numbers, first = {file.number for file in self._files if file.path == self.paths[0]}, self.paths[0]
        there = [self._at(path, first) for path in self._disk.list("") if self._disk.number_of(path) in numbers]
        return {file.number: file.read for file in there if file is not None and file.read}

    def go_on(self, read: Mapping[int, int]) -> None:
        """So much was read before these books began, and is owed by others."""
        for path in self._disk.list("") if read else ():
            lines = read.get(self._disk.number_of(path) or 0)
            if lines is not None:
                file = self._at(path, self.paths[0])
                assert file is not None, "it is there"
                file.read = file.booked = lines

    @property
    def issued(self) -> int:
        """How many lines there were in all these files, and are in the inputs now."""
        # Where nothing was read, nobody needs to hold an input open.
        now = {path: self._now(path) if self._files else None for path in self.paths}
        unread = (read_all(self._disk, path) for path, file in now.items() if file is None)
        files = (file for file in self._files if file.read or file is now.get(file.path))
        return sum(map(number_of_lines, unread)) + sum(number_of_lines(self._data(file)) for file in files)

    def passed_over(self, path: str) -> int:
        """How many lines nobody has read of files that whoever read them has left, since they are gone."""
        left = (file for file in self._files if file.was_left and file.path == path)
        return sum(number_of_lines(self._data(file)) - file.read for file in left)

    def waits_for_end(self, path: str) -> bool:
        """Whether all of an input was read but for a last line that has no end yet."""
        data, now = read_all(self._disk, path), self._now(path) if self._files else None
        return now is not None and number_of_lines(data) - now.read == 1 and not data.endswith(b"\n")

    def unread(self, process: str, path: str) -> int:
        """How many whole lines of an input that program has not read."""
        reader, now = self._readers.get((process, path)), self._now(path)
        lines = read_all(self._disk, path).count(b"\n")
        is_here = now is not None and (reader is None or reader.file is now)
        return max(0, lines - now.read) if is_here and now is not None else lines

    def contents(self, number: int) -> list[bytes]:
        """What the file of this number has, and had before it was cut; nothing for one that was no input."""
        return [self._data(file) for file in self._files if file.number == number]

    def accepted_data(self) -> Iterator[tuple[str, bytes]]:
        """What was read of each file, the old ones first, with the path of the input that it is or was."""
        for file in self._files:
            if file.read > file.booked:
                data = first_lines(self._data(file), file.read)
                yield file.path, data[len(first_lines(data, file.booked)) :] if file.booked else data

    def accepted_shares(self) -> Iterator[tuple[Project | None, bytes]]:
        """The same, by the projects for which it was read; None is the first."""
        return self._shares((file, file.booked) for file in self._files)

    def read_again(self) -> Iterator[tuple[Project | None, bytes]]:
        """What whoever reads now has yet to read again, or, where nobody does, whoever reads next."""
        return self._shares(chain.from_iterable(map(self._yet_to_be_read, self.paths)))

    def within_reach(self) -> Iterator[tuple[Project | None, bytes]]:
        """All that was read of the files with which whoever reads next goes on."""
        files = chain.from_iterable(map(self._gone_on_with, self.paths))
        return self._shares((file, 0) for file, _ in files)

    def in_the_input(self) -> Iterator[tuple[Project | None, bytes]]:
        """All that was read of what the inputs are now."""
        return self._shares((file, 0) for file in map(self._now, self.paths) if file is not None)

    def _yet_to_be_read(self, path: str) -> Iterator[tuple[ReadFile, int]]:
        """The files of an input that are read now or next, and behind which of their lines."""
        reader = next((each for (_, known), each in self._readers.items() if known == path), None)
        if reader is None:
            yield from self._gone_on_with(path)
            return
        if reader.file.kept is None:
            yield reader.file, reader.total - reader.before
        if (now := self._now(path)) not in (None, reader.file):
            yield now, 0

    def _gone_on_with(self, path: str) -> Iterator[tuple[ReadFile, int]]:
        """The files of an input that are read next, and behind which of their lines.

        That of the position, if it stands where it was, whatever its name; then what the input is now.
        """
        now, kept = self._now(path), read_position(self._disk) if path == self.paths[0] else None
        if kept is not None:
            beside = files_below(self._disk, parent(path))
            its_names = (each for each in beside if self._disk.number_of(each) == kept.file)
            file = self._at(next(its_names, ""), path)
            if file is not None and kept.holds(file.number, self._data(file)):
                yield file, kept.lines
                now = None if file is now else now
        if now is not None:
            yield now, 0

    def _shares(self, files: Iterable[tuple[ReadFile, int]]) -> Iterator[tuple[Project | None, bytes]]:
        """What was read of files from a line on, by the projects for which it was read."""
        for file, first in files:
            if file.read > first:
                starts = [(max(start, first), project) for start, project in file.shares]
                if not starts or starts[0][0] > first:
                    starts.insert(0, (first, None))
                data = first_lines(self._data(file), file.read)
                places = [*(len(first_lines(data, start)) if start else 0 for start, _ in starts), len(data)]
                for (_, project), (begin, end) in zip(starts, pairwise(places), strict=True):
                    yield project, data[begin:end] if begin or len(starts) > 1 else data

    def read_twice(self, *, keeps_position: bool) -> Iterator[tuple[Project | None, bytes]]:
        """What was read once more, by the project for which it was, by a program that may do that.

        Where the position is kept, it may read again only what stands behind it.
        """
        wrongly = () if keeps_position else self._read_wrongly
        for file, start, end, project in [*self._read_twice, *wrongly]:
            data = first_lines(self._data(file), end)
            yield project, data[len(first_lines(data, start)) if start else 0 :]

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files:
            if file.descriptor is not None:
                self._disk.close(file.descriptor)
                file.descriptor = None

    def begin_anew(self) -> None:
        """Whoever reads the inputs from now on reads them as if they had never been read."""
        for number in map(self._disk.number_of, self.paths):
            if number is not None:
                self._about_to_cut(number)

    def _now(self, path: str) -> ReadFile | None:
        """The file that is an input now; None where there is none."""
        return self._at(path, path)

    def _at(self, path: str, input_: str) -> ReadFile | None:
        """The file of a name that is an input, or was; None where there is none."""
        number = self._disk.number_of(path)
        if number is None:
            return None
        known = self._files[-1] if self._files else None  # as nearly always
        if known is None or known.number != number:
            known = next((each for each in reversed(self._files) if each.number == number), None)
        if known is None:
            known = ReadFile(input_, number, open_whatever_mode(self._disk, path))
            self._files.append(known)
        return self._since_cut(known, path)

    def _since_cut(self, file: ReadFile, path: str) -> ReadFile:
        """What a file is since it was cut: the same, if all that was read of it is there again."""
        if file.kept is None:
            return file
        if file.rest is None:
            file.rest = ReadFile(
                file.path,
                file.number,
                open_whatever_mode(self._disk, path) if file.descriptor is None else file.descriptor,
            )
            file.descriptor = None
            self._files.append(file.rest)
        rest = file.rest
        if file.may_go_on and not rest.read and self._data(rest).startswith(first_lines(file.kept, file.read)):
            file.before_cut = file.kept if self._is_read(file) else None
            file.descriptor, file.kept, file.rest = rest.descriptor, None, None
            self._files.remove(rest)
            return file
        return self._since_cut(rest, path)

    def _read_ahead(self, file: ReadFile, lines: int) -> None:
        """So many lines were read of a file that was cut: if it had so many whole ones, they were of these."""
        had, file.before_cut = file.before_cut, None
        if had is not None and lines <= had.count(b"\n"):
            file.kept = had
            file.rest, file.descriptor = ReadFile(file.path, file.number, file.descriptor), None
            self._files.append(file.rest)

    def _data(self, file: ReadFile) -> bytes:
        if file.kept is not None or file.descriptor is None:
            return file.kept or b""
        return self._disk.read(file.descriptor, 0, self._disk.size(file.descriptor))

    def _about_to_cut(self, number: int | None) -> None:
        """A file will have less; or any file, where the power goes. What was read of it is kept."""
        for file in [each for each in self._files if each.descriptor is not None]:
            if file.kept is None and number in (None, file.number):
                file.kept, file.may_go_on = self._data(file), number is None or self._is_read(file)
                if file.before_cut is not None and len(file.before_cut) > len(file.kept):
                    file.kept = file.before_cut
                file.before_cut = None
        if number is None:  # which closes every file
            self.close()

    def _is_read(self, file: ReadFile) -> bool:
        return any(reader.file is file for reader in self._readers.values())

    def _on_accepted(self, event: Event) -> None:
        total, lines = int(event.fields["total"] or 0), int(event.fields["lines"] or 0)
        path = str(event.fields["path"])
        reader = self._readers.get((event.process, path))
        # Whoever begins, begins at the first line, but who has just said where it goes on.
        if reader is None or (total == lines and reader.total):
            file = self._now(path) or next((each for each in reversed(self._files) if each.path == path), None)
            if file is None:
                return
            kept, project = self._kept.get(event.process), self.read_for.get(event.process)
            holds = kept is not None and kept.holds(file.number, self._data(file))
            passes_over = kept.lines if kept is not None and holds else 0
            reader = self._readers[event.process, path] = Reader(file, project, passes_over=passes_over)
        reader.total = total
        self._follow(reader)
        # A second reader begins at the first line again: what the first has read is owed once, not twice.
        file, upto = reader.file, total - reader.before
        if file.before_cut is not None:
            self._read_ahead(file, upto)
        if file.read > upto - lines:
            self._read_once_more(reader, max(0, upto - lines), min(upto, file.read))
        if not file.read and file.rest is None:  # it may have been seen long before: they stand as they were read
            self._files.remove(file)
            self._files.append(file)
        file.read_up_to(upto, reader.project)

    def _read_once_more(self, reader: Reader, start: int, end: int) -> None:
        """These lines of a file have been read before."""
        right = min(max(start, reader.passes_over), end)
        for books, begin, until in ((self._read_wrongly, start, right), (self._read_twice, right, end)):
            if begin < until:
                books.append((reader.file, begin, until, reader.project))

    def _on_started(self, event: Event) -> None:
        self._kept[event.process] = read_position(self._disk)

    def _on_refused(self, event: Event) -> None:
        if event.fields["path"] == POSITION:
            self._kept[event.process] = None

    def _on_end(self, event: Event) -> None:
        """A program reads no more: of one input, where it says of which."""
        path = event.fields.get("path")
        for key in [key for key in self._readers if key[0] == event.process and path in (None, key[1])]:
            self._readers.pop(key).file.before_cut = None

    def _follow(self, reader: Reader) -> None:
        """Where more was read than its file has, the reader has come to what is there now."""
        file = reader.file
        now = self._now(file.path) if file.kept is None else self._since_cut(file, file.path)
        lines = number_of_lines(self._data(file)) if now is not None and now is not file else 0
        if now is not None and now is not file and reader.total - reader.before > lines:
            file.read_up_to(lines, reader.project)
            file.read = lines
            reader.file, reader.before = now, reader.before + lines

    def _on_reopened(self, event: Event) -> None:
        path = str(event.fields["path"])
        reader, now = self._readers.get((event.process, path)), self._now(path)
        if reader is not None and now is not None:
            reader.file.was_left, reader.file.may_go_on = reader.file is not now, False
            reader.file.before_cut = None
            reader.file, reader.before = now, reader.total

    def _on_resumed(self, event: Event) -> None:
        """A program goes on behind so many lines: it says that these are done with, so they are owed."""
        path = self.paths[0]
        file, lines = self._at(str(event.fields["path"]), path), int(event.fields["lines"] or 0)
        if file is not None:
            reader = Reader(file, self.read_for.get(event.process), before=-lines)
            file.read_up_to(lines, reader.project)
            self._readers[event.process, path] = reader
