"use strict";
// The sections of the page, each made of the numbers of one run. `pick` opens the rows behind one.
function tile(title, share, note) {
  return el("div", { class: "card" }, el("span", {}, title), el("b", {}, share ? percent(share.value) : "–"),
    whisker(share, 170), el("span", {}, share ? `95 %: ${range(share)}` : "nothing is decided"), note ? el("span", {}, note) : null);
}

function overview(run) {
  const made = [el("h2", {}, run.name), el("p", { class: "note" },
    `${run.rollouts ? `${counted(run.rollouts, "rollout")} of ${counted(run.instructions, "instruction")}` : "no rollouts but those that were replayed or refused"}, from ${run.files.join(", ")}`)];
  const ways = Object.entries(run.accuracy).filter(([, way]) => way);
  if (run.rollouts) made.push(el("div", { class: "cards" }, ways.map(([way, found]) => [
    tile(`all met (ILA), ${way}`, found.ila, found.undetermined ? `${counted(found.undetermined, "rollout")} undetermined` : null),
    tile(`constraints met (CLA), ${way}`, found.cla)])));
  const groups = Object.entries(run.groups).filter(([, n]) => n);
  const left = el("div", {}), right = el("div", {});
  if (groups.length) {
    const classes = { "all-failed": "missed", mixed: "accent", "all-passed": "met", undetermined: "unknown" };
    left.append(el("h2", {}, "Groups"), el("p", { class: "note" }, "Only mixed groups give GRPO a gradient."),
      stack(groups.map(([name, n]) => [classes[name], n]), 460),
      legend(groups.map(([name, n]) => [classes[name], `${name} ${count(n)}`])));
  }
  if (run.lengths.bins.length) right.append(el("h2", {}, "Lengths"),
    el("p", { class: "note" }, `Words of a response; median ${number(run.lengths.median.met)} where all was met, ${number(run.lengths.median.missed)} where something was not.`),
    histogram(run.lengths.bins, "Lengths in words"), legend([["met", "all met"], ["missed", "something missed"], ["unknown", "undetermined"]].filter(([name]) => run.lengths.bins.some((bin) => bin[name]))));
  made.push(el("div", { class: "two" }, left, right));
  if (run.unknown.length) made.push(el("h2", {}, "Unknown verdicts, and why"), table("Unknown verdicts", [
    { title: "constraint", name: true, cell: (row) => broken(row.id) }, { title: "reason", name: true, cell: (row) => row.reason },
    { title: "verdicts", numbers: true, cell: (row) => count(row.count), sort: (row) => row.count }], run.unknown));
  if (run.rejected.count) made.push(el("h2", {}, "Rejected rows"), el("p", { class: "note" }, `${counted(run.rejected.count, "row")} could not be used.`),
    table("Rejected rows", [{ title: "row", name: true, cell: (row) => `${row.file}:${row.line}` },
      { title: "reason", name: true, cell: (row) => row.reason }], run.rejected.rows));
  return made;
}

function shares(part, pick) {
  const loose = part.rows.some((row) => row.loose);
  return table(part.title, [
    { title: part.title, name: true, sort: (row) => row.name,
      cell: (row) => part.title === "constraint" ? el("button", { onclick: () => pick({ constraint: row.name, status: "violated" }), title: "show the responses that violate it" }, broken(row.name)) : row.name },
    { title: "met", numbers: true, cell: (row) => row.strict ? percent(row.strict.value) : "–", sort: (row) => row.strict ? row.strict.value : -1 },
    { title: "95 %", numbers: true, cell: (row) => range(row.strict) },
    { title: "", cell: (row) => whisker(row.strict) },
    ...(loose ? [{ title: "loose", numbers: true, cell: (row) => row.loose ? percent(row.loose.value) : "–", sort: (row) => row.loose ? row.loose.value : -1 },
      { title: "95 %", numbers: true, cell: (row) => range(row.loose) }] : []),
    ...["satisfied", "violated", "unknown"].map((name) => ({ title: part.title === "constraint" ? name : { satisfied: "passed", violated: "failed", unknown: "open" }[name],
      numbers: true, cell: (row) => count(row[name]), sort: (row) => row[name] })),
  ], part.rows);
}

