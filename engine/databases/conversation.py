"""A batch is written through a connection: who asks there, and hears what comes back."""

from __future__ import annotations

from engine.databases.batch_writing import Conversation
from engine.databases.batch_written import BatchWritten
from engine.databases.request import Connection


async def lead(conversation: Conversation, connection: Connection) -> BatchWritten:
    """Ask all that a conversation wants to know, until it knows what came of it."""
    try:
        request = next(conversation)
        while True:
            request = conversation.send(await connection.ask(request))
    except StopIteration as done:
        written: BatchWritten = done.value
        return written
