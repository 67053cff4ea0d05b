// Two runs, one above the other on one axis, with the first event that one has and the other has not.

const told = (row) => [row[1], row[2], row[3].replace(/\s*\([\d,]+ events until [^)]*\)/, "")].join("\u0000");

// The number of the first row that differs; null where none does. Real processes take other times for the same.
function firstDifference(left, right, timed) {
  const most = Math.max(left.rows.length, right.rows.length);
  for (let index = 0; index < most; index += 1) {
    const one = left.rows[index], other = right.rows[index];
    if (!one || !other || told(one) !== told(other) || (timed && one[0][0] !== other[0][0])) return index;
  }
  return null;
}

function comparison(left, right, close) {
  const ends = [Math.max(left.lanes.ends[0], right.lanes.ends[0]), Math.max(left.lanes.ends[1], right.lanes.ends[1])];
  const axis = new Axis(ends, bestMode(left.lanes));
  const timed = left.subject === right.subject;
  const index = firstDifference(left.lanes, right.lanes, timed);
  const views = [left, right].map((run) => new LanesView(run.lanes, { axis, changed: () => views.forEach((each) => each.draw()) }));
  const marks = views.map((view) => {
    const row = index === null ? null : view.picture.rows[index];
    if (row) view.show(row[0]);
    return row;
  });
  const zoom = marks[0] || marks[1];
  const select = el("select", { "aria-label": say("axis"), onchange: () => {
    axis.mode = select.value;
    views[0].redraw();
  } }, ["time", "both", "order"].map((mode) => el("option", { value: mode, selected: mode === axis.mode }, say(`axis.${mode}`))));
  return el("section", { class: "comparison", "aria-label": say("compare") },
    el("h4", {}, say("compare"), close && button(say("close"), close)),
    el("p", { class: "difference" }, index === null ? say("compare.same") : say("compare.first", { number: index + 1 })),
    el("div", { class: "controls" }, el("label", {}, `${say("axis")} `, select),
      zoom && button(say("zoom.difference"), () => views.forEach((view, side) => marks[side] && view.around(marks[side][0]))),
      button(say("zoom.all"), () => views[0].whole())),
    views.map((view, side) => el("figure", {}, el("figcaption", {}, caption([left, right][side])), view.element)),
    index !== null && sideBySide(left.lanes.rows, right.lanes.rows, index));
}

function caption(run) {
  const how = run.label || (run.profiles || []).join(" ") || (run.subject === "process" ? say("processes") : say("reference"));
  return [outcomeBadge(run.outcome), ` ${run.name} `, el("span", { class: "how" }, how)];
}

function sideBySide(left, right, index) {
  const cells = (row) => row
    ? [el("td", { class: "time" }, duration(row[0][0])), el("td", {}, row[2]), el("td", { class: "details" }, row[3])]
    : [el("td", { colspan: 3, class: "nothing" }, say("compare.nothing"))];
  const rows = [];
  for (let each = Math.max(0, index - 3); each < Math.min(Math.max(left.length, right.length), index + 6); each += 1) {
    rows.push(el("tr", { class: each === index ? "differs" : each > index ? "after" : "" },
      el("td", { class: "arrow" }, each === index ? "▶" : ""), cells(left[each]), cells(right[each])));
  }
  return el("div", { class: "side-by-side" }, el("table", {}, el("tbody", {}, rows)));
}
