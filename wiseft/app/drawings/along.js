// Lines, areas and bars over alpha. Moving alpha moves a rule and the circles on the lines alone.

const ROOM = { left: 54, right: 22, top: 54, bottom: 72, leader: 20, row: 18 };

function makeAlong(figure, spec, width) {
  const plan = alongPlan(figure, spec, width);
  const [still, moving] = layersOf(figure, spec, width);
  drawAlong(still, spec, plan);
  const lines = spec.layers.filter(({ mark, heavy }) => mark === "line" && heavy);
  const compared = add(moving, "path", { class: "rule versus" });
  const rule = add(moving, "path", { class: "rule" });
  const name = add(moving, "text", { class: "label middle", "font-size": 15, y: ROOM.top - 10 });
  const callout = add(moving, "text", { class: "label", "font-size": 14 });
  const marks = lines.map(() => drawHere(moving, 7));
  const exact = new Set(spec.exact);
  const { area, across, upwards } = plan;

  function show(alpha, versus) {
    const stroke = (at) => `M${across(at).toFixed(2)} ${area[1]}V${area[3]}`;
    put(compared, "d", versus === null ? "" : stroke(versus));
    put(rule, "d", stroke(alpha));
    write(name, `α ${coefficient(alpha)}`);
    put(name, "x", across(alpha).toFixed(1));
    const index = nearestIn(spec.alphas, alpha);
    const at = across(spec.alphas[index]);
    const known = Math.abs(spec.alphas[index] - alpha) < 1e-6;
    for (const [i, { values }] of lines.entries()) {
      const shown = known && values[index] !== null;
      put(marks[i], "visibility", shown ? "visible" : "hidden");
      if (!shown) continue;
      showHere(marks[i], [at, upwards(values[index])], alpha, exact.has(index));
    }
    if (spec.callouts.length) showCallout(at, index);
  }

  /** A text over the band at the alpha in hand, where no line runs. */
  function showCallout(at, index) {
    const late = at > (area[0] + area[2]) / 2;
    const top = spec.layers.find(({ mark }) => mark === "area").high[index];
    write(callout, spec.callouts[index]);
    put(callout, "text-anchor", late ? "end" : "start");
    put(callout, "x", (at + (late ? -9 : 9)).toFixed(1));
    put(callout, "y", (upwards(top) - 13).toFixed(1));
  }

  /** What is told of the alpha, or the step, at a point; null beside the plot. */
  function tell(x, y) {
    if (x < area[0] - 8 || x > area[2] + 8 || y < area[1] || y > area[3]) return null;
    const places = spec.alphas.map(across);
    if (spec.layers.some(({ mark }) => mark === "bars")) return tellStep(places, x);
    const index = nearestIn(places, x);
    const told = spec.layers.filter((layer) => layer.told.length && layer.told[index] !== NOTHING);
    const point = [places[index], area[1] + 12];
    return { point, lines: [head(index), ...told.map((layer) => lineOf(layer, index))] };
  }

  function head(index) {
    return [`α ${coefficient(spec.alphas[index])}`, exact.has(index) ? "" : "interpolated"];
  }

  function tellStep(places, x) {
    const after = places.findIndex((place) => place > x);
    const step = after < 0 ? places.length - 2 : Math.max(after - 1, 0);
    const [from, to] = [step, step + 1].map((index) => coefficient(spec.alphas[index]));
    const point = [(places[step] + places[step + 1]) / 2, area[1] + 12];
    const told = spec.layers.filter(({ mark }) => mark === "bars");
    return { point, lines: [[`α ${from} to ${to}`, ""], ...told.map((layer) => lineOf(layer, step))] };
  }

  return { show, tell };
}

/** A value, and what it is of. */
function lineOf({ title, told }, index) {
  return Array.isArray(told[index]) ? told[index] : [told[index], title];
}

/** Two layers as large as the figure: what stays, and what moves. */
function layersOf(figure, { height, label }, width) {
  const size = { width, height };
  const still = add(figure, "svg", { class: "still", role: "img", "aria-label": label, ...size });
  return [still, add(figure, "svg", { class: "moving", "aria-hidden": "true", ...size })];
}

/** Where everything stands, in pixels. */
function alongPlan(figure, spec, width) {
  const most = 0.34 * width;
  const wide = ({ title, heavy }) => textWidth(figure, title, SMALL, heavy ? 600 : 400);
  const cut = (each) => (wide(each) > most ? fitted(figure, each.title, most, SMALL) : each.title);
  const named = spec.layers
    .filter(({ mark, title }) => mark === "line" && title)
    .map((each) => ({ ...each, title: cut(each) }));
  const names = named.length ? Math.max(...named.map(wide)) + ROOM.leader + 8 : 0;
  const atStart = named.length > 1 && endAlike(named, spec.range);
  const [before, after] = atStart ? [names, ROOM.left - 10] : [ROOM.left, Math.max(names, ROOM.right)];
  const area = [before, ROOM.top, width - after, spec.height - ROOM.bottom];
  const [first, last] = [spec.alphas[0], spec.alphas.at(-1)];
  const pad = Math.max(0.02 * (last - first), 0.01);
  const scale = (area[2] - area[0]) / (last - first + 2 * pad);
  const across = (alpha) => area[0] + (alpha - first + pad) * scale;
  const [low, high] = spec.range;
  const upwards = (value) => area[3] - ((value - low) / (high - low)) * (area[3] - area[1]);
  return { area, across, upwards, named, atStart, ends: [first - pad, last + pad] };
}

