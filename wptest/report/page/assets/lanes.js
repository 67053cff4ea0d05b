// Draws a picture: a lane for each subject, on an axis that can be zoomed, with what the pointer is on.

const LANE = { bar: 13, row: 16, curve: 34, mark: 16, note: 14, gap: 5, axis: 22 };
const SHAPES = {
  kill: "M-5,-5L5,5M-5,5L5,-5", error: "M0,-6L6,5L-6,5Z", trouble: "M0,-5L5,0L0,5L-5,0Z", exit: "M0,-6L0,6",
  removed: "M0,-6L0,6M-4,-6L4,-6", check: "M-5,0L-1,4L5,-5", clock: "M0,-6A6,6,0,1,1,-0.1,-6M0,-3L0,0L3,2",
  pause: "M-2,-5L-2,5M2,-5L2,5", step: "M0,-5L4,0L0,5L-4,0Z",
};
const FILLED = new Set(["error", "trouble", "step"]);

function laneTitle(lane) {
  if (lane.kind === "rescue") return fileName(lane.name);
  return lane.name || say(`lane.${lane.kind}`);
}

function laneHeight(lane) {
  const rows = Math.max(1, ...lane.bars.map((bar) => bar[4] + 1));
  const bars = lane.bars.length ? rows * LANE.row : LANE.mark;
  return bars + (Object.keys(lane.curves).length ? LANE.curve : 0) + LANE.gap;
}

function momentsOf(picture) {
  const found = [[0, 0], picture.ends, ...picture.breaches.map((each) => each[0])];
  for (const lane of picture.lanes) {
    for (const bar of lane.bars) found.push(bar[0], bar[1]);
    for (const mark of lane.marks) found.push(mark[0]);
  }
  return found;
}

// A picture in its own element. `told` hears which moment the pointer is on; `show(moment)` draws a line there.
class LanesView {
  constructor(picture, { axis, told = () => {}, changed = () => {} } = {}) {
    this.picture = picture;
    this.axis = axis || new Axis(picture.ends, bestMode(picture));
    this.told = told;
    this.changed = changed;
    this.moments = momentsOf(picture);
    this.tip = el("div", { class: "tip", role: "status", hidden: true });
    this.canvas = svg("svg", { class: "lanes", tabindex: 0, role: "img", "aria-label": this.described() });
    this.element = el("div", { class: "picture" }, this.canvas, this.tip);
    this.listen();
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  described() {
    const lanes = this.picture.lanes.map(laneTitle).filter(Boolean).join(", ");
    return say("picture.described", { lanes, end: duration(this.picture.ends[0]) });
  }

  x(moment) {
    return this.gutter + this.axis.at(moment) * this.room;
  }

  draw() {
    const width = Math.max(280, this.element.clientWidth);
    this.gutter = width < 600 ? 92 : 190;
    this.room = width - this.gutter - 12;
    const parts = [];
    let top = LANE.axis;
    this.tops = new Map();
    const rings = this.rings();
    for (const lane of this.picture.lanes) {
      const height = laneHeight(lane) + (rings.has(lane) ? LANE.note : 0);
      this.tops.set(lane, top);
      parts.push(this.lane(lane, top, width, height, (rings.get(lane) || []).map((ring) => this.x(ring.at))));
      top += height;
    }
    const height = top + 14;
    const clip = svg("clipPath", { id: this.clip = this.clip || `clip${Math.random().toString(36).slice(2)}` },
      svg("rect", { x: this.gutter - 6, y: 0, width: this.room + 12, height }));
    this.cursor = svg("line", { class: "cursor", y1: LANE.axis - 4, y2: height - 10, visibility: "hidden" });
    this.canvas.replaceChildren(clip, patterns(), this.axisParts(height), this.closing(height), ...parts,
      this.inView(this.breaches(height)), this.inView([...rings.values()].flat().map((ring) => this.ring(ring))), this.cursor);
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) {
      this.canvas.setAttribute(name, value);
    }
    if (this.at) this.show(this.at);
  }

  inView(...children) {
    return svg("g", { "clip-path": `url(#${this.clip})` }, ...children);
  }

