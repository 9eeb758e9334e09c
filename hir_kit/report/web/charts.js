"use strict";
// A share with its interval, on a line from 0 to 100 %.
function whisker(share, width = 150) {
  if (!share) return "–";
  const x = (value) => 4 + value * (width - 8);
  return svg("svg", { width, height: 16, viewBox: `0 0 ${width} 16`, role: "img",
    "aria-label": `${percent(share.value)}, ${range(share)}` },
    svg("line", { x1: 4, x2: width - 4, y1: 8, y2: 8, class: "s-line" }),
    share.low === null ? [] : svg("rect", { x: x(share.low), width: Math.max(x(share.high) - x(share.low), 1), y: 4, height: 8, rx: 2, class: "f-accent", opacity: 0.35 }),
    svg("circle", { cx: x(share.value), cy: 8, r: 3.5, class: "f-accent" }));
}

// Parts of a whole: [[class, number], ...].
function stack(parts, width = 150) {
  const total = parts.reduce((sum, part) => sum + part[1], 0);
  let at = 0;
  return svg("svg", { width, height: 14, viewBox: `0 0 ${width} 14`, role: "img",
    "aria-label": parts.map(([name, n]) => `${name} ${n}`).join(", ") },
    parts.map(([name, n]) => {
      const size = total ? n / total * width : 0, made = svg("rect", { x: at, y: 2, width: size, height: 10, class: "f-" + name });
      at += size;
      return made;
    }));
}

function legend(entries) {
  return el("p", { class: "key" }, entries.map(([name, label]) => el("span", {},
    svg("svg", { width: 12, height: 12, "aria-hidden": "true" }, svg("rect", { width: 12, height: 12, rx: 2, class: "f-" + name })), label)));
}

// Bars side by side: bins of {from, to, met, missed, unknown}.
function histogram(bins, label) {
  const width = 460, height = 150, floor = height - 22;
  const most = Math.max(1, ...bins.map((bin) => bin.met + bin.missed + bin.unknown)), step = (width - 8) / bins.length;
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": label },
    bins.map((bin, place) => {
      let at = floor;
      return ["met", "missed", "unknown"].map((name) => {
        const size = bin[name] / most * (floor - 8);
        at -= size;
        return svg("rect", { x: 4 + place * step, y: at, width: Math.max(step - 2, 1), height: size, class: "f-" + name },
          svg("title", {}, `${bin.from} to ${bin.to}: ${name} ${bin[name]}`));
      });
    }),
    svg("line", { x1: 4, x2: width - 4, y1: floor, y2: floor, class: "s-line" }),
    bins.map((bin, place) => place % Math.ceil(bins.length / 6) ? "" :
      svg("text", { x: 4 + place * step, y: height - 6 }, String(bin.from))));
}

// Values as text, with as many digits as tell them apart: at least three.
function apart(values) {
  for (let digits = 3; ; digits += 1) {
    const texts = values.map((value) => value.toPrecision(digits));
    if (digits > 6 || new Set(texts).size === values.length) return texts;
  }
}

// Lines over steps: [{name, points: [[step, value], ...]}, ...], at most three of them.
function lines(title, series) {
  const width = 460, height = 170, left = 46, floor = height - 24;
  const points = series.flatMap((one) => one.points), steps = points.map((p) => p[0]), values = points.map((p) => p[1]);
  const first = Math.min(...steps), last = Math.max(...steps);
  let low = Math.min(...values), high = Math.max(...values);
  if (low === high) { low -= Math.abs(low) * 0.1 || 0.5; high += Math.abs(high) * 0.1 || 0.5; }
  const ticks = apart([low, (low + high) / 2, high]);
  const x = (step) => left + (last === first ? 0.5 : (step - first) / (last - first)) * (width - left - 10);
  const y = (value) => floor - (value - low) / (high - low) * (floor - 10);
  return el("figure", { class: "card" }, el("h3", {}, title),
    svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img",
      "aria-label": series.map((one) => `${one.name}: from ${number(one.points[0][1])} to ${number(one.points.at(-1)[1])}`).join("; ") },
      [low, (low + high) / 2, high].map((value, place) => [
        svg("line", { x1: left, x2: width - 10, y1: y(value), y2: y(value), class: "s-line" }),
        svg("text", { x: left - 5, y: y(value) + 4, "text-anchor": "end" }, ticks[place])]),
      svg("text", { x: left, y: height - 6 }, "step " + first), svg("text", { x: width - 10, y: height - 6, "text-anchor": "end" }, String(last)),
      series.map((one, place) => [
        svg("polyline", { class: "c" + place, points: one.points.map((p) => `${x(p[0])},${y(p[1])}`).join(" ") }),
        one.points.length < 30 ? one.points.map((p) => svg("circle", { cx: x(p[0]), cy: y(p[1]), r: 2.5, class: "c" + place })) : ""])),
    el("p", { class: "key" }, series.map((one, place) => el("span", {},
      svg("svg", { width: 22, height: 8, "aria-hidden": "true" }, svg("line", { x1: 0, x2: 22, y1: 4, y2: 4, class: "c" + place })), one.name))));
}