/** Whether lines end so close together that their names are better written where they begin. */
function endAlike(lines, [low, high]) {
  const last = lines.map(({ values }) => values.at(-1)).filter((value) => value !== null);
  return Math.max(...last) - Math.min(...last) < 0.01 * (high - low);
}

function drawAlong(svg, spec, plan) {
  const { area, across, upwards, ends, atStart } = plan;
  drawGround(svg, area, spec.alphas, across);
  const ticks = spec.ticks.map(([value, text]) => [upwards(value), text]);
  if (atStart) drawUpwardsAtTheRight(svg, area, ticks);
  else drawUpwards(svg, area, ticks);
  const fifths = [];
  for (let at = Math.ceil(5 * ends[0]); at <= 5 * ends[1]; at += 1) fifths.push(at / 5);
  drawAlphas(svg, area, spec.alphas, across, fifths.map((at) => [across(at), String(at)]));
  for (const layer of spec.layers) DRAWN[layer.mark](svg, spec, plan, layer);
  if (spec.below) {
    add(svg, "path", { class: "axis", d: `M${area[0]} ${upwards(0)}H${area[2]}` });
    add(svg, "text", { class: "title", x: 0, y: spec.height - 7 }, `↓ ${spec.below}`);
  }
  add(svg, "text", { class: "title", x: 0, y: 14 }, `↑ ${spec.title}`);
  add(svg, "text", { class: "title end", x: area[2] + 8, y: spec.height - 7 }, "Mixing coefficient α →");
  nameLines(svg, spec, plan);
  for (const { text, alpha, value } of spec.words) {
    add(svg, "text", { class: "words", x: across(alpha), y: upwards(value) }, text);
  }
}

function drawUpwardsAtTheRight(svg, area, ticks) {
  for (const [y, text] of ticks) {
    add(svg, "path", { class: "grid", d: `M${area[0]} ${y}H${area[2] + 8}` });
    add(svg, "text", { class: "tick y start", x: area[2] + 12, y }, text);
  }
}

const DRAWN = {
  bars(svg, spec, { across, upwards }, { values, colour }) {
    const group = add(svg, "g", { style: `fill: ${colour}` });
    for (const [i, value] of values.entries()) {
      const [from, to] = [across(spec.alphas[i]), across(spec.alphas[i + 1])];
      const [top, bottom] = [upwards(Math.max(value, 0)), upwards(Math.min(value, 0))];
      const box = { x: from + 0.1 * (to - from), y: top, width: 0.8 * (to - from), height: bottom - top };
      if (value) add(group, "rect", box);
    }
  },
  area(svg, spec, plan, { low, high, colour, opacity }) {
    const edge = [...pointsOf(spec, plan, low), ...pointsOf(spec, plan, high).reverse()];
    const look = `fill: ${colour}; opacity: ${opacity}`;
    if (edge.length) add(svg, "path", { d: `${line(edge)}Z`, style: look });
  },
  line(svg, spec, plan, { values, colour, heavy }) {
    const points = pointsOf(spec, plan, values);
    const look = `stroke: ${colour}; stroke-width: ${heavy ? 3 : 1.5}px`;
    if (points.length > 1) add(svg, "path", { class: "line", d: line(points), style: look });
    else for (const [cx, cy] of points) add(svg, "circle", { cx, cy, r: 4, style: `fill: ${colour}` });
  },
};

/** The points of values over alpha, without those that are not known. */
function pointsOf({ alphas }, { across, upwards }, values) {
  const known = [...values.keys()].filter((index) => values[index] !== null);
  return known.map((index) => [across(alphas[index]), upwards(values[index])]);
}

function nameLines(svg, { alphas }, { area, across, upwards, named, atStart }) {
  const at = atStart ? 0 : alphas.length - 1;
  const known = named.filter(({ values }) => values[at] !== null);
  const ends = known.map(({ values }) => [across(alphas[at]), upwards(values[at])]);
  const heights = spreadOut(ends.map(([, y]) => y), ROOM.row, area[3]);
  const to = across(alphas[at]) + (atStart ? -ROOM.leader : ROOM.leader);
  drawNames(svg, known, ends, heights, to);
}
