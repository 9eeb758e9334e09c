"use strict";
// Words that were cut and put: [[kind, text], ...], kind "same", "cut" or "put".
function wordDiff(before, after) {
  const a = before.match(/\s+|[^\s]+/g) || [], b = after.match(/\s+|[^\s]+/g) || [];
  let start = 0, end = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const x = a.slice(start, a.length - end), y = b.slice(start, b.length - end);
  const inner = x.length * y.length > 9e6 ? [["cut", x], ["put", y]] : longest(x, y);
  const parts = merged([["same", a.slice(0, start)], ...inner, ["same", a.slice(a.length - end)]]);
  slide(parts);
  return parts.map(([kind, words]) => [kind, words.join("")]).filter(([, text]) => text);
}

function longest(x, y) {
  const width = y.length + 1, best = new Uint16Array((x.length + 1) * width), parts = [];
  for (let i = x.length - 1; i >= 0; i--) for (let j = y.length - 1; j >= 0; j--) {
    best[i * width + j] = x[i] === y[j] ? best[(i + 1) * width + j + 1] + 1
      : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
  }
  let i = 0, j = 0;
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && x[i] === y[j]) { parts.push(["same", [x[i]]]); i++; j++; }
    else if (j >= y.length || (i < x.length && best[(i + 1) * width + j] >= best[i * width + j + 1])) parts.push(["cut", [x[i++]]]);
    else parts.push(["put", [y[j++]]]);
  }
  return parts;
}

function merged(parts) {
  const found = [];
  for (const [kind, words] of parts) {
    if (!words.length) continue;
    if (found.length && found.at(-1)[0] === kind) found.at(-1)[1].push(...words);
    else found.push([kind, [...words]]);
  }
  return found;
}

// What was cut or put alone goes back to where a sentence begins, where that says the same.
function slide(parts) {
  for (let place = 1; place < parts.length - 1; place++) {
    const [kind, words] = parts[place], before = parts[place - 1], after = parts[place + 1];
    if (kind === "same" || before[0] !== "same" || after[0] !== "same") continue;
    for (let count = 0; count <= Math.min(words.length, before[1].length); count++) {
      if (count && before[1].at(-count) !== words.at(-count)) break;
      const rest = before[1].slice(0, before[1].length - count);
      if (!endsSentence(rest)) continue;
      after[1] = [...words.slice(words.length - count), ...after[1]];
      parts[place][1] = [...before[1].slice(before[1].length - count), ...words.slice(0, words.length - count)];
      before[1] = rest;
      break;
    }
  }
}

function endsSentence(words) {
  const last = words.at(-1);
  return !words.length || (/^\s/.test(last) && (last.includes("\n") || words.length < 2 || /[.!?:;)"']$/.test(words.at(-2))));
}
