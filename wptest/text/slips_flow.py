"""Slips between brackets and quotes: what is not closed, closed twice, or not parted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.text.source_text import Span
from wptest.text.slips import Broken, Slip, brief, in_quotes, indent_of, without_comment

_CLOSERS = {"[": "]", "{": "}"}
_EXPRESSION = re.compile(r"\$\{\{([^{}\"]*)\}\}|\$\{([^{}\"]*)\}")
# A quote where a text may begin.
_BEGUN = re.compile(r"(?:^ *(?:- +)*|[:\[{,]\s+|[\[{])(['\"])")
# A text in quotes that looks like a path of Windows.
# In a regular expression a single letter behind a backslash stands for a class of signs.
_BACKSLASHES = re.compile(
    r'"((?:[A-Za-z]:\\)?[\w.-]{2,}\\(?:[\w.-]{2,}|\*|(?![dwsb])[\w.-])[\w.*?-]*(?:\\[\w.*?-]+)*)"', re.IGNORECASE
)
_MOST_LINES = 20


def _opened(broken: Broken) -> str:
    """The bracket or quote that is open."""
    return broken.source.line(broken.stop.since_line)[broken.stop.since_column - 1 :][:1]


def bare_expression(broken: Broken) -> Iterator[Slip]:
    """`{limit: ${{ matrix.n }}}`: its brackets are read as YAML's."""
    for match in _EXPRESSION.finditer(broken.line):
        inside = match[1] or match[2] or ""
        written = in_quotes(f"${{{{ {inside.strip()} }}}}")
        span = Span(broken.stop.line, match.start() + 1, len(match[0]))
        message = "inside of brackets ${{ }} has to be in quotes"
        mended = broken.line[: match.start()] + written + broken.line[match.end() :]
        yield broken.slip(span, message, f"write {brief(written)}", mended)


def wrong_bracket(broken: Broken) -> Iterator[Slip]:
    """`[a}`, and one too many: `{a: 1}}`."""
    line, at = broken.line, broken.stop.column - 1
    found, span = line[at : at + 1], Span(broken.stop.line, broken.stop.column, 1)
    if found not in ("]", "}", ")"):
        return
    opened = _opened(broken)
    if opened in _CLOSERS:
        wanted = _CLOSERS[opened]
        message = f"'{found}' doesn't close the '{opened}' of line {broken.stop.since_line}"
        yield broken.slip(span, message, f"write '{wanted}'", line[:at] + wanted + line[at + 1 :])
    message = f"there is one '{found}' too many"
    yield broken.slip(span, message, f"remove it, or write a '{_opener(found)}' for it", line[:at] + line[at + 1 :])


def _opener(closer: str) -> str:
    return {"]": "[", "}": "{", ")": "("}[closer]


def foreign_comment(broken: Broken) -> Iterator[Slip]:
    """A line of a comment as other languages write them."""
    for number in range(broken.stop.since_line, broken.stop.line + 1):
        line = broken.source.line(number)
        if line.lstrip().startswith("//"):
            start = len(line) - len(line.lstrip())
            span = Span(number, start + 1, len(line.strip()))
            mended = f"{line[:start]}# {line.lstrip()[2:].lstrip()}"
            yield broken.slip(span, "a comment begins with '#'", "write # for //", mended)


def missing_comma(broken: Broken) -> Iterator[Slip]:
    """`{a: 1 b: 2}`, `["a" "b"]`, and where the next one is on a line of its own, further in than the bracket's."""
    line, at = broken.line, broken.stop.column - 1
    word = re.split(r"[\s,\[\]{}]", line[:at].rstrip())[-1] if line[at : at + 1] == ":" else ""
    start = len(line[:at].rstrip()) - len(word) if word else at
    before = line[:start].rstrip()
    goes_on = indent_of(line) > indent_of(broken.source.line(broken.stop.since_line))
    if not before and goes_on and (above := broken.above(broken.stop.line)):
        text = without_comment(broken.source.line(above))
        if not text.endswith((",", "[", "{", ":")):
            span = Span(above, len(text) + 1, 1)
            yield broken.slip(
                span, "a ',' is missing at the end of this line", f"write {brief(text.strip())},", f"{text},"
            )
    if before and not before.endswith((",", "[", "{", ":")):
        span = Span(broken.stop.line, start + 1, 1)
        entry = re.split(r"[,\[{]", before)[-1].strip()
        help_ = f"write {brief(f'{entry}, {line[start:].strip()}')}"
        yield broken.slip(span, "a ',' is missing before this", help_, f"{before}, {line[start:]}")


def open_bracket(broken: Broken) -> Iterator[Slip]:
    """A bracket that nobody closes."""
    opened = _opened(broken)
    if opened not in _CLOSERS:
        return
    closer, since = _CLOSERS[opened], broken.stop.since_line
    for number in range(since, min(broken.stop.line, since + _MOST_LINES) + 1):
        line = without_comment(broken.source.line(number))
        if line.strip():
            span = Span(number, len(line) + 1, 1)
            message = f"'{opened}' is not closed"
            where = f" for the '{opened}' of line {since}" if number != since else ""
            yield broken.slip(span, message, f"write '{closer}' here{where}", line + closer)