  axisParts(height) {
    const ticks = this.axis.ticks(this.moments, Math.max(2, Math.floor(this.room / 74)));
    return svg("g", { class: "axis" }, ticks.map(({ at, text }) => {
      const x = this.gutter + at * this.room;
      const anchor = at > 0.95 ? "end" : at < 0.03 ? "start" : "middle";
      return [svg("line", { x1: x, x2: x, y1: LANE.axis - 6, y2: height - 10 }),
        svg("text", { x, y: 11, "text-anchor": anchor }, text)];
    }));
  }

  closing(height) {
    if (!this.picture.closing) return "";
    const x = Math.max(this.gutter, this.x(this.picture.closing));
    const width = this.gutter + this.room - x;
    if (width <= 0) return "";
    return svg("rect", { class: "closing", x, y: LANE.axis - 6, width, height: height - LANE.axis - 4 },
      svg("title", {}, say("picture.closing")));
  }

  lane(lane, top, width, height, rings) {
    const title = laneTitle(lane);
    const most = Math.floor((this.gutter - 12) / 6.4);
    const shown = title.length > most ? `${title.slice(0, most - 9)}…${title.slice(-8)}` : title;
    return svg("g", { class: `lane lane-${lane.kind}` },
      svg("rect", { class: "lane-back", x: 0, y: top - 2, width, height: height - 1 }),
      svg("text", { class: "lane-title", x: 4, y: top + 11 }, shown, svg("title", {}, lane.name || title)),
      this.inView(lane.bars.map((bar) => this.bar(bar, top, rings)), this.curves(lane, top), this.marks(lane, top)));
  }

  // A bar with its label, behind a ring that would hide it.
  bar([begins, ends, state, text, row], top, rings) {
    const x = this.x(begins), width = Math.max(2, this.x(ends) - x);
    const box = { x, y: top + row * LANE.row, width, height: LANE.bar, rx: 2 };
    const label = width > 60 ? say(`state.${state}`) : "", long = label.length * 6;
    const from = rings.reduce((at, ring) => (at - 8 < ring && ring < at + long + 8 ? ring + 10 : at), Math.max(x, this.gutter) + 4);
    return svg("g", { class: `bar state-${state}` }, svg("rect", { class: "ground", ...box }),
      svg("rect", { class: "pattern", ...box }),
      label && from + long < x + width && svg("text", { x: from, y: box.y + 10 }, label));
  }

  marks(lane, top) {
    return lane.marks.map(([at, kind, text, count]) => {
      const shape = svg("path", { class: `mark mark-${kind}${FILLED.has(kind) ? " filled" : ""}`,
        d: SHAPES[kind] || SHAPES.step, transform: `translate(${this.x(at)},${top + LANE.bar / 2})` });
      return shape;
    });
  }

  curves(lane, top) {
    const names = Object.keys(lane.curves);
    if (!names.length) return [];
    const rows = Math.max(1, ...lane.bars.map((bar) => bar[4] + 1));
    const base = top + (lane.bars.length ? rows * LANE.row : LANE.mark) + LANE.curve - 3;
    const most = Math.max(1, ...names.flatMap((name) => lane.curves[name].map((point) => point[1])));
    const y = (lines) => base - (lines / most) * (LANE.curve - 8);
    const drawn = names.map((name) => {
      const points = lane.curves[name].map(([at, lines]) => [this.x(at), y(lines)]);
      const [last] = points.slice(-1);
      const end = name === "checkpoint" ? last[0] : this.x(this.picture.ends);
      const line = [[points[0][0], name === "checkpoint" ? points[0][1] : base], ...points, [end, last[1]]];
      const path = `M${line.map(([x, height]) => `${x.toFixed(1)},${height.toFixed(1)}`).join("L")}`;
      const area = name === "delivered" && svg("path", { class: "area", d: `${path}L${end},${base}Z` });
      return [area, svg("path", { class: `curve curve-${name}`, d: path })];
    });
    return [...drawn, svg("text", { class: "most", x: this.gutter + this.room, y: y(most) - 2, "text-anchor": "end" },
      say("lines", { lines: number(most) }))];
  }

