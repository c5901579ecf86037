// Where everything of the frontier stands, in pixels: found once a layout, and drawn by others.

const STEPS = 10000; // of an axis (wiseft/app/live/places.py)
const HEIGHT = 500;
const MARGIN = { left: 54, right: 18, top: 22, bottom: 62 };

/** The places of a view in a figure of some width, without what is hidden. */
function planOf(view, width, hidden) {
  const { x, y, equal } = view.plane;
  const area = [MARGIN.left, MARGIN.top, width - MARGIN.right, HEIGHT - MARGIN.bottom];
  const across = (steps) => area[0] + (steps / STEPS) * (area[2] - area[0]);
  const upwards = (steps) => area[3] - (steps / STEPS) * (area[3] - area[1]);
  const path = (xs, ys) => xs.map((steps, i) => [across(steps), upwards(ys[i])]);
  const curve = path(x.at, y.at);
  const ends = endsAmong(view.alphas).map(([, index]) => curve[index]);
  return {
    area,
    curve,
    lines: view.plane.lines
      .filter(({ name }) => !hidden.has(name))
      .map((each) => placedLine(each, view.alphas, path)),
    equal: equal && path(...equal),
    chord: ends.length === 2 && !hidden.has(CHORD.name) ? ends : null,
    xTicks: x.ticks.map(([steps, text]) => [across(steps), text]),
    yTicks: y.ticks.map(([steps, text]) => [upwards(steps), text]),
    crosses: curve.map(([cx, cy], i) => {
      const [left, right] = [x.low[i], x.high[i]].map((at) => clip(across(at), area[0], area[2]));
      const [low, high] = [y.low[i], y.high[i]].map((at) => clip(upwards(at), area[1], area[3]));
      return [[[left, cy], [right, cy]], [[cx, low], [cx, high]]];
    }),
  };
}

function clip(value, from, to) {
  return Math.min(Math.max(value, from), to);
}

/** What is drawn once: the axes, the guides, the curves and the two ends. */
function drawStill(svg, view, plan) {
  const { area, curve, lines, equal, chord, xTicks, yTicks } = plan;
  const across = (at) => `M${area[0] - 8} ${at}H${area[2]}`;
  for (const [at] of yTicks) add(svg, "path", { class: "grid", d: across(at) });
  add(svg, "path", { class: "axis", d: across(area[3]) });
  for (const [at] of xTicks) add(svg, "path", { class: "axis", d: `M${at} ${area[3]}v5` });
  const same = view.plane.x.title === view.reference ? "" : ", same classes";
  const title = { class: "title", x: area[2], y: HEIGHT - 8 };
  add(svg, "text", title, `Correct in distribution${same} →`);
  if (equal) add(svg, "path", { class: "equal", d: line(equal) });
  if (chord) add(svg, "path", { class: "chord", d: line(chord) });
  drawLines(svg, lines, curve, view.alphas);
  drawRamp(svg, view.alphas, curve, 0.02);
  drawEvaluated(svg, view, curve);
  for (const [end, index] of endsAmong(view.alphas)) {
    drawEnd(svg, end, curve[index], end === "zeroshot" ? 11 : 9.5);
  }
}

/** A point for each alpha that was evaluated, smaller where they are many. */
function drawEvaluated(svg, view, curve) {
  const inner = view.exact.filter((index) => ![0, 1].includes(view.alphas[index]));
  const r = inner.length > 40 ? 2.5 : 4;
  for (const index of inner) {
    const [cx, cy] = curve[index];
    const colour = `stroke: ${ramp(view.alphas[index])}`;
    add(svg, "circle", { class: "evaluated", cx, cy, r, style: colour });
  }
}
