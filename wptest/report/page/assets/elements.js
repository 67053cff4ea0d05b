// Elements, made of text and attributes alone: nothing of a report is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

function el(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function button(text, act, attributes) {
  return el("button", { type: "button", onclick: act, ...attributes }, text);
}

// A part that can be folded, and is made when it is opened for the first time.
function folding(head, make, { open = false, name = "" } = {}) {
  const body = el("div", { class: "folded-body" });
  const details = el("details", { class: `folding ${name}`, open }, el("summary", {}, head), body);
  const fill = () => {
    if (details.open && !body.firstChild) body.append(...[make()].flat());
  };
  details.addEventListener("toggle", fill);
  fill();
  return details;
}

// So many rows at first, and more when they are asked for: five thousand at once would take seconds.
function inPortions(items, show, into, more, portion = 100) {
  let shown = 0;
  const rest = button("", () => next(), { class: "more" });
  const next = () => {
    into.append(...items.slice(shown, shown + portion).map(show));
    shown = Math.min(items.length, shown + portion);
    rest.textContent = more(Math.min(portion, items.length - shown), items.length - shown);
    rest.hidden = shown >= items.length;
  };
  next();
  return rest;
}

function copyable(text, label, done) {
  const copy = button(label, async () => {
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = done;
      setTimeout(() => { copy.textContent = label; }, 1500);
    } catch {
      getSelection().selectAllChildren(shown);
    }
  }, { class: "copy" });
  const shown = el("code", {}, text);
  return el("div", { class: "command" }, shown, copy);
}
