// One share against another: classes at two alphas, and bins of images by their confidence.

const SQUARE = { left: 50, right: 18, top: 40, bottom: 58 };

/** Both axes with the diagonal; where shares stand, in pixels. */
function makeSquare(figure, spec, width) {
  const [still, moving] = layersOf(figure, spec, width);
  const area = [SQUARE.left, SQUARE.top, width - SQUARE.right, spec.height - SQUARE.bottom];
  const [low, high] = spec.range;
  const across = (share) => area[0] + ((share - low) / (high - low)) * (area[2] - area[0]);
  const upwards = (share) => area[3] - ((share - low) / (high - low)) * (area[3] - area[1]);
  const inside = spec.ticks.filter(([share]) => share >= low && share <= high);
  drawUpwards(still, area, inside.map(([share, text]) => [upwards(share), text]));
  add(still, "path", { class: "axis", d: `M${area[0] - 8} ${area[3]}H${area[2]}` });
  for (const [share, text] of inside) {
    add(still, "text", { class: "tick x", x: across(share), y: area[3] + 20 }, text);
  }
  const from = Math.max(low, 0);
  const d = `M${across(from)} ${upwards(from)}L${across(1)} ${upwards(1)}`;
  add(still, "path", { class: "equal", d });
  add(still, "text", { class: "title", x: 0, y: 14 }, `↑ ${spec.title}`);
  const place = { class: "title end", x: area[2] + 8, y: spec.height - 6 };
  add(still, "text", place, `${spec.across} →`);
  return { still, moving, area, across, upwards };
}

/** Rings the nearest of `points`, at most 24 pixels from a place, and returns it; -1 for none. */
function makePointer(parent, points) {
  const ring = add(parent, "circle", { class: "pointed", r: 8, visibility: "hidden" });
  return (x, y) => {
    let [found, least] = [-1, 24];
    for (const [i, point] of points.entries()) {
      const away = Math.hypot(point[0] - x, point[1] - y);
      if (away < least) [found, least] = [i, away];
    }
    put(ring, "visibility", found < 0 ? "hidden" : "visible");
    if (found >= 0) moveTo(ring, points[found]);
    return found;
  };
}

function squareAt(half) {
  return ([x, y]) => `M${(x - half).toFixed(1)} ${(y - half).toFixed(1)}h${2 * half}v${2 * half}h${-2 * half}Z`;
}

function circleAt(radius) {
  const arc = `a${radius} ${radius} 0 1 0`;
  return ([x, y]) => `M${(x - radius).toFixed(1)} ${y.toFixed(1)}${arc}${2 * radius} 0${arc}${-2 * radius} 0`;
}

/** Every class at one alpha against the other: those that clearly change in colour, some named. */
function makeClasses(figure, spec, width) {
  const { still, moving, area, across, upwards } = makeSquare(figure, spec, width);
  const places = spec.x.map((x, i) => [across(x / 1000), upwards(spec.y[i] / 1000)]);
  // A path a kind: of a thousand elements each change would be slow.
  const shapes = { n: ["noise", circleAt(3.5)], g: ["gain", squareAt(4)], l: ["loss", circleAt(4)] };
  for (const [kind, [name, shape]] of Object.entries(shapes)) {
    const d = places.filter((_, i) => spec.kinds[i] === kind).map(shape).join("");
    if (d) add(still, "path", { class: `mark ${name}`, d });
  }
  const labels = spec.named.map((i) => {
    const text = fitted(figure, spec.names[i], 170, SMALL);
    const width = textWidth(figure, text, SMALL, 600);
    const towards = [spec.kinds[i] === "g" ? -1 : 1, 0];
    return { at: places[i], text, size: SMALL, width, distance: 9, towards, optional: true };
  });
  const boxes = placeLabels(labels, places.map((point) => [...point, 20]), area);
  for (const [i, box] of boxes.entries()) {
    if (box === null) continue;
    const place = { class: "label", x: box[0], y: (box[1] + box[3]) / 2, "font-size": SMALL };
    add(still, "text", place, labels[i].text);
  }
  const pointed = makePointer(moving, places);

  function tell(x, y) {
    const i = pointed(x, y);
    if (i < 0) return null;
    const [one, other] = spec.alphas.map(coefficient);
    const lines = [
      [spec.names[i], `${thousands(spec.counts[i])} images`],
      [`α ${one}`, `${percent(spec.y[i])} (${tenths(spec.low[i])}–${tenths(spec.high[i])})`],
      [`α ${other}`, percent(spec.x[i])],
      [`${points(spec.change[i])}${THIN}pp`, spec.kinds[i] === "n" ? "within noise" : "more than noise"],
    ];
    return { point: places[i], lines };
  }

  return { show() {}, tell };
}

/** A reliability diagram: bins with their intervals, filled for the alpha in hand. */
function makeBins(figure, spec, width) {
  const { still, moving, across, upwards } = makeSquare(figure, spec, width);
  const placed = []; // the last one drawn, of the alpha in hand, before the others
  for (const { alpha, filled, x, y, low, high, told } of spec.series) {
    const points = x.map((share, i) => [across(share), upwards(y[i])]);
    const hue = `stroke: ${ramp(alpha)}`;
    const dash = filled ? "" : "; stroke-dasharray: 1.5 3";
    add(still, "path", { class: "interval", d: line(points), style: hue + dash });
    for (const [i, [cx, cy]] of points.entries()) {
      const d = `M${cx} ${upwards(low[i])}V${upwards(high[i])}`;
      add(still, "path", { class: "interval", d, style: hue });
      const fill = filled ? `fill: ${ramp(alpha)}; stroke: var(--ink)` : `fill: var(--paper); ${hue}`;
      add(still, "circle", { class: "mark", cx, cy, r: 4.5, style: fill });
      placed.unshift({ point: [cx, cy], lines: told[i] });
    }
  }
  const pointed = makePointer(moving, placed.map(({ point }) => point));
  return { show() {}, tell: (x, y) => placed[pointed(x, y)] ?? null };
}
