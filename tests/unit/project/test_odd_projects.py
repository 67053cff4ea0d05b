"""Projects with one thing changed, and what the programs of WarpParse 0.18.2 were seen to exit with."""

from __future__ import annotations

import pytest
from project_tree import SEED, write

from engine.behaviour.profile import behaviour_of
from engine.directories.load_project import load_project
from engine.programs.command import parse_command
from engine.programs.launch import exit_of
from engine.programs.refused_projects import code_of_refusal
from engine.text.problems import ProjectError

REAL = behaviour_of(["wp-motor-1.17"])
CONF = "conf/wparse.toml"
GEN = "conf/wpgen.toml"
IN = "connectors/source.d/sources.toml"
OUT = "connectors/sink.d/sinks.toml"
SOURCES = "topology/sources/wpsrc.toml"
DEFAULTS = "topology/sinks/defaults.toml"
WEB = "topology/sinks/business.d/web.toml"
MISS = "topology/sinks/infra.d/miss.toml"
WPL = "models/wpl/web/parse.wpl"
OML = "models/oml/m.oml"
BASE = {
    CONF: (
        'version = "1.0"\nrobust = "normal"\n'
        '[topology]\nsources = "./topology/sources"\nsinks = "./topology/sinks"\n'
        '[performance]\nrate_limit_rps = 2000\n[rescue]\npath = "./data/rescue"\n'
        '[log_conf]\nlevel = "warn"\noutput = "File"\n[log_conf.file]\npath = "./data/logs"\n'
        '[stat]\nwindow_sec = 60\n[[stat.pick]]\nkey = "pick_stat"\ntarget = "*"\n'
    ),
    GEN: (
        'version = "1.0"\n[generator]\nmode = "sample"\ncount = 10\nspeed = 0\nparallel = 1\n'
        '[output]\nconnect = "file_raw_sink"\n[output.params]\nbase = "data/in_dat"\nfile = "gen.dat"\n'
        '[logging]\nlevel = "warn"\noutput = "file"\n'
    ),
    IN: (
        '[[connectors]]\nid = "file_src"\ntype = "file"\nallow_override = ["base", "file", "encode"]\n'
        '[connectors.params]\nbase = "data/in_dat"\nfile = "gen.dat"\n'
    ),
    OUT: (
        '[[connectors]]\nid = "file_raw_sink"\ntype = "file"\nallow_override = ["base", "file", "sync", "fmt"]\n'
        '[connectors.params]\nfmt = "raw"\nbase = "./data/out_dat"\nfile = "x.dat"\n'
    ),
    SOURCES: '[[sources]]\nkey = "file_1"\nenable = true\nconnect = "file_src"\nparams = { file = "gen.dat" }\n',
    DEFAULTS: 'version = "2.0"\n[defaults]\n[defaults.expect]\nbasis = "group_input"\nmode = "warn"\n',
    WEB: (
        'version = "2.0"\n[sink_group]\nname = "web"\nrule = "/web/*"\n'
        '[[sink_group.sinks]]\nname = "web_log"\nconnect = "file_raw_sink"\nparams = { file = "web.dat" }\n'
    ),
    MISS: (
        'version = "2.0"\n[sink_group]\nname = "miss"\n'
        '[[sink_group.sinks]]\nname = "miss_sink"\nconnect = "file_raw_sink"\nparams = { file = "miss.dat" }\n'
    ),
    WPL: "package /web {\n  rule r { (chars:tag,symbol(web),chars:what,chars:how) }\n}\n",
    "models/wpl/web/sample.dat": "a web line ok\n",
    OML: "name : m\nrule : /web/*\n---\ntag : chars = take(tag) ;\n",
}
COMMANDS = (
    "wproj check",
    "wparse batch",
    "wprescue batch",
    "wproj data stat",
    "wproj data clean",
    "wproj data validate",
)
ALL_FINE, A_GROUP, THE_SETTINGS = "0 0 0 0 0 0", "0 44 44 44 0 44", "134 44 1 44 134 44"
THE_SOURCES, A_CHECK, A_MODEL, A_SOURCE = "44 44 0 0 44 0", "44 0 0 0 44 0", "0 44 44 0 0 0", "0 100 0 0 0 0"
SINK_NAME = 'name = "web_log"\n'
FILTERED = {WEB: (SINK_NAME, f'{SINK_NAME}filter = "f.conf"\n')}


