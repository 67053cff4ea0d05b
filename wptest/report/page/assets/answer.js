// The answer to what people come for: which line, when, and who had it last.

function answers(run) {
  return run.lanes ? run.lanes.whereabouts.map((found) => answer(run, found)) : [];
}

function answer(run, found) {
  const finding = run.findings[found.finding] || { name: "", message: "" };
  const doubled = found.stands.length > 0;
  const rows = [
    [say("answer.line"), el("code", { class: "line" }, found.line)],
    [say("answer.where"), whereItIs(found, doubled, finding.name)],
    [say("answer.holder"), holder(found)],
    [say("answer.when"), when(run, found)],
  ];
  return el("section", { class: "answer" },
    el("h4", {}, say(ofFinding("answer.head", finding.name, doubled ? "answer.doubled" : "answer.lost"))),
    el("p", { class: "what" }, `${finding.name}: ${finding.message}`),
    el("dl", {}, rows.filter(([, told]) => told).map(([name, told]) => [el("dt", {}, name), el("dd", {}, told)])));
}

// Some invariants are about more than whether the line is there: what they say of it has a text of its own.
function ofFinding(key, name, otherwise) {
  const own = `${key}.${name}`;
  return own in TEXTS.en ? own : otherwise;
}

function whereItIs({ target, stands, source }, doubled, name) {
  if (name === "conservation" && !doubled) return say("answer.where.conservation.files", { target });
  const key = ofFinding("answer.where", name, doubled ? "answer.stands" : "answer.nowhere");
  return say(key, { target: target || "?", lines: stands.map(number).join(", "), source });
}

function holder(found) {
  if (!found.source) return say("answer.nobody");
  const place = say("answer.place", { number: number(found.number), source: found.source });
  const sink = found.state && say(`answer.sink.${found.state}`, { into: found.into });
  return [el("strong", {}, found.holder || say("answer.unheld")), " — ", place, sink && el("div", { class: "then" }, sink)];
}

// What happened to the line, in order, each with the step that it came of, since much may happen in no time.
function when(run, found) {
  const breach = run.lanes.breaches.find((each) => each[1] === found.finding);
  const passed = found.way.map(([at, kind, who, file, lines, born]) => [at, passage(kind, who, file, lines), born || at]);
  const rows = breach ? [...passed, [breach[0], say("answer.found"), [breach[0][0], breach[0][1] - 1]]] : passed;
  return rows.length > 0 && el("ol", { class: "way" }, rows.map(([at, text, of]) => el("li", {},
    el("span", { class: "time" }, duration(at[0])), el("span", {}, text, " ", el("span", { class: "step" }, stepAt(run.lanes, of))))));
}

function passage(kind, who, file, lines) {
  const key = kind === "power" && !lines ? "answer.way.power.only" : `answer.way.${kind}`;
  return say(key, { who, file, number: number(lines) });
}

// The last step before a moment, as the scenario has it.
function stepAt(picture, moment) {
  if (picture.closing && moment[1] >= picture.closing[1]) return say("answer.closing");
  const steps = picture.lanes.filter((lane) => lane.kind === "step").flatMap((lane) => lane.marks);
  const last = steps.filter((mark) => mark[0][1] <= moment[1]).pop();
  return last ? say("answer.step", { step: last[2] }) : "";
}
