"""The file source: reads the input file at its rate and hands its lines on."""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel import Flag, sleep
from engine.machine import Program
from engine.machine.records import SourcedLine, as_text
from engine.pipeline.input_file import InputFile
from engine.pipeline.input_names import InputNames
from engine.pipeline.kept_position import PositionKeeper
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.where_left import where_left, where_renamed
from engine.project.model import SourceConf
from engine.storage.files import Handle
from engine.units import MILLISECOND, SECOND

UNLIMITED_BATCH = 1000
READ_TIME = 300 * MILLISECOND
EXIT_UNREADABLE_INPUT = 2
EXIT_NO_INPUT = 100  # of real versions
_POLL = SECOND
_LONGEST_POLL = 5 * SECOND
_REPLACED = "is another file"
_CUT = "has become shorter"
_GROWN = "has grown"


def unit_of(rate: float) -> int:
    """How many lines go at once at a rate in lines per second: a tenth of a second's, 1 to 1000 (facts, 8)."""
    return max(1, min(UNLIMITED_BATCH, int(rate / 10))) if rate else UNLIMITED_BATCH


class FileSource:
    """Reads the input from its start; as a daemon it then looks once a second whether there is more.

    There is when the file has grown, when it has become shorter than what was read of it, and when another file has
    its name: what was read of the old one counts, and the new one is read from its start. For a project that keeps
    the position of its input it goes on where the last one was.

    Attributes:
        beside: all sources of the program, this one too: it has nothing to do when all of them have found nothing.

    Args:
        program: the program that reads.
        pipeline: takes the lines.
        conf: which input is read, and how.
        most: read at most so many lines; 0 for all.
        names: what files are called where lines have to know where they were read; None where no row says it.
    """

    def __init__(
        self,
        program: Program,
        pipeline: Pipeline,
        conf: SourceConf,
        most: int = 0,
        *,
        names: InputNames | None = None,
    ) -> None:
        self.path = conf.path
        self.accepted = 0
        self.beside: Sequence[FileSource] = (self,)
        self._conf = conf
        self._has_ended = False
        self._found_nothing_at = -1  # at which state of the machine
        self._program = program
        self._pipeline = pipeline
        self._most = most
        self._rate = conf.rate
        self._at_once = conf.unit or unit_of(conf.rate)
        self._names = names
        self._is_one_of_several = len(program.project.sources) > 1
        self._due: int | None = None
        self._poll = _POLL
        keeps = conf.keeps_position and program.behaviour.source_position != "from_start"
        self._keeper = PositionKeeper(program, pipeline) if keeps else None

    async def run(self, *, follow: bool) -> None:
        """Read to the end, or with `follow` until the program stops; one that isn't enabled reads nothing."""
        if not self._conf.enabled:
            await self._read_nothing(follow=follow)
            return
        file = await self._first(follow=follow)
        while file is not None and (another := await self._read(file, follow=follow)) is not None:
            file = another
        self._has_ended = True
        if file is None:
            return
        self._program.emit("source.ended", path=self.path, lines=self.accepted)
        if self._keeper is not None:
            await self._keeper.at_the_end()

    async def _first(self, *, follow: bool) -> InputFile | None:
        """The file to begin with, and where in it: the input's start, or where the last run was."""
        while True:
            try:
                file = await self._found(follow=follow)
            except OSError as error:  # to begin at the start would be to read twice, or to pass over a renamed file
                why = f"can't read {error.filename}: {error.strerror}"
            else:
                if file is None or self._keeper is None or await self._keeper.begin(file):
                    return file
                file.handle.close()
                why = f"can't keep the position of {file.handle.path}: nothing is read before"
            if await self._is_over(why, follow=follow):
                return None

    async def _found(self, *, follow: bool) -> InputFile | None:
        """The file to begin with, before its position is kept; None where there is none.

        Raises:
            OSError: a file can't be looked at, so that it is not known yet.
        """
        if self._keeper is None:
            handle = await self._open(follow=follow)
            return None if handle is None else InputFile(handle)
        if (renamed := await where_renamed(self._program)) is not None:
            return renamed
        if (handle := await self._open(follow=follow)) is None:
            return None
        try:
            return await where_left(self._program, handle)
        except OSError:
            handle.close()
            raise

    async def _read(self, file: InputFile, *, follow: bool) -> InputFile | None:
        """Read a file to its end; what is to be read from its start after it, None for nothing."""
        while not self._stopping and not self._enough:
            is_drained = file.drained
            change = self._change(file) if is_drained else ""
            if follow and is_drained and not change:
                await self._wait_for_more()
                if self._takes_growth_for_anew(file):
                    return await self._begin_anew(file, _GROWN, follow=follow)
                continue
            # Of a file that was cut, what was read last may be the beginning of a line, of which the rest is gone.
            is_whole = change == _REPLACED or not (follow or change)
            try:
                lines = await self._take(file, unfinished=is_whole)
            except OSError as error:
                if await self._is_over(f"can't read {self.path}: {error.strerror}", follow=follow or self._insists):
                    break
                continue
            if lines:
                await self._accept(file, lines)
            elif change:
                return await self._begin_anew(file, change, follow=follow)
            elif not follow:
                break
        file.handle.close()
        return None

    def _change(self, file: InputFile) -> str:
        """What has become of an input of which everything was read, where there is more to read than its end."""
        has_its_name = self._program.files.number(self.path) in (0, file.handle.number())
        if not has_its_name and self._program.behaviour.replaced_input == "read":
            return _REPLACED
        if file.is_cut and self._program.behaviour.cut_input == "from_start":
            return _CUT
        return ""

    def _takes_growth_for_anew(self, file: InputFile) -> bool:
        return not file.drained and self._program.behaviour.grown_input == "from_start"

    async def _begin_anew(self, old: InputFile, change: str, *, follow: bool) -> InputFile | None:
        old.handle.close()
        self._program.log.warn("source", f"the input is read from its start, as it {change}: {self.path}")
        handle = await self._open(follow=follow)
        if handle is None:
            return None
        self._program.emit("source.reopened", path=self.path, lines=self.accepted, why=change)
        return InputFile(handle, keeps_place=self._keeper is not None, is_anew=change == _CUT)

    async def _read_nothing(self, *, follow: bool) -> None:
        self._program.log.warn("source", "no source is enabled: nothing is read")
        while follow and not self._stopping:
            await self._wait_for_more()

    @property
    def may_find_more(self) -> bool:
        """Whether it hasn't looked at its input since anything has moved."""
        return not self._has_ended and self._found_nothing_at != self._program.machine.work

    @property
    def _stop(self) -> Flag:
        """What is set when it knows that it is to stop."""
        return self._program.process.stop

    @property
    def _stopping(self) -> bool:
        return self._stop.is_set

    @property
    def _enough(self) -> bool:
        return bool(self._most) and self.accepted >= self._most

    async def _take(self, file: InputFile, *, unfinished: bool) -> Sequence[bytes]:
        """The next lines, as many as are read at once."""
        lines, _ = await self._take_in_time(file, self._unit(), unfinished=unfinished)
        return lines

    async def _take_in_time(
        self, file: InputFile, most: int, *, unfinished: bool, since: int | None = None
    ) -> tuple[list[bytes], bool]:
        """At most so many lines, and whether the time for them was over: then of the first the beginning is lost.

        It is over when 300 ms were waited after `since`, which is the call where nobody says it (D43). What other
        parts of a real process have computed meanwhile is no wait: real versions have threads for that.
        """
        if self._program.behaviour.cut_read != "lost":
            return await file.take(most, unfinished=unfinished), False
        began, since = file.unfinished, self._program.waited if since is None else since
        lines = await file.take(most, unfinished=unfinished)
        is_cut = self._program.waited > since + READ_TIME
        if is_cut and lines:
            lines[0] = lines[0].removeprefix(began)
        return lines, is_cut

    def _unit(self) -> int:
        return min(self._at_once, self._most - self.accepted) if self._most else self._at_once

    async def _open(self, *, follow: bool) -> Handle | None:
        """Open the input, waiting for it to appear; None when it isn't there and never will be."""
        while True:
            try:
                return await self._program.files.open(self.path, create=False)
            except OSError as error:
                # A directory can be opened, and not be read.
                insists = isinstance(error, IsADirectoryError) and self._insists
                code = (
                    EXIT_UNREADABLE_INPUT if self._program.behaviour.missing_input == "reported" else EXIT_NO_INPUT
                )
                why = f"can't open {self.path}: {error.strerror}"
                if await self._is_over(why, follow=follow or insists, code=code):
                    return None

    @property
    def _insists(self) -> bool:
        return self._program.behaviour.unreadable_input == "tried_for_ever"

    async def _is_over(self, message: str, *, follow: bool, code: int = EXIT_UNREADABLE_INPUT) -> bool:
        """Whether reading ends as the input can't be read: a batch gives up, a daemon tries again in a second."""
        self._program.log.error("source", message)
        if not follow:
            self._program.fail(code)
        return await self._program.process.stop.wait(_POLL) or not follow

    async def _accept(self, file: InputFile, lines: Sequence[bytes]) -> None:
        """Take a batch when it is due; one that isn't before a stop stays unread."""
        if not await self._keep_pace(len(lines)) or (name := await self._name_of(file)) is None:
            return
        self._note(lines)
        self._pipeline.monitor.pick(self.path, len(lines))
        await self._pipeline.deliver(self._parsed(lines, file, name))
        if self._keeper is not None:
            file.handed_on()
            await self._keeper.handed_on(file.handle.number(), file.place, len(lines))

    async def _name_of(self, file: InputFile) -> str | None:
        """What the rows of its lines call a file, empty where none does; None where a stop comes before that."""
        while self._names is not None:
            try:
                return await self._names.of(file)
            except OSError as error:
                why = f"can't write down which file {self.path} is: {error.strerror}"
                self._program.log.error("source", f"{why}: nothing is read before")
                if await self._program.process.stop.wait(_POLL):
                    return None
        return ""

    def _note(self, lines: Sequence[bytes]) -> None:
        """Count lines as read: from now on somebody has to answer for them."""
        self.accepted += len(lines)
        self._program.emit("source.accepted", path=self.path, lines=len(lines), total=self.accepted)

    def _parsed(self, lines: Sequence[bytes], file: InputFile, name: str) -> Sequence[bytes]:
        """The lines as they go on; blank ones are left out and counted, as recovery does: no rule parses one."""
        if self._program.behaviour.input_line_end == "strip_carriage_return":
            lines = [line.rstrip(b"\r") for line in lines]
        if self._program.behaviour.input_bytes == "lossy_text":
            lines = list(map(as_text, lines))
        if name:
            first = file.taken - len(lines) + 1
            lines = [SourcedLine.of(line, self._conf, f"{name}:{at}") for at, line in enumerate(lines, first)]
        elif self._is_one_of_several:
            lines = [SourcedLine.of(line, self._conf) for line in lines]
        if self._program.behaviour.input_blanks == "taken_off":
            kept = self._pipeline.without_blanks(lines)
        else:
            kept = lines if all(map(bytes.strip, lines)) else [line for line in lines if line.strip()]
        if len(kept) == len(lines):
            return kept
        self._program.emit("line.blank_skipped", path=self.path, lines=len(lines) - len(kept))
        return kept

    async def _keep_pace(self, lines: int) -> bool:
        """Wait until a batch is due (a late one doesn't make the next come faster); False at a stop."""
        stop = self._program.process.stop
        if not self._rate:
            await sleep(0)
            return not stop.is_set
        now = self._program.now
        due = max(self._due or 0, now)
        self._due = due + int(lines * SECOND / self._rate)
        return not (await stop.wait(due - now) if due > now else stop.is_set)

    @property
    def _quiet(self) -> bool:
        """Whether all that was read has been brought home."""
        return self._pipeline.quiet

    async def _wait_for_more(self) -> None:
        """Pause until the next look at the input: a second, or longer and longer while a sink is down."""
        if self._keeper is not None:
            await self._keeper.look()
        self._found_nothing_at = self._program.machine.work
        if self._quiet:
            self._poll = _POLL
            if not any(source.may_find_more for source in self.beside):
                self._program.idle()
        else:
            self._poll = min(self._poll * 2, _LONGEST_POLL)
        await self._stop.wait(self._poll)
