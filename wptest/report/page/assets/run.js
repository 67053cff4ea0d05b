// All there is to see of one variant: what doesn't hold, the picture of its run, its scenario, and how to run it again.

const ORDER = ["failed", "error", "unclean", "unverified", "invalid", "xfailed", "skipped", "passed"];
const SIGNS = { failed: "✕", error: "!", unclean: "◐", unverified: "?", invalid: "¶", xfailed: "x", skipped: "–", passed: "✓" };

function outcomeBadge(outcome) {
  return el("span", { class: `outcome outcome-${outcome}` }, `${SIGNS[outcome] || ""} ${say(`outcome.${outcome}`)}`);
}

function runDetails(run) {
  return el("article", { class: "run" },
    run.title && el("p", { class: "title" }, run.title),
    answers(run),
    run.lanes && runPicture(run),
    run.findings.map((finding) => findingDetails(finding)),
    run.explorations.map(explorationDetails),
    run.notes && el("ul", { class: "notes" }, run.notes.map((note) => el("li", {}, note))),
    scenarioSource(run),
    run.replay && commands(run.replay),
    facts(run));
}

function runPicture(run) {
  const section = el("section", { class: "run-picture" }, el("h4", {}, say("picture")));
  const place = el("div", {});
  const { element } = pictureOf(run.lanes);
  const others = twins(run);
  const choice = el("select", { "aria-label": say("compare.with"), onchange: () => {
    const other = others[choice.selectedIndex - 1];
    place.replaceChildren(...(other ? [comparison(run, other, () => { place.replaceChildren(); choice.selectedIndex = 0; })] : []));
  } }, el("option", {}, "…"), others.map((other) => el("option", {}, nameOfTwin(run, other))));
  section.append(element, el("div", { class: "controls" }, el("label", {}, `${say("compare.with")} `, choice)), place);
  if (others.length === 0) choice.parentElement.remove();
  return section;
}

// The runs that it may be compared with: the same on the reference, of another report, of the same scenario, others.
function twins(run) {
  const all = report.others.concat(report.results).filter((each) => each !== run && each.lanes);
  const near = (each) => (each.id === run.id ? 0 : each.scenario === run.scenario ? 1 : 2);
  const others = all.sort((one, other) => near(one) - near(other)).slice(0, 50);
  const { reference } = run.lanes;
  return reference ? [{ ...run, lanes: reference, behaviour: {}, profiles: [], outcome: "passed" }, ...others] : others;
}

function nameOfTwin(run, other) {
  const label = other.label || (other.profiles || []).join(" ") || (other.id === run.id && say("reference"));
  return [other.id === run.id ? "" : other.name, label].filter(Boolean).join(" · ");
}

function findingDetails(finding) {
  return el("section", { class: "finding" },
    el("h4", {}, outcomeBadge(finding.outcome), " ", finding.code && el("code", { title: report.codes[finding.code] }, finding.code), " ", finding.name),
    el("p", { class: "message" }, finding.message),
    finding.code && report.codes[finding.code] && el("p", { class: "meaning" }, report.codes[finding.code]),
    finding.place && place(finding.place),
    finding.evidence && el("pre", { class: "evidence" }, finding.evidence.join("\n")),
    finding.help && el("p", { class: "help" }, el("strong", {}, `${say("help")} `), finding.help),
    finding.when && el("p", { class: "when" }, `${say("when")} ${finding.when}`));
}

function place({ file, line, column, length, source_line: text }) {
  const from = Math.max(0, column - 1);
  const parts = column && text
    ? [text.slice(0, from), el("mark", {}, text.slice(from, from + (length || 1))), text.slice(from + (length || 1))]
    : [text || ""];
  return el("div", { class: "place" }, el("div", { class: "file" }, [file, line, column].filter(Boolean).join(":")),
    text && el("pre", {}, parts));
}

function explorationDetails(exploration) {
  const tail = exploration.not_done || say("explored", { run: number(exploration.run || 0), total: number(exploration.total || 0), broken: number(exploration.broken || 0) });
  return el("section", { class: "finding" }, el("h4", {}, `${exploration.kind}: ${tail}`),
    exploration.breaches.slice(0, 5).map((breach) => el("div", {}, el("p", { class: "message" }, breach.what),
      breach.lanes.map((picture, index) => el("section", { class: "run-picture" },
        el("h4", {}, say("picture.stretch", { number: index + 1, total: breach.lanes.length })), pictureOf(picture).element)),
      breach.findings.map((finding) => findingDetails(withDefaults(finding))), breach.replay?.id && commands(breach.replay))));
}

// The scenario around what doesn't hold, with these lines marked; all of it when that is asked for.
function scenarioSource(run) {
  const text = report.sources[run.file];
  if (!text) return "";
  const lines = text.split("\n");
  const notes = notesOnLines(run);
  const first = run.line || 1;
  const near = (index) => notes.size ? [...notes.keys()].some((line) => Math.abs(line - index) <= 5) : index >= first && index < first + 12;
  const row = (line, index) => {
    const told = notes.get(index + 1);
    return el("div", { class: told && (told.has("source.wrong") ? "marked" : "marked after") },
      el("span", { class: "number" }, index + 1), el("span", { class: "said" }, el("code", {}, line.slice(0, 400)),
        told && el("span", { class: "note" }, [...told].map((key) => say(key)).join("; "))));
  };
  const body = el("div", { class: "source", tabindex: 0 }, lines.map((line, index) => near(index + 1) && row(line, index)));
  const whole = button(say("source.whole"), () => { body.replaceChildren(...lines.map(row)); whole.remove(); });
  return el("section", {}, el("h4", {}, say("source"), " ", el("span", { class: "file" }, run.file)), body, whole);
}

// Which lines of the scenario there is something to say of: what doesn't hold, and the step after which it was found.
function notesOnLines(run) {
  const explored = run.explorations.flatMap((each) => each.breaches).flatMap((breach) => breach.findings);
  const notes = new Map();
  const note = (line, key) => line && notes.set(line, (notes.get(line) || new Set()).add(key));
  for (const { place: at, after_line: after, phase } of [...run.findings, ...explored]) {
    note(at?.line, "source.wrong");
    if (!at) note(after, phase === "closing" ? "source.closing" : "source.after");
  }
  return notes;
}

function commands(replay) {
  const ways = new Set([replay.command, replay.id && `wptest replay ${replay.id}`].filter(Boolean));
  return el("section", {}, el("h4", {}, say("again")), [...ways].map((way) => copyable(way, say("copy"), say("copied"))));
}

function facts(run) {
  const behaviour = Object.entries(run.behaviour || {}).map(([name, value]) => `${name}=${value}`);
  const told = { id: run.id, seed: run.seed, tags: (run.tags || []).join(", "), behaviour: behaviour.slice(0, 12).join(" "),
    subject: run.subject, disk: run.disk, trace: run.trace_hash, events: run.events && number(run.events) };
  return el("dl", { class: "facts" }, Object.entries(told).filter(([, value]) => value !== undefined && value !== "" && value !== null)
    .map(([name, value]) => [el("dt", {}, say(`fact.${name}`)), el("dd", {}, value)]));
}