  breaches(height) {
    return this.picture.breaches.slice(0, 6).map(([at, , text], index) => {
      const x = this.x(at), left = x > this.gutter + this.room / 2;
      return svg("g", { class: "breach" }, svg("line", { x1: x, x2: x, y1: LANE.axis - 8, y2: height - 10 }),
        svg("path", { d: `M${x},${LANE.axis - 2}l-5,-7h10Z` }, svg("title", {}, text)),
        index === 0 && svg("text", { x: x + (left ? -8 : 8), y: height - 1, "text-anchor": left ? "end" : "start" },
          say("picture.breach")));
    });
  }

  // Where somebody brought a line to its target, or else had it last, by lane; a dashed line leads to where it was gone.
  rings() {
    const found = new Map();
    const add = (lane, ring) => lane && found.set(lane, [...(found.get(lane) || []), { lane, ...ring }]);
    for (const { way, at, until, source, holder } of this.picture.whereabouts.slice(0, 3)) {
      const arrived = way.filter(([, kind]) => kind === "delivered");
      for (const [moment, , who, , lines] of arrived) {
        add(this.programLane(who), { at: moment, text: say("picture.arrived", { number: number(lines) }) });
      }
      const had = this.picture.lanes.find((each) => each.kind === "rescue" && source.endsWith(each.name)) || this.programLane(holder);
      if (at && !arrived.length) add(had, { at, until, text: say("picture.last") });
    }
    return found;
  }

  programLane(name) {
    return this.picture.lanes.find((each) => each.kind === "program" && each.name === name);
  }

  ring({ lane, at, until, text }) {
    const y = this.tops.get(lane) + LANE.bar / 2, x = this.x(at);
    const below = this.tops.get(lane) + laneHeight(lane) - LANE.gap, left = x > this.gutter + this.room * 0.8;
    return svg("g", { class: "trail" }, until && svg("line", { x1: x, x2: this.x(until), y1: below + 1, y2: below + 1 }),
      svg("circle", { cx: x, cy: y, r: 6 }, svg("title", {}, text)),
      svg("text", { x: x + (left ? -4 : 4), y: below + 13, "text-anchor": left ? "end" : "start" }, text));
  }

