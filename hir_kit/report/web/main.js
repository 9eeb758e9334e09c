"use strict";
async function unpacked() {
  const text = document.getElementById("data").textContent.trim();
  const packed = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function start(data) {
  const { numbers } = data, main = document.getElementById("main"), tabs = document.getElementById("tabs");
  const total = (n, noun) => n ? `${count(n)} ${noun}${n === 1 ? "" : "s"}` : null, sum = (of) => numbers.runs.reduce((all, run) => all + (of(run) || 0), 0);
  document.getElementById("about").textContent = [numbers.runs.length > 1 ? `${numbers.runs.length} runs` : null, total(sum((run) => run.rollouts), "rollout"),
    total(sum((run) => run.replays.count), "replay"), total(sum((run) => run.refused.count), "refused response")].filter(Boolean).join(", ");
  const view = browser(data);
  const pick = (wanted) => { if (sections.rows) { select("rows"); view.set(wanted); } };
  const each = (part, wanted = () => true) => numbers.runs.flatMap((run, place) => wanted(run)
    ? [numbers.runs.length > 1 && part !== overview ? el("h2", {}, run.name) : null, ...part(run, (filters) => pick({ ...filters, run: numbers.runs.length > 1 ? place : "" }))] : []).filter(Boolean);
  const sections = { overview: ["Overview", () => each(overview)] };
  if (numbers.runs.some((run) => run.by.length)) sections.constraints = ["Accuracies", () => each(constraints, (run) => run.by.length)];
  if (numbers.runs.some((run) => run.replays.count || run.refused.count)) sections.replays = ["Replays", () => each(replays, (run) => run.replays.count || run.refused.count)];
  if (numbers.comparisons.length) sections.comparison = ["Comparison", () => numbers.comparisons.flatMap((one) => comparison(one, pick)).filter(Boolean)];
  if (numbers.runs.some((run) => run.online.length)) sections.online = ["Online run", () => each(online, (run) => run.online.length)];
  if (data.rows.length) sections.rows = ["Rows", () => [view.element]];

  function select(name) {
    for (const tab of tabs.children) {
      const is = tab.id === "tab-" + name;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
    }
    main.setAttribute("aria-labelledby", "tab-" + name);
    main.replaceChildren(...sections[name][1]());
    if (name === "rows") view.draw();
    if (location.hash.slice(1) !== name) history.replaceState(null, "", "#" + name);
  }

  main.setAttribute("role", "tabpanel");
  tabs.append(...Object.entries(sections).map(([name, [title]]) =>
    el("button", { role: "tab", id: "tab-" + name, "aria-controls": "main", onclick: () => select(name) }, title)));
  tabs.addEventListener("keydown", (event) => {
    const all = [...tabs.children], at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    const next = all[(to + all.length) % all.length];
    next.focus(); next.click(); event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || !sections.rows) return;
    select("rows"); view.focusSearch(); event.preventDefault();
  });
  view.apply();
  const wanted = location.hash.slice(1);
  select(Object.hasOwn(sections, wanted) ? wanted : "overview");
  document.body.dataset.ready = "yes";
}

unpacked().then(start).catch((error) => {
  document.getElementById("main").textContent = `The page could not be shown: ${error.message}. A browser of 2023 or later is needed.`;
});
