// The words of the page in the reader's language, and numbers and times as people write them.

const TEXTS = JSON.parse(document.getElementById("texts").textContent);
let language = TEXTS[(navigator.language || "en").slice(0, 2)] ? navigator.language.slice(0, 2) : "en";

// A text of the table, with what stands in braces filled in.
function say(key, values) {
  const text = TEXTS[language][key] ?? TEXTS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
}

const number = (value) => value.toLocaleString("en-US");

function duration(nanoseconds) {
  if (nanoseconds === 0) return "0s";
  for (const [unit, size] of [["s", 1e9], ["ms", 1e6], ["µs", 1e3]]) {
    if (Math.abs(nanoseconds) >= size) return `${Number((nanoseconds / size).toFixed(4))}${unit}`;
  }
  return `${nanoseconds}ns`;
}

function seconds(value) {
  return value >= 60 ? `${Math.floor(value / 60)}m ${Math.round(value % 60)}s` : `${value.toFixed(value < 10 ? 2 : 1)}s`;
}

const fileName = (path) => path.slice(path.lastIndexOf("/") + 1);
