"""The larger scenarios that the shipped scenarios of defects were shrunk from."""

from __future__ import annotations

# A shipped scenario and its variant, or a scenario of our own.
SHIPPED = {
    "d01": ("checkpoint-resume", "stop=TERM,sent=101"),
    "d09": ("poison-line", ""),
    "d11": ("checkpoint-resume", "stop=KILL,sent=100"),
    "d13": ("stale-lock", ""),
    "d20": ("rescue-file-fails", "errno=EACCES"),
}
WRITTEN = {
    "d03": """
scenario: ghosts-and-others
project:
  speed_limit: 100
  sinks: {a: {}, b: {}}
given:
  files:
    data/rescue/a-2025-10-04_00:59:24.dat: {lines: 200}
    data/rescue/b-2025-10-04_01:59:24.dat: {lines: 100}
    data/rescue/ghost-2025-10-04_02:59:24.dat: {lines: 20}
when:
  - start: wprescue daemon
  - wait: 10s
  - signal: {wprescue: TERM}
  - wait: {exit: wprescue}
then:
  sinks: {a: {lines: 200}, b: {lines: 100}}
  rescue: {dat: 1}
""",
    "d04": """
scenario: odd-names
project:
  speed_limit: 100
  sinks: {a: {}, b: {type: test_rescue}}
given:
  source: {lines: 300, rate: 100/s}
  files:
    data/rescue/a-2025-10-04_01:59:24.dat: {lines: 100}
    data/rescue/notes.dat: {text: "not a rescue file\\n"}
when:
  - run: wparse batch
  - run: wprescue work
then:
  exit: {wprescue: 3}
  rescue: {dat: 1}
  sinks: {a: {lines: 400}, b: {lines: 300}}
""",
    "d12": """
scenario: two-outages
project:
  sinks:
    a: {type: test_rescue, phases: [up 150ms, down 100ms, up 200ms, down 100ms, up 1h]}
    b: {}
given:
  source: {lines: 100, rate: 100/s}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
then:
  exit: {wparse: 0}
  sinks: {b: {lines: 100}}
  allow: {stuck: <= 100}
""",
    "d14": """
scenario: empty-checkpoints
project:
  speed_limit: 100
  sinks: {a: {}, b: {type: test_rescue}}
given:
  source: {lines: 300, rate: 100/s}
  files:
    rescue/recover.lock: {text: ""}
    data/rescue/recover.lock: {text: ""}
    data/rescue/a-2025-10-04_01:59:24.dat: {lines: 100}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - run: wprescue work
  - run: wprescue work
then:
  rescue: {dat: 0}
  sinks: {a: {lines: 400}, b: {lines: 300}}
""",
    "d47": """
scenario: entries
project:
  speed_limit: 100
  sinks: {a: {}, b: {}}
given:
  files:
    data/rescue/a-2025-10-04_01:59:24.dat:
      text: |
        {"version":1,"kind":"record","record":{"id":0,"items":[{"meta":"hex","name":"h","value":{"Hex":255}}]}}
    data/rescue/b-2025-10-04_01:59:24.dat: {lines: 10}
when:
  - run: wprescue work
  - run: wprescue work
then:
  exit: {wprescue: 0}
  sinks: {a: {lines: 1}, b: {lines: 10}}
""",
    "d48": """
scenario: filters
project: projects/filter_and_replica
given:
  files:
    data/rescue/web_errors-2025-10-04_01:59:24.dat: {lines: 10}
    data/rescue/web_file-2025-10-04_01:59:24.dat: {lines: 10}
when:
  - run: wprescue work
  - run: wprescue work
then:
  exit: {wprescue: 0}
  rescue: {dat: 0}
""",
    "d50": """
scenario: replicas
project: projects/filter_and_replica
given:
  source: {lines: 1000, rate: 100/s, rules: {/nginx: 1}}
  phases: {web_file: [down 1h]}
when:
  - run: wparse batch
  - run: wproj data stat
then:
  exit: {wparse: 0}
  rescue: {dat: 2}
""",
}

# What is to stay broken, where it is not the first invariant that is.
REASON = {"d03": "then.sinks.b.lines", "d47": "then.sinks.a.lines", "d13": "then.rescue.lock"}
# The choices that are meant, where the row has several and another one shows first; with them goes what keeps the
# profile of a real version from showing it.
CHOICE = {
    "d13": {"unlock": "nothing", "outage_phases": "once_when_called"},
    "d54": {"namesake_groups": "take_turns", "replicas_of_group": "by_lines_of_rule"},
}