def more(path, behind, text):
    return {path: (behind, behind + text)}


def off(connector):
    return f'[[sources]]\nkey = "b"\nenable = false\nconnect = "{connector}"\nparams = {{ addr = "x" }}\n'


# What is changed: a file's whole text, or a part of it and what stands there instead; None takes it away.
SEEN = {
    "nothing": ({}, ALL_FINE),
    # groups
    "tags that are a text": (more(WEB, 'name = "web"\n', 'tags = "a"\n'), A_GROUP),
    "five tags": (more(WEB, SINK_NAME, 'tags = ["1", "2", "3", "4", "5"]\n'), A_GROUP),
    "a tag with a blank": (more(MISS, 'name = "miss"\n', 'tags = ["a b"]\n'), A_GROUP),
    "an empty tag of all": (more(DEFAULTS, "[defaults]\n", 'tags = [""]\n'), A_GROUP),
    "tags as they may be": (more(WEB, 'name = "web"\n', 'tags = ["env:test", "a=b", "A:B:C", "x"]\n'), ALL_FINE),
    "a group without a name": ({WEB: ('name = "web"\n', "")}, A_GROUP),
    "a version that is a number": ({WEB: ('"2.0"', "2.0")}, A_GROUP),
    "an infra group with one replica": (more(MISS, 'name = "miss"\n', "parallel = 1\n"), A_GROUP),
    "a business group with eleven": (more(WEB, 'name = "web"\n', "parallel = 11\n"), ALL_FINE),
    "an unknown key of an expectation": (more(DEFAULTS, 'mode = "warn"\n', "modus = 1\n"), A_GROUP),
    "a window that is a number": (more(DEFAULTS, 'mode = "warn"\n', "window = 5\n"), A_GROUP),
    "sinks above their group": ({WEB: ("[[sink_group.sinks]]", "[[sinks]]")}, A_GROUP),
    "a rule of an infra group": (more(MISS, 'name = "miss"\n', 'rule = "/web/*"\noml = ["m"]\n'), ALL_FINE),
    "an infra group of another name": ({MISS: ('name = "miss"', 'name = "other"')}, ALL_FINE),
    "a business group among infra groups": ({"topology/sinks/infra.d/web.toml": BASE[WEB]}, ALL_FINE),
    "a group with an empty list of rules": ({WEB: ('"/web/*"', "[]")}, ALL_FINE),
    "a group with no rule": ({WEB: ('rule = "/web/*"\n', "")}, ALL_FINE),
    "batches of nothing": (more(WEB, 'name = "web"\n', "batch_size = 0\n"), ALL_FINE),
    "a type beside a connector": (more(WEB, SINK_NAME, 'type = "file"\n'), ALL_FINE),
    # formats and types
    "an unknown format": (more(WEB, "params = { ", 'fmt = "xml", '), A_MODEL),
    "a format in large letters": (more(WEB, "params = { ", 'fmt = "RAW", '), A_MODEL),
    "the format show": (more(WEB, "params = { ", 'fmt = "show", '), ALL_FINE),
    "an unknown format of a connector": ({OUT: ('fmt = "raw"', 'fmt = "xml"')}, "0 1 1 0 0 0"),
    "a sink of no type": ({OUT: ('type = "file"', 'type = "nope"')}, "0 1 1 0 0 0"),
    # filters
    "a filter that isn't there": (FILTERED, A_GROUP),
    "a filter without a path": (more(WEB, SINK_NAME, 'filter = ""\n'), A_GROUP),
    "an empty filter": ({**FILTERED, "f.conf": ""}, ALL_FINE),
    "a filter of blanks": ({**FILTERED, "f.conf": "  "}, "0 105 105 0 0 0"),
    "a filter that compares": ({**FILTERED, "f.conf": "$how == chars(ok)\n"}, ALL_FINE),
    "a filter of two": ({**FILTERED, "f.conf": "($a.b != digit(1)) && !$c =* chars(o*)"}, ALL_FINE),
    "a filter by a function": ({**FILTERED, "f.conf": "isset($how) && $how == chars(ok)"}, ALL_FINE),
    "a filter with a comment": ({**FILTERED, "f.conf": "# c\n$how == chars(ok)"}, A_GROUP),
    "a filter without a dollar": ({**FILTERED, "f.conf": "how == chars(ok)"}, A_GROUP),
    "a filter with a bare text": ({**FILTERED, "f.conf": '$how == "ok"'}, A_GROUP),
    "a filter with one equals sign": ({**FILTERED, "f.conf": "$how = chars(ok)"}, A_GROUP),
    "a filter with something behind it": ({**FILTERED, "f.conf": "$how == chars(ok);"}, A_GROUP),
    # sources
    "a source without a key": ({SOURCES: ('key = "file_1"\n', "")}, THE_SOURCES),
    "a source by 'use'": ({SOURCES: ("connect =", "use =")}, THE_SOURCES),
    "no wpsrc.toml": ({SOURCES: None, "topology/sources/x": ""}, THE_SOURCES),
    "a source with a text of tags": ({SOURCES: ("enable", 'tags = "a"\nenable')}, THE_SOURCES),
    "a source with an empty tag": ({SOURCES: ("enable", 'tags = [""]\nenable')}, A_SOURCE),
    "an unknown encoding": (more(SOURCES, "params = { ", 'encode = "x", '), A_SOURCE),
    "two sources of one key": ({SOURCES: BASE[SOURCES] + BASE[SOURCES].replace("gen.dat", "b.dat")}, ALL_FINE),
    "an unknown connector of a source that is off": ({SOURCES: BASE[SOURCES] + off("nowhere")}, ALL_FINE),
    "a parameter that may not be, of a source that is off": ({SOURCES: BASE[SOURCES] + off("file_src")}, ALL_FINE),
    "an empty wpsrc.toml": ({SOURCES: ""}, ALL_FINE),
    "an empty list of sources": ({SOURCES: "sources = []\n"}, ALL_FINE),
    # settings
    "a window of no seconds": ({CONF: ("window_sec = 60", "window_sec = 0")}, ALL_FINE),
    "levels as they may be": ({CONF: ('"warn"', '"WARN,,ctrl = Info"')}, ALL_FINE),
    "an older key beside today's": (more(CONF, 'robust = "normal"\n', "speed_limit = 1\n"), ALL_FINE),
    "a log without a level": ({CONF: ('level = "warn"\n', "")}, THE_SETTINGS),
    "a log without an output": ({CONF: ('output = "File"\n', "")}, THE_SETTINGS),
    "an unknown output": ({CONF: ('"File"', '"file"')}, THE_SETTINGS),
    "a log's file without a path": ({CONF: ('path = "./data/logs"\n', "")}, THE_SETTINGS),
    "no log": ({CONF: (BASE[CONF][BASE[CONF].index("[log_conf]") : BASE[CONF].index("[stat]")], "")}, ALL_FINE),
    "an unknown key of figures": (more(CONF, "window_sec = 60\n", "every = 1\n"), THE_SETTINGS),
    "an unknown key of what is counted": (more(CONF, 'key = "pick_stat"\n', "every = 1\n"), ALL_FINE),
    "an unknown key": (more(CONF, 'robust = "normal"\n', "every = 1\n"), ALL_FINE),
    "a number as the settings' version": ({CONF: ('"1.0"', "1")}, THE_SETTINGS),
    "an unknown mode": ({CONF: ('"normal"', '"x"')}, THE_SETTINGS),
    # what only a check refuses
    "no wpgen.toml": ({GEN: None}, A_CHECK),
    "a wpgen.toml without a log": ({GEN: ("[logging]", "[log]")}, A_CHECK),
    "a connector of another ending": ({IN: ("file_src", "input"), SOURCES: ("file_src", "input")}, "44 0 0 0 0 0"),
    "an id in large letters": ({OUT: BASE[OUT] + BASE[OUT].replace("file_raw", "File")}, "44 0 0 0 0 0"),
    "a file's connector of any ending": ({OUT: BASE[OUT] + BASE[OUT].replace("file_raw_sink", "lines")}, ALL_FINE),
    # models
    "no WPL": ({WPL: None}, ALL_FINE),
    "an empty WPL file": ({WPL: ""}, A_CHECK),
    "a type that there isn't": ({WPL: ("chars:what", "text:what")}, A_CHECK),
    "a class behind a name": ({WPL: ("chars:what", "chars:what[a-z]")}, A_CHECK),
    "a length behind a name": ({WPL: ("chars:what", "chars:what[10]")}, ALL_FINE),
    "a type without a parser": ({WPL: ("chars:what", "url:what")}, "0 105 0 0 0 0"),
    "a row without fields": ({WPL: "package /web { rule r { () } }\n"}, ALL_FINE),
    "a group of fields that there isn't": ({WPL: "package /web { rule r { any(chars) } }\n"}, A_CHECK),
    "something in front of a package": ({WPL: f"x\n{BASE[WPL]}"}, A_CHECK),
    "two packages in a file": ({WPL: BASE[WPL] * 2}, A_CHECK),
    "a WPL file that is no text": ({WPL: b"package /web { rule r { (chars:\xff) } }"}, "44 44 44 0 44 0"),
    "an empty OML file": ({OML: "\n"}, "44 44 44 0 44 0"),
    "OML without a head": ({OML: ("name : m\n", "")}, A_MODEL),
    "OML without a statement": ({OML: ("tag : chars = take(tag) ;\n", "")}, A_MODEL),
    "a statement without an end": ({OML: (" ;", "")}, A_MODEL),
    "a second statement of an unknown type": (more(OML, "take(tag) ;\n", "b : text = take(b) ;\n"), A_MODEL),
    "an unknown function": ({OML: ("take(", "grab(")}, A_MODEL),
    "a name with a dash": ({OML: ("name : m", "name : m-1")}, A_MODEL),
    "statements as they may be": (
        more(OML, "take(tag) ;\n", "b, c : chars = take() ;\nd = object { e : ip = read(f) ; } ;\n// g\n"),
        ALL_FINE,
    ),
}  # fmt: skip


