"""What editors offer to type: whole steps, stages and expectations, for the schema's `defaultSnippets`."""

from __future__ import annotations

from typing import Any

Snippet = dict[str, Any]


def _snippet(label: str, description: str, body: Any) -> Snippet:
    return {"label": label, "description": description, "body": body}


STEPS: tuple[Snippet, ...] = (
    _snippet("start", "Start a program and go on", {"start": "${1:wparse daemon}"}),
    _snippet("run", "Run a program to its end", {"run": "${1:wprescue work}"}),
    _snippet("wait idle", "Wait until nothing is left to do", {"wait": "idle"}),
    _snippet("wait exit", "Wait until a program has ended", {"wait": {"exit": "${1:wparse}"}}),
    _snippet("wait event", "Wait until something happens", {"wait": {"event": "${1:recovery.file_removed}"}}),
    _snippet("signal", "Stop a program gracefully", {"signal": {"${1:wparse}": "${2:USR1}"}}),
    _snippet("kill at", "Kill a program at a time", {"at": "${1:3s}", "kill": "${2:wparse}"}),
    _snippet(
        "kill upon lines",
        "Kill a program at a line",
        {"upon": {"sink": "${1:access_log}", "lines": "${2:100}"}, "kill": "${3:wprescue}"},
    ),
    _snippet("power loss", "Take the power away", {"at": "${1:3s}", "power_loss": True}),
    _snippet(
        "fault",
        "Let operations on files fail for a while",
        {
            "at": "${1:1s}",
            "fault": {
                "on": "${2:data/out_dat/**}",
                "fail": ["write", "open"],
                "errno": "${3:ENOSPC}",
                "for": "${4:2s}",
            },
        },
    ),
    _snippet(
        "disk", "Change how much fits into a directory", {"disk": {"${1:data/rescue}": {"size": "${2:64MiB}"}}}
    ),
    _snippet("clock", "Step the wall clock", {"at": "${1:2s}", "clock": {"step": "${2:-5s}"}}),
    _snippet("check", "Check rescue files now", {"check": {"rescue": {"dat": "${1:> 0}", "lock": 0}}}),
)

CLEANUP: tuple[Snippet, ...] = (
    _snippet("end all faults", "Switch every storage fault off", {"heal": True}),
    _snippet("stop a program", "Stop a program, if it runs", {"signal": {"${1:wparse}": "TERM"}}),
    _snippet("give permission back", "Set permission bits", {"chmod": {"${1:data/out_dat}": "0755"}}),
    _snippet("recover", "Recover what is left", {"run": "wprescue work"}),
)

GIVEN: tuple[Snippet, ...] = (
    _snippet("input", "Lines to read, and how fast", {"source": {"lines": "${1:500}", "rate": "${2:100/s}"}}),
    _snippet("outage", "A sink that goes down", {"phases": {"${1:access_log}": ["up 2s", "down 2s"]}}),
    _snippet(
        "rescue file",
        "A rescue file that is there at the start",
        {"files": {"data/rescue/${1:access_log}-2025-10-04_01:59:24.dat": {"lines": "${2:100}"}}},
    ),
    _snippet("small disk", "A directory with little room", {"disk": {"${1:data/rescue}": {"size": "${2:256KiB}"}}}),
)

THEN: tuple[Snippet, ...] = (
    _snippet(
        "all came back",
        "Every line is in its sink, no rescue file is left",
        {
            "exit": {"${1:wprescue}": 0},
            "rescue": {"dat": 0, "lock": 0},
            "sinks": {"${2:access_log}": {"lines": "${3:500}"}},
            "replay": {"duplicates": 0, "lost": 0},
        },
    ),
    _snippet("nothing lost", "The ledger has no lost and no double line", {"ledger": {"lost": 0, "duplicates": 0}}),
    _snippet("it happened", "What must have happened", {"must_happen": ["${1:rescue.created}"]}),
)
