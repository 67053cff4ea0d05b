// What a whole suite covers, catches and breaks, as tables whose cells are told apart by shape as well as by colour.

function heatTable(caption, head, rows, key) {
  return el("section", { class: "heat" }, el("h3", {}, caption), key && el("p", { class: "key" }, key),
    el("div", { class: "scroller", tabindex: 0 }, el("table", {},
      el("thead", {}, el("tr", {}, el("td"), head.map((text) => el("th", { scope: "col" }, el("span", {}, text))))),
      el("tbody", {}, rows.map(([name, cells]) => el("tr", {}, el("th", { scope: "row", title: name }, name), cells))))));
}

function cell(state, text, title) {
  return el("td", { class: `cell cell-${state}`, title }, text);
}

const unique = (values) => [...new Set(values)];

// Sinks by troubles; in each cell the phases one beside the other.
function gapsMap(gaps) {
  const by = new Map(gaps.cells.map((each) => [`${each.sink}\u0000${each.trouble}\u0000${each.phase}`, each]));
  const troubles = unique(gaps.cells.map((each) => each.trouble));
  const phases = ["live", "rescue", "replay"];
  const covered = gaps.cells.filter((each) => each.scenarios?.length).length;
  const rows = unique(gaps.cells.map((each) => each.sink)).map((sink) => [sink, troubles.map((trouble) => {
    const parts = phases.map((phase) => by.get(`${sink}\u0000${trouble}\u0000${phase}`));
    return el("td", { class: "phases" }, parts.map((each, index) => {
      const many = each?.scenarios?.length || 0;
      const state = !each ? "never" : many > 4 ? "many" : many ? "some" : "gap";
      const title = each && `${sink} × ${trouble} × ${phases[index]}: ${many ? each.scenarios.join(", ") : say("gaps.none")}`;
      return el("span", { class: `phase cell-${state}`, title }, !each ? "" : many || "·");
    }));
  })]);
  return heatTable(say("gaps", { covered: number(covered), total: number(gaps.cells.length) }), troubles, rows, say("gaps.key"));
}

// Planted faults by scenarios: who caught which; those that nobody caught first.
function selftestMap(selftest) {
  const hunts = [...selftest.hunts].sort((one, other) => !!one.caught_by?.length - !!other.caught_by?.length);
  const scenarioOf = (variant) => variant.split("::")[0];
  const counts = new Map();
  for (const hunt of hunts) for (const name of unique((hunt.caught_by || []).map(scenarioOf))) counts.set(name, (counts.get(name) || 0) + 1);
  const scenarios = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one));
  const rows = hunts.map((hunt) => {
    const by = new Map((hunt.caught_by || []).map((variant) => [scenarioOf(variant), variant]));
    const name = `${hunt.choice}=${hunt.value}`;
    const shown = [hunt.shows, ...(hunt.disks || [])].filter(Boolean).join(", ");
    const cells = scenarios.map((scenario) => by.has(scenario)
      ? cell("caught", "●", `${name}: ${by.get(scenario)}${shown ? ` (${shown})` : ""}`) : cell("none", ""));
    return [by.size ? name : `✕ ${name}`, cells];
  });
  const escaped = hunts.filter((hunt) => !hunt.caught_by?.length).length;
  const caption = say("selftest", { planted: number(hunts.length), caught: number(hunts.length - escaped), escaped: number(escaped) });
  const alarms = (selftest.alarms || []).map((alarm) => el("li", {}, `${alarm.name} (seed ${alarm.seed}): ${alarm.shows}`));
  return [heatTable(caption, scenarios, rows, say("selftest.key")),
    alarms.length > 0 && el("section", { class: "heat" }, el("h3", {}, say("selftest.alarms")), el("ul", {}, alarms))];
}

// Choices of behaviour by guarantees: which scenario shows what breaks.
function behavioursMap(behaviours) {
  const guarantees = unique(behaviours.choices.flatMap((each) => Object.keys(each.breaks || {}))).sort();
  const rows = behaviours.choices.map((each) => [`${each.choice}=${each.value}`, guarantees.map((name) => each.breaks?.[name]
    ? cell("broken", "✕", `${name}: ${each.breaks[name]}`) : cell("none", ""))]);
  return heatTable(say("behaviours", { profile: behaviours.profile }), guarantees, rows, say("behaviours.key"));
}

// Variants by explorations: how much was done, and what broke.
function explorationsMap(results) {
  const explored = results.filter((run) => run.explorations?.length);
  const kinds = unique(explored.flatMap((run) => run.explorations.map((each) => each.kind)));
  const rows = explored.map((run) => [run.name, kinds.map((kind) => {
    const found = run.explorations.find((each) => each.kind === kind);
    if (!found) return cell("none", "");
    const title = found.not_done || say("explored", { run: number(found.run || 0), total: number(found.total || 0), broken: number(found.broken || 0) });
    if (found.not_done) return cell("gap", "–", title);
    if (found.broken) return cell("broken", `✕ ${number(found.broken)}`, title);
    return cell(found.run === found.total ? "many" : "some", number(found.run || 0), title);
  })]);
  return heatTable(say("explorations"), kinds, rows, say("explorations.key"));
}

// The operations of a run by how they were struck: held, broken, not run.
function struckMap(run, exploration) {
  const by = new Map(exploration.grid.map((each) => [`${each.operation}\u0000${each.how}`, each]));
  const ways = unique(exploration.grid.map((each) => each.how));
  const rows = unique(exploration.grid.map((each) => each.operation)).map((operation) => [operation, ways.map((how) => {
    const { held = 0, broken = 0, left = 0 } = by.get(`${operation}\u0000${how}`) || {};
    if (!held && !broken && !left) return cell("none", "");
    const title = `${operation} × ${how}: ${say("struck.cell", { held, broken, left })}`;
    return cell(broken ? "broken" : left && !held ? "gap" : left ? "some" : "many", broken ? `✕ ${broken}` : held || "·", title);
  })]);
  return heatTable(say("struck", { name: run.name, kind: exploration.kind }), ways, rows, say("struck.key"));
}

// The engine's run and one of the real programs', as the comparison has them.
function runsOf({ name, engine, real, lanes }) {
  return [{ name, outcome: engine, subject: "engine", label: say("engine"), lanes: lanes[0] },
    { name, outcome: real[0], subject: "process", lanes: lanes[1] }];
}

function agreementTable(agreement) {
  const order = ["DIFFERS", "can't tell", "not run", "agrees"];
  const variants = [...agreement.variants].sort((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
  const counts = order.map((verdict) => `${variants.filter((each) => each.verdict === verdict).length} ${say(`verdict.${verdict}`)}`);
  const show = (each) => folding([el("span", { class: `verdict verdict-${order.indexOf(each.verdict)}` }, say(`verdict.${each.verdict}`)), " ", each.name],
    () => [
      each.differences?.length > 0 && el("table", { class: "differences" }, el("tbody", {}, each.differences.map((found) => el("tr", {},
        [found.facet, found.place, found.real, found.ours].map((text) => el("td", {}, text)))))),
      [...(each.doubts || []), ...(each.reasons || [])].map((text) => el("p", {}, text)),
      each.lanes?.length === 2 && comparison(...runsOf(each)),
    ].flat().filter(Boolean), { name: "variant" });
  const list = el("div", {});
  const rest = inPortions(variants, show, list, (next, left) => say("more", { next, left: number(left) }));
  return el("section", { class: "heat" }, el("h3", {}, say("agreement", { dialect: agreement.dialect })), el("p", {}, counts.join(", ")), list, rest);
}
