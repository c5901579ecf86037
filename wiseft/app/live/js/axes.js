// What figures over alpha have in common: their ground and axes, and names where lines end.

/** Ticks of the vertical axis, [pixels, text], with a line across. */
function drawUpwards(svg, area, ticks) {
  for (const [y, text] of ticks) {
    add(svg, "path", { class: "grid", d: `M${area[0] - 8} ${y}H${area[2]}` });
    add(svg, "text", { class: "tick y", x: area[0] - 12, y }, text);
  }
}

/** Raised ground where alphas extrapolate. */
function drawGround(svg, area, alphas, across) {
  const beyond = [
    [alphas[0] < 0, area[0], across(0)],
    [alphas.at(-1) > 1, across(1), area[2]],
  ];
  for (const [drawn, from, to] of beyond) {
    if (!drawn) continue;
    const box = { x: from, y: area[1], width: to - from, height: area[3] - area[1] };
    add(svg, "rect", { class: "ground", ...box });
  }
}

/** Alpha from left to right with ticks, [pixels, text], and the names of the ends among `alphas`. */
function drawAlphas(svg, area, alphas, across, ticks) {
  add(svg, "path", { class: "axis", d: `M${area[0] - 8} ${area[3]}H${area[2]}` });
  for (const [x, text] of ticks) {
    add(svg, "text", { class: "tick x", x, y: area[3] + 21 }, text.replace("-", MINUS));
  }
  for (const [end, index] of endsAmong(alphas)) {
    const first = end === "zeroshot";
    const x = across(alphas[index]) + (first ? -8 : 8);
    const place = { class: `label ${end}`, x, y: area[3] + 40, "font-size": SMALL };
    const words = first ? "zero-shot" : "fine-tuned";
    add(svg, "text", { ...place, "text-anchor": first ? "start" : "end" }, words);
  }
}

/** The names of lines beside the points `ends` at which they end; `to` is where names begin. */
function drawNames(svg, lines, ends, heights, to) {
  const side = to > ends[0]?.[0] ? 1 : -1;
  for (const [i, { title, colour, heavy }] of lines.entries()) {
    const [x, y] = ends[i];
    const d = `M${x + 6 * side} ${y}L${to - 4 * side} ${heights[i]}`;
    add(svg, "path", { class: "leader", d, style: `stroke: ${colour}` });
    const place = { x: to, y: heights[i], "text-anchor": side > 0 ? "start" : "end" };
    add(svg, "text", { class: heavy ? "label" : "label quiet", ...place, "font-size": SMALL }, title);
  }
}

/** Heights at least `row` apart and none below `lowest`, each as near as can be to its own. */
function spreadOut(wanted, row, lowest) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const found = [...wanted];
  let edge = -Infinity;
  for (const i of order) edge = (found[i] = Math.max(wanted[i], edge)) + row;
  edge = lowest;
  for (const i of order.reverse()) edge = (found[i] = Math.min(found[i], edge)) - row;
  return found;
}
