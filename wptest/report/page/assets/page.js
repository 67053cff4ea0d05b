// The page: its summary, the findings by their cause, all variants with their filters, and maps of the whole suite.

const report = JSON.parse(document.getElementById("report").textContent);
const withDefaults = (finding) => ({ virtual_time_ns: 0, ...finding });
readied(report);
report.others = [];

// What is left out of the data for being empty is put back where the page looks at it.
function readied(data) {
  data.codes = data.codes || {};
  data.sources = data.sources || {};
  data.results = (data.results || []).map((run) => ({ duration_seconds: 0, virtual_time_ns: 0, behaviour: data.behaviour || {}, ...run,
    lanes: run.lanes && data.shared ? joined(run.lanes, data.shared) : run.lanes,
    explorations: (run.explorations || []).map((each) => ({ ...each, breaches: (each.breaches || []).map((breach) => ({ ...breach,
      lanes: (breach.lanes || []).map((picture) => data.shared ? joined(picture, data.shared) : picture) })) })),
    name: [run.scenario, run.variant].filter(Boolean).join("::"), findings: (run.findings || []).map(withDefaults) }));
  data.groups = data.groups || [];
}

// A picture with all that it shares with others.
function joined(picture, shared) {
  return { ...picture, lanes: picture.lanes.map((number) => shared.lanes[number]),
    rows: picture.rows.map(([at, number]) => [at, ...shared.told[number]]), reference: picture.reference && joined(picture.reference, shared) };
}

const filters = { words: "", outcomes: new Set() };

function start() {
  document.documentElement.lang = language;
  document.getElementById("page").replaceChildren(...[header(), summary(), problems(), maps(), variants(), footer()].flat().filter(Boolean));
}

function header() {
  const command = (report.commands || [])[0];
  const other = language === "en" ? "zh" : "en";
  return el("header", {}, el("h1", {}, say("title")),
    command && el("code", { class: "ran" }, commandLine(command)),
    el("div", { class: "tools" },
      button(TEXTS[other]["language"], () => { language = other; start(); }, { lang: other }),
      el("label", { class: "load" }, say("load"), el("input", { type: "file", accept: ".html,.json", onchange: (event) => load(event.target.files[0]) }))));
}

function commandLine({ name, arguments: given = [] }) {
  const named = name === "pytest" ? [] : ["wptest"];
  return [...named, ...(given[0] === name ? [] : [name]), ...given].join(" ");
}

function summary() {
  const counts = Object.entries(report.summary || {}).filter(([name, value]) => SIGNS[name] && value);
  counts.sort((one, other) => ORDER.indexOf(one[0]) - ORDER.indexOf(other[0]));
  const command = (report.commands || [])[0] || {};
  const slow = [...report.results].sort((one, other) => other.duration_seconds - one.duration_seconds)[0];
  const left = report.summary?.not_run;
  return el("section", { class: "summary", "aria-label": say("summary") },
    el("div", { class: "counts" }, counts.map(([name, value]) => el("button", { type: "button", class: `count outcome-${name}`,
      "aria-pressed": filters.outcomes.has(name), "data-outcome": name, onclick: () => choose(name) },
    el("strong", {}, number(value)), " ", SIGNS[name], " ", say(`outcome.${name}`)))),
    counts.length > 0 && bar(counts),
    el("p", { class: "about" }, [
      command.began_at, command.duration_seconds && say("took", { time: seconds(command.duration_seconds) }),
      left && say("not_run", { number: number(left) }), report.summary?.interrupted && say("interrupted"),
      slow && slow.duration_seconds > 0 && say("slowest", { name: slow.name, time: seconds(slow.duration_seconds) }),
      Object.entries(report.versions || {}).map((pair) => pair.join(" ")).join(", "),
    ].filter(Boolean).join(" · ")));
}

function bar(counts) {
  const total = counts.reduce((sum, [, value]) => sum + value, 0) || 1;
  let x = 0;
  return svg("svg", { class: "share", viewBox: "0 0 1000 8", preserveAspectRatio: "none", "aria-hidden": true }, counts.map(([name, value]) => {
    const width = (1000 * value) / total;
    x += width;
    return svg("rect", { class: `share-${name}`, x: x - width, y: 0, width: Math.max(2, width - 1), height: 8 });
  }));
}

function problems() {
  if (!report.groups.length && !report.invalid?.length) {
    return report.results.length ? el("section", { class: "fine" }, el("h2", {}, say(report.results.length === 1 ? "fine.one" : "fine"))) : "";
  }
  const section = el("section", { class: "problems" }, el("h2", {}, say("problems", { number: report.groups.length + (report.invalid?.length || 0) })));
  const list = el("div", {});
  const all = [...report.groups.map((group, index) => () => groupCard(group, index === 0)),
    ...(report.invalid || []).map((file, index) => () => invalidCard(file, !report.groups.length && index === 0))];
  const rest = inPortions(all, (make) => make(), list, (next, left) => say("more", { next, left: number(left) }), 40);
  section.append(list, rest);
  return section;
}