  listen() {
    const point = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const share = ({ x }) => (x - this.gutter) / this.room;
    this.canvas.addEventListener("pointermove", (event) => {
      const at = point(event);
      if (this.drag) {
        this.axis.pan(this.drag.share - share(at));
        this.drag.share = share(at);
        this.redraw();
      } else this.hover(at);
    });
    this.canvas.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch" && share(point(event)) > 0) this.drag = { share: share(point(event)) };
    });
    addEventListener("pointerup", () => { this.drag = null; });
    this.canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
      event.preventDefault();
      this.zoom(event.deltaY < 0 || event.deltaX < 0 ? 0.7 : 1.4, share(point(event)));
    }, { passive: false });
    this.canvas.addEventListener("dblclick", (event) => this.zoom(0.4, share(point(event))));
    const keys = { "+": () => this.zoom(0.6), "=": () => this.zoom(0.6), "-": () => this.zoom(1.7), 0: () => this.whole(),
      ArrowLeft: () => this.pan(-0.2), ArrowRight: () => this.pan(0.2) };
    this.canvas.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      keys[event.key]();
    });
  }

  redraw() {
    this.draw();
    this.changed();
  }

  zoom(factor, middle = 0.5) {
    this.axis.zoom(factor, Math.min(1, Math.max(0, middle)));
    this.redraw();
  }

  pan(share) {
    this.axis.pan(share);
    this.redraw();
  }

  whole() {
    this.axis.view(0, 1);
    this.redraw();
  }

  around(moment, span = 0.12) {
    const middle = this.axis.whole(moment);
    this.axis.view(middle - span / 2, middle + span / 2);
    this.redraw();
    this.show(moment);
  }

  // What is under the pointer: of a lane its nearest mark or the bar there, and what its curves say.
  hover({ x, y }) {
    const lane = [...this.tops.keys()].reverse().find((each) => this.tops.get(each) - 3 <= y);
    const lines = lane ? this.under(lane, x, y) : [];
    this.tip.hidden = !lines.length;
    if (!lines.length) return;
    this.tip.replaceChildren(...lines.map((line, index) => el(index ? "div" : "strong", {}, line)));
    const left = x > this.element.clientWidth / 2;
    this.tip.style.left = left ? "" : `${x + 14}px`;
    this.tip.style.right = left ? `${this.element.clientWidth - x + 14}px` : "";
    this.tip.style.top = `${y + 12}px`;
  }

  under(lane, x, y) {
    const mark = lane.marks.map((each) => ({ each, far: Math.abs(this.x(each[0]) - x) }))
      .sort((one, other) => one.far - other.far)[0];
    const row = Math.floor((y - this.tops.get(lane)) / LANE.row);
    const bars = lane.bars.filter(([begins, ends]) => this.x(begins) - 2 <= x && x <= this.x(ends) + 2);
    const bar = bars.find((each) => each[4] === row) || bars[bars.length - 1];
    const told = [laneTitle(lane)];
    if (mark && mark.far < 8) {
      const [at, kind, text, count] = mark.each;
      this.told(at);
      told.push(`${duration(at[0])}  ${text || say(`mark.${kind}`)}`, count > 1 && say("times", { count }));
    } else if (bar) {
      this.told(bar[0]);
      told.push(`${say(`state.${bar[2]}`)}  ${duration(bar[0][0])} – ${duration(bar[1][0])}`, bar[3]);
    }
    for (const [name, points] of Object.entries(lane.curves)) {
      const before = points.filter(([at]) => this.x(at) <= x + 1).pop();
      if (before) told.push(`${say(`curve.${name}`)}: ${say("lines", { lines: number(before[1]) })}`);
    }
    return told.filter(Boolean).map((line) => (line.length > 160 ? `${line.slice(0, 160)}…` : line));
  }

  show(moment) {
    this.at = moment;
    const x = this.x(moment);
    const visible = this.cursor && x >= this.gutter - 1 && x <= this.gutter + this.room + 1;
    this.cursor?.setAttribute("visibility", visible ? "visible" : "hidden");
    for (const name of ["x1", "x2"]) this.cursor?.setAttribute(name, x);
  }
}

// What tells states apart beside their colour; an id is shared by all pictures of a page, and each has the same.
function patterns() {
  const pattern = (id, size, ...parts) => svg("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" }, parts);
  const line = (d) => svg("path", { d, class: "hatch" });
  return svg("defs", {},
    pattern("hatch", 6, line("M-1,1L1,-1M0,6L6,0M5,7L7,5")),
    pattern("cross", 6, line("M0,6L6,0M0,0L6,6")),
    pattern("dots", 5, svg("circle", { cx: 2, cy: 2, r: 1, class: "dot" })),
    pattern("bands", 6, line("M1,0V6")));
}

function legend(picture) {
  const states = new Set(picture.lanes.flatMap((lane) => lane.bars.map((bar) => bar[2])));
  const marks = new Set(picture.lanes.flatMap((lane) => lane.marks.map((mark) => mark[1])));
  const curves = new Set(picture.lanes.flatMap((lane) => Object.keys(lane.curves)));
  const sample = (...parts) => svg("svg", { width: 26, height: 14, "aria-hidden": true }, parts);
  const box = { x: 1, y: 1, width: 24, height: 12, rx: 2 };
  return el("ul", { class: "legend" },
    [...states].map((state) => el("li", {}, sample(svg("g", { class: `bar state-${state}` },
      svg("rect", { class: "ground", ...box }), svg("rect", { class: "pattern", ...box }))), say(`state.${state}`))),
    [...curves].map((name) => el("li", {}, sample(svg("path", { class: `curve curve-${name}`, d: "M1,12L25,3" })), say(`curve.${name}`))),
    [...marks].map((kind) => el("li", {}, sample(svg("path", { class: `mark mark-${kind}${FILLED.has(kind) ? " filled" : ""}`,
      d: SHAPES[kind] || SHAPES.step, transform: "translate(13,7)" })), say(`mark.${kind}`))));
}
