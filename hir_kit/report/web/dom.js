"use strict";
// Everything from a dump becomes a text node: there is no way from it to markup.
function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined));
  return made;
}

function svg(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children.flat(Infinity));
  return made;
}

const MARKS = { satisfied: "●", violated: "✕", unknown: "?" };
const CLASSES = { satisfied: "met", violated: "missed", unknown: "unknown" };

// A long id with places where it may break.
function broken(id) {
  return id.split(/(?<=[:_/])/).flatMap((part, place) => place ? [document.createElement("wbr"), part] : [part]);
}

function count(n) { return n.toLocaleString("en-US"); }
function counted(n, noun) { return `${count(n)} ${noun}${n === 1 ? "" : "s"}`; }
function percent(share) { return share === null || share === undefined ? "–" : (share * 100).toFixed(2) + " %"; }
function range(share) {
  if (share && share.low === null) return "n/a";
  return share ? `${(share.low * 100).toFixed(1)} to ${(share.high * 100).toFixed(1)} %` : "";
}
function signed(value) { return (value > 0 ? "+" : "") + (value * 100).toFixed(2); }
function number(value) {
  if (value === null || value === undefined) return "–";
  return Number.isInteger(value) ? count(value) : value.toPrecision(4);
}

// A table whose columns are {title, numbers, cell(row), sort(row)}; a click on a title sorts by it.
function table(caption, columns, rows) {
  const body = el("tbody");
  const fill = (list) => body.replaceChildren(...list.map((row) => el("tr", {}, columns.map((column) =>
    el("td", { class: column.numbers ? "n" : column.name ? "name" : null }, column.cell(row))))));
  let last = null, down = false;
  const head = columns.map((column) => {
    const cell = el("th", { scope: "col", class: column.numbers ? "n" : null });
    if (!column.sort) { cell.append(column.title); return cell; }
    cell.append(el("button", { onclick: () => {
      down = last === column ? !down : column.numbers; last = column;
      const sorted = [...rows].sort((a, b) => {
        const x = column.sort(a), y = column.sort(b);
        return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
      });
      for (const other of cell.parentNode.children) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      fill(sorted);
    } }, column.title));
    return cell;
  });
  fill(rows);
  return el("div", { class: "scroll" }, el("table", { "aria-label": caption }, el("thead", {}, el("tr", {}, head)), body));
}
