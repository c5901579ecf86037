// A row a slice: a ring at the compared alpha, a circle at the one in hand, intervals, the change.

const SLICES = { row: 34, top: 58, right: 66, apart: 12 };

function makeRows(figure, spec, width) {
  const height = SLICES.top + SLICES.row * spec.rows.length + 10;
  const [still] = layersOf(figure, { ...spec, height }, width);
  const widest = Math.max(...spec.rows.map(({ name }) => textWidth(figure, name, 14, 600)));
  const left = Math.min(widest, 0.36 * width) + SLICES.apart;
  const area = [left + 6, SLICES.top, width - SLICES.right, height - 10];
  const across = (tenths) => area[0] + (tenths / 1000) * (area[2] - area[0]);
  drawHeads(still, spec, area, across, width);
  for (const [i, row] of spec.rows.entries()) {
    const y = SLICES.top + SLICES.row * (i + 0.5);
    const name = fitted(figure, row.name, left - SLICES.apart, 14);
    add(still, "text", { class: "slice", x: left - SLICES.apart, y }, name);
    drawSlice(still, spec, row, across, y);
    add(still, "text", { class: `change ${row.kind}`, x: width - 4, y }, row.change);
  }

  function tell(x, y) {
    const row = spec.rows[Math.floor((y - SLICES.top) / SLICES.row)];
    if (!row) return null;
    const top = SLICES.top + SLICES.row * spec.rows.indexOf(row);
    return { point: [across(row.now[1]), top], lines: row.told };
  }

  return { show() {}, tell };
}

function drawHeads(svg, spec, area, across, width) {
  const [one, other] = spec.alphas;
  const key = add(svg, "g");
  add(key, "text", { class: "title", x: area[0] - 6, y: 14 }, spec.title);
  let x = area[0] + 6 + textWidth(svg, spec.title, 14, 600);
  for (const [alpha, filled] of [[one, true], [other, false]]) {
    x += 12;
    drawDot(key, [x, 9.5], alpha, filled);
    const words = `α ${coefficient(alpha)}`;
    add(key, "text", { class: "small", x: x + 10, y: 10 }, words);
    x += 10 + textWidth(svg, words, 13);
  }
  add(svg, "text", { class: "title end", x: width - 4, y: 14 }, "Change, pp");
  for (const at of [0, 250, 500, 750, 1000]) {
    const place = across(at);
    add(svg, "path", { class: "grid", d: `M${place} ${area[1] - 6}V${area[3]}` });
    const text = at === 1000 ? `100${THIN}%` : String(at / 10);
    add(svg, "text", { class: "tick x", x: place, y: area[1] - 14 }, text);
  }
}

function drawSlice(svg, spec, { now, versus, kind }, across, y) {
  const [one, other] = spec.alphas;
  const stroke = (from, to) => `M${across(from)} ${y}H${across(to)}`;
  add(svg, "path", { class: `move ${kind}`, d: stroke(versus, now[1]) });
  add(svg, "path", { class: "interval", d: stroke(now[0], now[2]), style: "stroke: var(--ink)" });
  drawDot(svg, [across(versus), y], other, false);
  drawDot(svg, [across(now[1]), y], one, true);
}

/** The circle of the alpha in hand, or the ring of the compared one. */
function drawDot(svg, [cx, cy], alpha, filled) {
  const hue = ramp(alpha);
  const look = filled ? `fill: ${hue}; stroke: var(--ink)` : `fill: var(--paper); stroke: ${hue}`;
  add(svg, "circle", { class: "mark", cx, cy, r: filled ? 5.5 : 6, style: look });
}