function groupCard(group, open) {
  const runs = group.members.map((index) => report.results[index]);
  const told = [group.phase && say("group.phase", { phase: group.phase }), group.sink && say("group.sink", { sink: group.sink }), group.behaviour]
    .filter(Boolean).join(" · ");
  const head = el("span", { class: "cause" }, outcomeBadge(group.outcome), " ", group.code && el("code", {}, group.code), " ",
    el("strong", {}, group.name || group.title), el("span", { class: "how-many" }, say(runs.length === 1 ? "variants.one" : "variants.many", { number: number(runs.length) })),
    el("span", { class: "cause-of" }, told), el("span", { class: "cause-message" }, group.message,
      group.others > 0 && el("span", { class: "others" }, ` ${say(group.others === 1 ? "others.one" : "others", { number: number(group.others) })}`)));
  return folding(head, () => {
    const list = el("div", {});
    const rest = inPortions(runs, (run) => variantCard(run, open && run === runs[0], true), list, (next, left) => say("more", { next, left: number(left) }), 30);
    return [group.meaning && el("p", { class: "meaning" }, group.meaning), list, rest];
  }, { open, name: "group" });
}

function invalidCard(file, open) {
  const head = el("span", { class: "cause" }, outcomeBadge("invalid"), " ", el("strong", {}, file.file), el("span", { class: "cause-message" }, file.why || ""));
  return folding(head, () => (file.mistakes || []).map((mistake) => el("section", { class: "finding" }, el("h4", {}, el("code", {}, mistake.code), " ", mistake.message),
    place(mistake.place), mistake.expected && el("p", {}, `${say("expected")} ${mistake.expected}`),
    mistake.help && el("p", { class: "help" }, el("strong", {}, `${say("help")} `), mistake.help))), { open, name: "group" });
}

function variantCard(run, open, told) {
  const head = el("span", { class: "variant-head" }, outcomeBadge(run.outcome), el("span", { class: "name" }, run.name),
    run.of_file && el("span", { class: "file" }, run.of_file),
    run.title && !told && el("span", { class: "title" }, run.title), el("span", { class: "why" }, run.why || run.reason || ""),
    el("span", { class: "took" }, `${duration(run.virtual_time_ns)} · ${seconds(run.duration_seconds)}`), run.lanes && el("span", { class: "has-picture", title: say("picture") }, "▤"));
  const card = folding(head, () => runDetails(run), { open, name: "variant" });
  card.id = told ? "" : `run-${report.results.indexOf(run)}`;
  return card;
}

function variants() {
  if (!report.results.length) return "";
  const list = el("div", { class: "list" });
  const found = el("p", { class: "found", role: "status" });
  const refresh = () => {
    const words = filters.words.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = report.results.filter((run) => (!filters.outcomes.size || filters.outcomes.has(run.outcome)) && words.every((word) => textOf(run).includes(word)));
    chosen.sort((one, other) => ORDER.indexOf(one.outcome) - ORDER.indexOf(other.outcome));
    list.replaceChildren();
    const rest = inPortions(chosen, (run) => variantCard(run, false), list, (next, left) => say("more", { next, left: number(left) }));
    list.after(rest);
    section.querySelectorAll(".more").forEach((each) => { if (each !== rest && each.parentElement === section) each.remove(); });
    found.textContent = say("found", { found: number(chosen.length), total: number(report.results.length) });
  };
  const search = el("input", { type: "search", id: "search", placeholder: say("search"), "aria-label": say("search"), value: filters.words,
    oninput: () => { filters.words = search.value; refresh(); } });
  const section = el("section", { class: "variants" }, el("h2", {}, say("variants")), el("div", { class: "filters" }, search, found), list);
  refreshVariants = refresh;
  refresh();
  return section;
}

let refreshVariants = () => {};

function choose(outcome) {
  if (!filters.outcomes.delete(outcome)) filters.outcomes.add(outcome);
  for (const each of document.querySelectorAll("[data-outcome]")) each.setAttribute("aria-pressed", filters.outcomes.has(each.dataset.outcome));
  refreshVariants();
}

function textOf(run) {
  run.text_of ??= [run.id, run.title, run.why, run.reason, run.outcome, ...(run.tags || []), ...run.findings.flatMap((each) => [each.name, each.code, each.message, each.sink])]
    .filter(Boolean).join(" ").toLowerCase();
  return run.text_of;
}

function maps() {
  return [
    report.gaps && gapsMap(report.gaps), report.selftest && selftestMap(report.selftest), report.behaviours && behavioursMap(report.behaviours),
    report.agreement && agreementTable(report.agreement), report.results.some((run) => run.explorations?.length) && explorationsMap(report.results),
    report.results.flatMap((run) => (run.explorations || []).filter((each) => each.grid).map((each) => struckMap(run, each))).slice(0, 40),
  ].flat(Infinity).filter(Boolean);
}

function footer() {
  const warnings = report.warnings || [];
  return el("footer", {}, warnings.length > 0 && folding(say("warnings", { number: warnings.length }), () => warnings.map((each) => el("section", { class: "finding" },
    el("h4", {}, el("code", {}, each.code), " ", each.message), place(each.place), each.help && el("p", { class: "help" }, each.help)))),
  el("p", {}, say("footer")));
}

// Another report, to compare runs with: read here, from a file of this machine; nothing in it is run.
async function load(file) {
  if (!file) return;
  const text = await file.text();
  const isPage = text.trimStart().startsWith("<");
  const data = JSON.parse(isPage ? new DOMParser().parseFromString(text, "text/html").getElementById("report").textContent : text);
  readied(data);
  report.others = data.results.filter((run) => run.lanes).map((run) => ({ ...run, label: `${file.name} ${(run.profiles || []).join(" ")}` }));
  start();
  document.querySelector("header").append(el("p", { class: "loaded", role: "status" }, say("loaded", { name: file.name, number: report.others.length })));
}

start();
