"""The number that makes a line of one text another line, as `wpgen` writes it: `wp_event_id=17 <text>`."""

from __future__ import annotations

EVENT_ID = "wp_event_id="  # what stands before the number, in front of the line
