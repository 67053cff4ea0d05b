// A picture with its controls and the table of events beside it; each shows where the other one is.

function pictureOf(picture, { axis, changed } = {}) {
  const view = new LanesView(picture, { axis, changed, told: (moment) => table.mark(moment) });
  const table = eventTable(picture, (moment) => {
    const x = view.axis.at(moment);
    if (x < 0 || x > 1) view.around(moment, view.axis.to - view.axis.from);
    view.show(moment);
  });
  return { view, element: el("div", { class: "with-events" }, el("div", {}, controls(view), view.element, legend(picture)), table.element) };
}

function controls(view) {
  const modes = view.picture.ends[0] ? ["time", "both", "order"] : ["order"];
  const select = el("select", { "aria-label": say("axis"), onchange: () => {
    view.axis.mode = select.value;
    view.redraw();
  } }, modes.map((mode) => el("option", { value: mode, selected: mode === view.axis.mode }, say(`axis.${mode}`))));
  const found = view.picture.breaches[0];
  return el("div", { class: "controls" },
    el("label", {}, `${say("axis")} `, select),
    button("−", () => view.zoom(1.7), { title: say("zoom.out"), "aria-label": say("zoom.out") }),
    button("+", () => view.zoom(0.6), { title: say("zoom.in"), "aria-label": say("zoom.in") }),
    button(say("zoom.all"), () => view.whole()),
    found && button(say("zoom.breach"), () => view.around(found[0])),
    view.picture.whereabouts.some((each) => each.at)
      && button(say("zoom.line"), () => view.around(view.picture.whereabouts.find((each) => each.at).at), { class: "find-line" }));
}

// The rows of what happened; `chosen` hears the moment of one that the pointer or the keyboard is on.
function eventTable(picture, chosen) {
  const breaches = picture.breaches.map(([at, , text]) => [at, "wptest", "", text, "!"]);
  const rows = [...picture.rows, ...breaches].sort((one, other) => one[0][1] - other[0][1] || (one[4] === "!" ? -1 : 1));
  const shown = rows.map(([at, process, kind, details, mark]) => el("tr", {
    class: { ">": "step", "!": "found", ":": "again" }[mark], tabindex: -1,
    onmouseenter: () => chosen(at), onfocus: () => chosen(at), onclick: (event) => event.currentTarget.focus(),
  }, el("td", { class: "time" }, duration(at[0])),
  el("td", { class: "told" }, el("span", { class: "kind" }, [process, kind].filter(Boolean).join(" ")), " ", details)));
  if (shown[0]) shown[0].tabIndex = 0;
  const body = el("tbody", { onkeydown: (event) => {
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!next || !event.target[next]) return;
    event.preventDefault();
    event.target[next].focus();
  } }, shown);
  const element = el("div", { class: "events", role: "region", "aria-label": say("events") },
    el("table", {}, el("caption", {}, say("events")), body));
  let marked = null;
  const mark = (moment) => {
    const index = rows.findIndex((row) => row[0][1] > moment[1]);
    const row = shown[(index < 0 ? rows.length : index) - 1];
    if (row === marked) return;
    marked?.classList.remove("at");
    marked = row;
    row?.classList.add("at");
    if (row) element.scrollTop = row.offsetTop - element.clientHeight / 2;
  };
  requestAnimationFrame(() => {
    const found = shown.find((row) => row.className === "found");
    if (found) element.scrollTop = found.offsetTop - element.clientHeight / 2;
  });
  return { element, mark };
}