def tree_with(changes):
    assert all(change[0] in BASE[path] for path, change in changes.items() if isinstance(change, tuple))
    return BASE | {
        path: BASE[path].replace(*change) if isinstance(change, tuple) else change
        for path, change in changes.items()
    }


def codes_of(root, tree):
    """What ours exit with because of the project, where they are those of the real version."""
    commands = [parse_command(each) for each in COMMANDS]
    try:
        odd = load_project(write(root, tree)).as_written.refusals
    except ProjectError as error:
        return " ".join(str(exit_of(command, error.problems, REAL)) for command in commands)
    return " ".join(str(code_of_refusal(odd, command) or 0) for command in commands)


@pytest.mark.parametrize(("changes", "seen"), SEEN.values(), ids=SEEN)
def test_programs_end_as_the_real_ones_were_seen_to(tmp_path, changes, seen):
    assert codes_of(tmp_path, tree_with(changes)) == seen


class TestOnTheReference:
    def test_what_keeps_input_from_being_read_is_a_warning(self, tmp_path):
        told = load_project(write(tmp_path, tree_with(SEEN["tags that are a text"][0]))).warnings
        (warning,) = told
        assert (str(warning.path), warning.line, warning.help) == (WEB, 4, 'write: tags = ["env:test"]')
        assert warning.message == "'tags' is a text, and has to be an array of texts: WarpParse refuses it"

    def test_what_only_a_check_refuses_is_none(self, tmp_path):
        assert load_project(write(tmp_path, tree_with(SEEN["no wpgen.toml"][0]))).warnings == ()

    def test_an_older_layout_is_refused_nothing(self, tmp_path):
        project = load_project(write(tmp_path, {**SEED, "conf/wparse.toml": "[log_conf]\nlevel = 'warn'\n"}))
        assert (project.warnings, project.as_written.refusals) == ((), ())