def open_quote(broken: Broken) -> Iterator[Slip]:
    """A quote that nobody closes."""
    number, start = broken.stop.since_line, broken.stop.since_column - 1
    line = without_comment(broken.source.line(number))
    quote = line[start : start + 1]
    if quote not in ("'", '"'):
        return
    bare = re.search(r"[\]},\s]*$", line)
    for end in dict.fromkeys((len(line), bare.start() if bare else len(line))):
        written = line[start:end] + quote
        span = Span(number, start + 1, max(1, end - start))
        help_ = f"end the text with the quote it starts with: {brief(written)}"
        yield broken.slip(span, "the quote is not closed", help_, line[:start] + written + line[end:])


def quote_above(broken: Broken) -> Iterator[Slip]:
    """A quote further up that nobody closes, so that the next one of its kind ended the text."""
    for number in range(broken.stop.line - 1, max(0, broken.stop.line - _MOST_LINES), -1):
        line = without_comment(broken.source.line(number))
        opening = _BEGUN.search(line)
        if opening is not None and line.count(opening[1]) % 2:
            span = Span(number, opening.start(1) + 1, len(line) - opening.start(1))
            written = line[opening.start(1) :] + opening[1]
            help_ = f"end the text with the quote it starts with: {brief(written)}"
            yield broken.slip(span, "the quote is not closed", help_, line + opening[1])


def swallowed(broken: Broken) -> Iterator[Slip]:
    """`["a, "b"]`: a quote that nobody closes, so that the next one ended a text that goes on beyond brackets."""
    for number in range(broken.stop.since_line, min(broken.stop.line, broken.stop.since_line + _MOST_LINES) + 1):
        line = without_comment(broken.source.line(number))
        for start, end in _texts(line):
            for found in re.finditer(r"[\]},]", line[start + 1 : end]):
                if end < len(line) and not _BEGUN.search(line[: end + 1], end - 2):
                    break
                yield from _closed_at(broken, number, start, start + 1 + found.start())


def _closed_at(broken: Broken, number: int, start: int, end: int) -> Iterator[Slip]:
    """The text that begins at `start` ends at `end`; and, if it is open too, the last one of the line."""
    line = without_comment(broken.source.line(number))
    quote, inner = line[start], line[start + 1 : end].rstrip()
    other = next((each for each in ("'", '"') if each != quote and inner.endswith(each)), "")
    written = f"{quote}{inner.removesuffix(other)}{quote}"
    message = f"this text begins with {quote} and ends with {other}" if other else "the quote is not closed"
    help_ = f"end the text with the quote it starts with: {brief(written)}"
    span, mended = Span(number, start + 1, max(1, end - start)), line[:start] + written + line[end:]
    yield broken.slip(span, message, help_, mended, number=number)
    *_, (last, last_end) = _texts(mended)
    if last > start and last_end >= len(mended):
        tail = re.search(r"[\]},\s]*$", mended)
        at = tail.start() if tail else len(mended)
        yield broken.slip(span, message, help_, mended[:at] + mended[last] + mended[at:], number=number)


def _texts(line: str) -> Iterator[tuple[int, int]]:
    """Where the texts in quotes of a line begin, and where their last quotes are; the line's end without one."""
    end = 0
    while (begun := _BEGUN.search(line, end)) is not None:
        start = begun.start(1)
        close = re.compile(r'(?:[^"\\]|\\.)*' if begun[1] == '"' else r"(?:[^']|'')*").match(line, start + 1)
        end = close.end() if close else len(line)
        yield start, end
        end += 1


def backslashes(broken: Broken) -> Iterator[Slip]:
    """A path as Windows writes it."""
    for match in _BACKSLASHES.finditer(broken.line):
        written = f'"{re.sub("^[A-Za-z]:.", "", match[1]).replace(chr(92), "/")}"'
        span = Span(broken.stop.line, match.start() + 1, len(match[0]))
        mended = broken.line[: match.start()] + written + broken.line[match.end() :]
        yield broken.slip(span, "a path has '/' between its parts", f"write {brief(written)}", mended)


def text_behind_quote(broken: Broken) -> Iterator[Slip]:
    """`'don't'`, `"a" and b`: the second quote ends the text."""
    line, at = without_comment(broken.line), broken.stop.column - 1
    opening = _BEGUN.search(line[:at])
    if opening is None or (line[at : at + 1] in ("'", '"') and line[at - 1] == " "):
        return
    start, quote = opening.start(1), opening[1]
    tails = [len(line)]
    if closing := re.search(r"['\"]?\s*[\]}]+$", line[at:]):
        tails.append(at + closing.start() + (closing[0][0] in "'\""))
    for end in tails:
        value = line[start:end]
        inner = value[1:-1] if value.endswith(quote) and len(value) > 1 else value
        written = in_quotes(inner)
        span = Span(broken.stop.line, broken.stop.column, 1)
        message = f"the text ended with the second {quote}, and can't go on here"
        yield broken.slip(span, message, f"write {brief(written)}", line[:start] + written + line[end:])
