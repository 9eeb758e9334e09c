"use strict";
// One rollout: the prompt, each constraint with its verdict, the response with its evidence.
function detailOf(data, row, open) {
  const made = [el("h2", {}, row.i), el("p", { class: "note" }, [row.k, row.w ? `rewritten by ${row.w}` : "", `group ${row.g}`, data.numbers.runs.length > 1 ? data.numbers.runs[row.n].name : ""].filter(Boolean).join(" · "))];
  if (row.o !== undefined && row.p >= 0) made.push(...sides(data.prompts[row.o], data.prompts[row.p]));
  else if (row.p >= 0) made.push(el("h3", {}, "Prompt"), ...messages(data.prompts[row.p]));
  if (row.d) made.push(el("h3", {}, "Dropped"), el("ul", { class: "verdicts" }, row.d.map((one) => el("li", {}, el("del", {}, one)))));
  if (row.a) made.push(el("h3", {}, "Relaxed"), el("ul", { class: "verdicts" }, row.a.map(([from, to]) => el("li", {}, el("del", {}, from), " → ", el("ins", {}, to)))));
  if (row.f) made.push(el("h3", {}, "Refused"), el("ul", { class: "verdicts" }, row.f.map(([name, why]) => el("li", {}, el("b", {}, name), ": ", why))));
  made.push(el("h3", {}, "Constraints"), el("ul", { class: "verdicts" }, [...row.v].map((letter, at) => verdict(data.asked[row.c][at], letter, row.r[at]))));
  if (row.t) return [...made, el("p", { class: "note" }, "A file of verdicts has no prompts and no responses. Given with its dump, they are shown.")];
  made.push(el("h3", {}, "Response"));
  if (row.h) made.push(el("details", {}, el("summary", {}, `thinking, ${count(row.h)} characters`), el("div", { class: "text" }, row.x.slice(0, row.h))));
  made.push(el("div", { class: "text", id: "response" }, marked(row.x, row.h, row.e || [])));
  if (row.m) made.push(el("details", {}, el("summary", {}, "what the dump says besides"), el("div", { class: "text" }, row.m)));
  const others = data.rows.filter((one) => one.g === row.g && one.n === row.n && one !== row);
  if (others.length) made.push(el("h3", {}, "The rest of its group"), el("p", {}, others.slice(0, 32).map((one) => [
    el("button", { class: "link", onclick: () => open(one) }, one.i + (one.k === "rollout" ? "" : ` (${one.k})`)), el("span", { class: { met: "met", missed: "missed", undetermined: "unknown" }[result(one)] }, { met: " ●", missed: " ✕", undetermined: " ?" }[result(one)]), "  "])));
  return made;
}

function messages(prompt) {
  return prompt.map(([role, text]) => el("div", {}, prompt.length > 1 ? el("div", { class: "role" }, role) : null, el("div", { class: "text" }, text)));
}

function sides(before, after) {
  const last = (prompt) => prompt.findLastIndex(([role]) => role === "user");
  const at = Math.max(last(before), 0), to = Math.max(last(after), 0);
  const parts = wordDiff(before[at][1], after[to][1]);
  const side = (kind, tag) => el("div", { class: "text" }, parts.filter(([one]) => one === "same" || one === kind).map(([one, text]) => one === "same" ? text : el(tag, {}, text)));
  return [after.length > 1 ? el("details", {}, el("summary", {}, "the other messages"), messages(after.filter((_, place) => place !== to))) : null,
    el("div", { class: "sides" }, el("div", {}, el("h3", {}, "Asked"), side("cut", "del")), el("div", {}, el("h3", {}, "Asks now"), side("put", "ins")))].filter(Boolean);
}

function verdict(asked, letter, why) {
  const status = { s: "satisfied", v: "violated", u: "unknown" }[letter];
  return el("li", {}, el("span", { class: CLASSES[status] }, MARKS[status] + " "), broken(asked.id || "(a constraint)"), el("span", { class: "pill " + CLASSES[status] }, status),
    asked.text ? el("p", {}, asked.text) : null, asked.kwargs ? el("p", {}, asked.kwargs) : null, why ? el("p", {}, why) : null);
}

// Spans are of the whole text; those that overlap are joined.
function marked(text, from, spans) {
  const made = [];
  let at = from;
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (end <= at) continue;
    made.push(text.slice(at, Math.max(start, at)), el("mark", {}, text.slice(Math.max(start, at), end)));
    at = end;
  }
  return [...made, text.slice(at)];
}