function constraints(run, pick) {
  const made = run.by.flatMap((part) => [el("h2", {}, `By ${part.title}`),
    el("p", { class: "note" }, part.title === "constraint" ? "Share of verdicts that are satisfied." : "Share of responses that meet everything."), shares(part, pick)]);
  if (run.together.length) made.push(el("h2", {}, "Which constraints fail together"),
    el("p", { class: "note" }, "Of the responses that were asked for both: how many miss both, and how many would if one had nothing to do with the other."),
    table("Constraints that fail together", [
      { title: "constraint", name: true, cell: (row) => broken(row.one), sort: (row) => row.one }, { title: "and", name: true, cell: (row) => broken(row.other), sort: (row) => row.other },
      { title: "asked for both", numbers: true, cell: (row) => count(row.asked), sort: (row) => row.asked },
      { title: "both missed", numbers: true, cell: (row) => count(row.both), sort: (row) => row.both },
      { title: "by chance", numbers: true, cell: (row) => row.expected.toFixed(1), sort: (row) => row.expected }], run.together));
  return made;
}

function replays(run, pick) {
  const { replays: found, refused } = run;
  const made = [el("div", { class: "cards" },
    [["replays", found.count], ["of them with something relaxed", found.relaxed], ["refused", refused.count]].map(([title, n]) =>
      el("div", { class: "card" }, el("span", {}, title), n === null ? el("span", { class: "none" }, "not given") : el("b", {}, count(n)))),
    found.kept ? el("div", { class: "card" }, el("span", {}, "kept share of constraints, mean"), el("b", {}, percent(found.kept.mean)), el("span", {}, `from ${percent(found.kept.least)} to ${percent(found.kept.most)}`)) : null)];
  const names = (title, rows, key, filter) => rows.length ? el("div", {}, el("h2", {}, title), table(title, [
    { title: key, name: true, cell: (row) => filter ? el("button", { onclick: () => pick(filter(row)) }, row.name) : broken(row.name), sort: (row) => row.name },
    { title: "replays", numbers: true, cell: (row) => count(row.count), sort: (row) => row.count },
    { title: "", cell: (row) => stack([["accent", row.count], ["line", found.count - row.count]], 120) }], rows)) : null;
  made.push(el("div", { class: "two" }, names("By strategy", found.by, "strategy", (row) => ({ kind: "replay", rewriter: row.name })),
    names("What was dropped", found.dropped, "constraint")));
  if (refused.reasons.length) made.push(el("h2", {}, "Refusals"), table("Refusals", [
    { title: "strategy", cell: (row) => row.rewriter, sort: (row) => row.rewriter }, { title: "reason", cell: (row) => row.code, sort: (row) => row.code },
    { title: "responses", numbers: true, cell: (row) => count(row.count), sort: (row) => row.count },
    { title: "for example", name: true, cell: (row) => row.example }], refused.reasons));
  return made;
}

function between(found) { return found.low === null ? "n/a" : `${signed(found.low)} to ${signed(found.high)}`; }

function comparison(one, pick) {
  const share = (title, found) => el("div", { class: "card" }, el("span", {}, title), el("b", {}, found ? signed(found.difference) : "–"),
    el("span", {}, found ? `points, 95 %: ${between(found)}` : "nothing to compare"),
    found && found.low !== null ? el("span", {}, found.low > 0 || found.high < 0 ? "the interval leaves out 0" : "the interval holds 0") : null);
  return [el("h2", {}, `${one.other} against ${one.one}`),
    el("p", { class: "note" }, `${counted(one.instructions, "instruction")} ${one.instructions === 1 ? "is" : "are"} in both. Intervals are paired: the same instructions are drawn for both.`),
    el("div", { class: "cards" }, share("all met (ILA)", one.ila), share("constraints met (CLA)", one.cla),
      el("div", { class: "card" }, el("span", {}, "rows that changed, of " + count(one.rows)),
        ["better", "worse"].map((way) => el("span", {}, el("button", { class: "link", onclick: () => pick({ changed: `${one.one}|${one.other}|${way}` }) }, `${count(one[way])} ${way}`))))),
    one.constraints.length ? table("Differences by constraint", [
      { title: "constraint", name: true, cell: (row) => broken(row.name), sort: (row) => row.name },
      { title: one.one, numbers: true, cell: (row) => percent(row.before), sort: (row) => row.before },
      { title: one.other, numbers: true, cell: (row) => percent(row.after), sort: (row) => row.after },
      { title: "difference", numbers: true, cell: (row) => signed(row.difference), sort: (row) => row.difference },
      { title: "95 %", numbers: true, cell: between }], one.constraints) : null];
}

function online(run) {
  return [el("p", { class: "note" }, "As the run logged them; the same numbers stand in trainer_state.json."),
    el("div", { class: "two" }, run.online.map((chart) => lines(chart.title, chart.series)))];
}
