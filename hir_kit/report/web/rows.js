"use strict";
// The browser: filters, and a list of which only what is seen is in the page.
const HEIGHT = 58;

function browser(data) {
  const { rows, numbers } = data, several = numbers.runs.length > 1;
  const filters = { text: "", run: "", kind: "", result: "", constraint: "", status: "", rewriter: "", changed: "" };
  const spacer = el("div", { role: "presentation" });
  const list = el("div", { id: "list", role: "listbox", tabindex: "0", "aria-label": "Rollouts" }, spacer);
  const detail = el("section", { id: "detail", tabindex: "-1", "aria-label": "The chosen rollout" });
  const told = el("p", { id: "count", class: "note", role: "status" });
  let found = rows, chosen = -1;

  const asked = data.asked.map((list) => list.map((one) => one.id));
  const words = rows.map((row) => null);
  const haystack = (place) => words[place] ??= [rows[place].i, rows[place].x,
    ...(rows[place].p < 0 ? [] : data.prompts[rows[place].p].map((message) => message[1]))].join("\n").toLowerCase();
  const letters = { satisfied: "s", violated: "v", unknown: "u" };

  function suits(row, place, needle) {
    if (filters.run !== "" && row.n !== Number(filters.run)) return false;
    if (filters.kind && row.k !== filters.kind) return false;
    if (filters.result && result(row) !== filters.result) return false;
    if (filters.rewriter && row.w !== filters.rewriter) return false;
    if (filters.changed && !(row.q || []).includes(filters.changed)) return false;
    if (filters.constraint || filters.status) {
      const letter = letters[filters.status];
      const hit = filters.constraint
        ? asked[row.c].some((id, at) => id === filters.constraint && (!letter || row.v[at] === letter))
        : row.v.includes(letter);
      if (!hit) return false;
    }
    return !needle || haystack(place).includes(needle);
  }

  function apply() {
    const needle = filters.text.toLowerCase();
    found = rows.filter((row, place) => suits(row, place, needle));
    told.textContent = `${count(found.length)} of ${count(rows.length)} rows` +
      (numbers.sample.of > numbers.sample.shown ? `, a sample drawn of ${count(numbers.sample.of)}` : "");
    spacer.style.height = found.length * HEIGHT + "px";
    chosen = found.length ? 0 : -1; list.scrollTop = 0;
    draw();
    if (found.length) show(found[0]);
    else detail.replaceChildren(el("p", { class: "note" }, "No row has all of this."));
  }

  function line(row, place) {
    const outcome = result(row);
    return el("div", { class: "row", role: "option", id: "row-" + place, "aria-selected": String(place === chosen),
      "aria-setsize": found.length, "aria-posinset": place + 1, onclick: () => choose(place, true) },
      el("div", { class: "top" }, el("span", {}, row.i, several ? ` · ${numbers.runs[row.n].name}` : "", row.k === "replay" || row.k === "refused" ? ` · ${row.k}` : ""),
        el("span", { class: "dots", "aria-label": [...row.v].map((one) => ({ s: "satisfied", v: "violated", u: "unknown" })[one]).join(", ") },
          [...row.v].slice(0, 12).map((one) => el("span", { class: { s: "met", v: "missed", u: "unknown" }[one] }, { s: "●", v: "✕", u: "?" }[one])))),
      el("div", { class: "sub" }, outcome === "undetermined" ? "undetermined · " : "", row.x.slice(row.h, row.h + 160).replace(/\s+/g, " ").trim() || (row.t ? missed(row) || "all met" : "(no text)")));
  }

  function draw() {
    const first = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - 4), last = Math.min(found.length, first + Math.ceil(list.clientHeight / HEIGHT) + 9);
    const made = [];
    for (let place = first; place < last; place++) {
      const one = line(found[place], place);
      one.style.top = place * HEIGHT + "px";
      made.push(one);
    }
    list.replaceChildren(spacer, ...made);
    if (chosen >= 0) list.setAttribute("aria-activedescendant", "row-" + chosen); else list.removeAttribute("aria-activedescendant");
  }

  function choose(place, open) {
    if (place < 0 || place >= found.length) return;
    chosen = place;
    const top = place * HEIGHT;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top + HEIGHT - list.clientHeight;
    draw();
    show(found[place]);
    if (open) { document.body.classList.add("reading"); detail.scrollTop = 0; }
  }

  function show(row) {
    detail.replaceChildren(el("button", { id: "back", onclick: () => { document.body.classList.remove("reading"); list.focus(); } }, "← Back to the list"),
      ...detailOf(data, row, show));
    detail.scrollTop = 0;
  }

  list.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  list.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(list.clientHeight / HEIGHT) - 1);
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, j: 1, k: -1 }[event.key];
    if (event.key === "Enter") { choose(Math.max(chosen, 0), true); detail.focus(); }
    else if (event.key === "Home") choose(0);
    else if (event.key === "End") choose(found.length - 1);
    else if (move) choose(Math.max(0, Math.min(found.length - 1, chosen + move)));
    else return;
    event.preventDefault();
  });
  detail.addEventListener("keydown", (event) => { if (event.key === "Escape") { document.body.classList.remove("reading"); list.focus(); } });
  new ResizeObserver(draw).observe(list);

  const controls = {};
  const select = (name, title, options) => {
    if (options.length < (["constraint", "rewriter"].includes(name) ? 1 : 2)) return null;
    controls[name] = el("select", { id: "filter-" + name, onchange: (event) => { filters[name] = event.target.value; apply(); } },
      el("option", { value: "" }, "any"), options.map(([value, label]) => el("option", { value }, label)));
    return el("label", {}, title, controls[name]);
  };
  controls.text = el("input", { type: "search", id: "search", placeholder: "id, prompt or response", oninput: (event) => { filters.text = event.target.value; apply(); } });
  const distinct = (values) => [...new Set(values)].filter(Boolean).sort().map((value) => [value, value]);
  const form = el("div", { id: "filters", role: "search" }, el("label", { class: "wide" }, "search ( / )", controls.text),
    select("run", "run", numbers.runs.map((run, place) => [String(place), run.name])),
    select("kind", "kind", distinct(rows.map((row) => row.k))),
    select("result", "result", [["met", "all met"], ["missed", "something missed"], ["undetermined", "undetermined"]]),
    select("constraint", "constraint", distinct(asked.flat())),
    select("status", "verdict", Object.keys(letters).map((name) => [name, name])),
    select("rewriter", "strategy", distinct(rows.map((row) => row.w))),
    select("changed", "changed", numbers.comparisons.flatMap((one) => ["better", "worse"].map((way) =>
      [`${one.one}|${one.other}|${way}`, `${one.other} ${way} than ${one.one}`]))),
    el("button", { id: "clear", onclick: () => set({}) }, "clear"));
  const element = el("div", {}, form, told, el("div", { id: "rows" }, list, detail));
  return { element, draw, apply, set, focusSearch: () => controls.text.focus() };

  function set(wanted) {
    for (const name of Object.keys(filters)) {
      filters[name] = wanted[name] === undefined ? "" : String(wanted[name]);
      if (controls[name]) controls[name].value = filters[name];
    }
    document.body.classList.remove("reading");
    apply();
  }
}

function missed(row) {
  return row.r.filter((why, at) => why && row.v[at] !== "s").join("; ");
}

function result(row) {
  if (row.v.includes("v")) return "missed";
  return row.v && !row.v.includes("u") ? "met" : "undetermined";
}
