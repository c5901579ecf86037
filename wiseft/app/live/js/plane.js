// The frontier: accuracy in distribution against accuracy under shift, along alpha. What follows
// alpha is on a layer of its own, so that the rest is painted once.

const STEPS = 10000; // of an axis (wiseft/app/live/places.py)
const HEIGHT = 500;
const MARGIN = { left: 54, right: 18, top: 22, bottom: 62 };
const REACH = 28; // pixels from the pointer to a point that it still means

function makePlane(root, live, tip) {
  const section = root.querySelector(".frontier");
  const figure = section.querySelector(".plane");
  const [still, moving] = [".still", ".moving"].map((part) => figure.querySelector(part));
  let view = null;
  let plan = null;
  let parts = null;
  let width = 0;

  function build(next) {
    view = next;
    write(section.querySelector("h2"), view.title);
    const empty = view.plane === null;
    write(section.querySelector(".missing"), view.missing);
    section.querySelector(".missing").hidden = !empty;
    for (const part of [".about", ".plane"]) section.querySelector(part).hidden = empty;
    const says = `${view.reference} against ${view.plane?.y.title}, along alpha`;
    put(still, "aria-label", `Accuracy of every alpha: ${says}`);
  }

  function layout() {
    if (view.plane === null) return;
    width = figure.clientWidth;
    for (const svg of [still, moving]) {
      svg.replaceChildren();
      put(svg, "width", String(width));
      put(svg, "height", String(HEIGHT));
    }
    const { x, y, equal } = view.plane;
    const area = [MARGIN.left, MARGIN.top, width - MARGIN.right, HEIGHT - MARGIN.bottom];
    const across = (steps) => area[0] + (steps / STEPS) * (area[2] - area[0]);
    const upwards = (steps) => area[3] - (steps / STEPS) * (area[3] - area[1]);
    const path = (side) => x[side].map((steps, i) => [across(steps), upwards(y[side][i])]);
    plan = {
      area,
      across,
      upwards,
      curve: path("at"),
      outputs: x.outputs && live.shows.outputs ? path("outputs") : null,
      equal: equal && equal[0].map((steps, i) => [across(steps), upwards(equal[1][i])]),
    };
    drawStill();
    const labels = placeAll();
    drawMoving(labels);
  }

  function drawStill() {
    const { area, across, upwards, curve, outputs, equal } = plan;
    for (const [steps] of view.plane.y.ticks) {
      add(still, "path", { class: "grid", d: `M${area[0] - 8} ${upwards(steps)}H${area[2]}` });
    }
    add(still, "path", { class: "axis", d: `M${area[0] - 8} ${area[3]}H${area[2]}` });
    for (const [steps] of view.plane.x.ticks) {
      add(still, "path", { class: "axis", d: `M${across(steps)} ${area[3]}v5` });
    }
    const title = view.plane.x.title === view.reference ? "" : ", same classes";
    const words = `Correct in distribution${title} →`;
    add(still, "text", { class: "title", x: area[2], y: HEIGHT - 8 }, words);
    if (equal) add(still, "path", { class: "equal", d: line(equal) });
    if (chord()) add(still, "path", { class: "chord", d: line(chord()) });
    if (outputs) add(still, "path", { class: "outputs", d: line(outputs) });
    drawRamp(still, view.alphas, curve, 0.02);
    drawEvaluated();
    for (const [end, index] of endsAmong(view.alphas)) {
      drawEnd(still, end, curve[index], end === "zeroshot" ? 11 : 9.5);
    }
  }

  /** The straight line between the two models. */
  function chord() {
    const ends = endsAmong(view.alphas);
    return ends.length === 2 ? ends.map(([, index]) => plan.curve[index]) : null;
  }

  function drawEvaluated() {
    const inner = view.exact.filter((index) => ![0, 1].includes(view.alphas[index]));
    const radius = inner.length > 40 ? 2.5 : 4;
    for (const index of inner) {
      const [cx, cy] = plan.curve[index];
      add(still, "circle", {
        class: "evaluated", cx, cy, r: radius, style: `stroke: ${ramp(view.alphas[index])}`,
      });
    }
  }

  /** Places for the labels that stay, clear of what is drawn, and for the one that moves. */
  function placeAll() {
    const { area, curve, outputs, equal } = plan;
    const obstacles = [
      ...samples(curve, 4),
      ...view.exact.map((index) => [...curve[index], 30]),
      ...(chord() ? samples(chord(), 4) : []),
      ...(outputs ? samples(outputs, 4) : []),
      ...(equal ? samples(equal, 3) : []),
      ...drawAlong(),
    ];
    const asked = askedLabels();
    const labels = placeLabels(asked, obstacles, area).flatMap((box, i) =>
      box === null ? [] : [{ ...asked[i], box }],
    );
    plan.here = placesAlong(labels, obstacles);
    return labels;
  }

  function drawLabel({ text, kind, size, box }) {
    const [x, y] = [box[0], (box[1] + box[3]) / 2];
    return add(moving, "text", { class: `label ${kind}`, x, y, "font-size": size }, text);
  }

  /** The name of the chord along it, on the side away from the curve; what it covers. */
  function drawAlong() {
    const ends = chord();
    const text = "straight line between the two";
    const size = 13;
    const [from, to] = ends ?? [[0, 0], [0, 0]];
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    const wide = textWidth(root, text, size);
    if (length < wide + 90) return [];
    const [middle, slope] = [along([from, to], 1, 0.42), Math.atan2(dy, dx)];
    const upright = Math.abs(slope) > Math.PI / 2 ? slope + Math.PI : slope;
    const inside = plan.curve[plan.curve.length >> 1];
    const below = dx * (inside[1] - from[1]) - dy * (inside[0] - from[0]) < 0 === dx > 0;
    const shift = below ? 0.9 * size : -0.45 * size;
    const turn = `translate(${middle}) rotate(${(upright * 180) / Math.PI}) translate(0 ${shift})`;
    add(still, "text", { class: "label quiet middle", transform: turn, "font-size": size }, text);
    const reach = wide / 2 + 6;
    const tips = [-reach, reach].map((away) => [
      middle[0] + away * Math.cos(upright) - shift * Math.sin(upright),
      middle[1] + away * Math.sin(upright) + shift * Math.cos(upright),
    ]);
    return samples(tips, 60, 3);
  }

  /** The labels that are wanted, the most important first. */
  function askedLabels() {
    const { curve, outputs, equal } = plan;
    const label = (text, at, towards, more = {}) => {
      const { size = 13, weight = 400 } = more;
      const width = textWidth(root, text, size, weight);
      return { text, at, towards, size, width, kind: "quiet", distance: 9, optional: true, ...more };
    };
    const name = { size: 15, weight: 600, distance: 13, optional: false, stays: true };
    const ends = endsAmong(view.alphas).map(([end, index]) =>
      end === "zeroshot"
        ? label("Zero-shot", curve[index], [0.5, 1], { ...name, kind: end })
        : label("Fine-tuned", curve[index], [-0.5, 1], { ...name, kind: end }),
    );
    const mixed = outputs
      ? [label(MIXED, outputs[Math.round(0.45 * (outputs.length - 1))], [-0.3, -1], { stays: true })]
      : [];
    const steps = labelled().map((index) =>
      label(String(view.alphas[index]).replace("-", MINUS), curve[index], inwards(index)),
    );
    const same = equal ? [label("y = x", along(equal, 1, 0.9), [-1, -1], { distance: 6 })] : [];
    return [...ends, ...mixed, ...steps, ...same];
  }

  /** The alphas that are named along the curve: about every fifth, or all where they are few. */
  function labelled() {
    const { alphas } = view;
    if (alphas.length < 9) return [...alphas.keys()].filter((i) => ![0, 1].includes(alphas[i]));
    const beyond = [0, alphas.length - 1].filter((i) => alphas[i] < 0 || alphas[i] > 1);
    const fifths = [0.2, 0.4, 0.6, 0.8].map((fifth) => live.nearest(fifth));
    return [...new Set([...fifths, ...beyond])];
  }

  /** From a point of the curve towards the chord. */
  function inwards(index) {
    const [first, last] = [plan.curve[0], plan.curve.at(-1)];
    const middle = along([first, last], 1, 0.5);
    return [middle[0] - plan.curve[index][0], middle[1] - plan.curve[index][1]];
  }

  /** Where the label of each alpha stands when it is the one in hand: beside its neighbours'. */
  function placesAlong(labels, obstacles) {
    const kept = labels.filter(({ stays }) => stays).map(({ box }) => box);
    const size = 17;
    const width = textWidth(root, "α 0.00", size, 600);
    let before = null;
    return plan.curve.map((at, index) => {
      const cross = crossAt(index).flatMap((path) => samples(path, 8));
      const label = { at, size, width, distance: 17, towards: inwards(index) };
      let best = null;
      for (const [turn, { box, reluctance }] of offers(label).entries()) {
        const jump = before === null || before === turn ? 0 : 12;
        const cost =
          reluctance + jump + costOf(box, kept, obstacles, plan.area) + costOf(box, [], cross, plan.area);
        if (best === null || cost < best.cost) best = { box, cost, turn };
      }
      before = best.turn;
      return best.box;
    });
  }

  /** The 95 % cross of an alpha, as far as it is in sight. */
  function crossAt(index) {
    const { area, across, upwards, curve } = plan;
    const { x, y } = view.plane;
    const clip = (value, from, to) => Math.min(Math.max(value, from), to);
    const [cx, cy] = curve[index];
    return [
      [x.low[index], x.high[index]].map((steps) => [clip(across(steps), area[0], area[2]), cy]),
      [y.low[index], y.high[index]].map((steps) => [cx, clip(upwards(steps), area[1], area[3])]),
    ];
  }

  function drawMoving(labels) {
    const { area, across, upwards } = plan;
    const tick = (kind, steps, text, x, y) => {
      const element = add(moving, "text", { class: `tick ${kind}`, x, y }, text);
      return { element, at: steps, half: element.getComputedTextLength() / 2 };
    };
    const xTicks = view.plane.x.ticks.map(([steps, text], i) =>
      tick("x", across(steps), i ? text : `${text}${THIN}%`, across(steps), area[3] + 21),
    );
    const last = view.plane.y.ticks.length - 1;
    const yTicks = view.plane.y.ticks.map(([steps, text], i) =>
      tick("y", upwards(steps), i < last ? text : `${text}${THIN}%`, area[0] - 12, upwards(steps)),
    );
    parts = {
      xTicks: thinned(xTicks),
      yTicks,
      drops: add(moving, "path", { class: "drops" }),
      xValue: add(moving, "text", { class: "tick x value", y: area[3] + 21 }),
      yValue: add(moving, "text", { class: "tick y value", x: area[0] - 12 }),
      cross: add(moving, "path", { class: "cross" }),
      labels: labels.map((label) => ({ ...label, element: drawLabel(label) })),
      mixed: plan.outputs && add(moving, "rect", { class: "mixed", x: -3, y: -3, width: 6, height: 6 }),
      compared: add(moving, "circle", { class: "compared", r: 15 }),
      pointed: add(moving, "circle", { class: "pointed", r: 8, visibility: "hidden" }),
      here: drawHere(moving, 11),
      label: add(moving, "text", { class: "label alpha", "font-size": 17 }),
    };
  }

  /** Only the ticks that have room beside each other. */
  function thinned(ticks) {
    let edge = -Infinity;
    return ticks.filter(({ element, at, half }) => {
      const fits = at - half > edge + 10;
      if (fits) edge = at + half;
      else element.remove();
      return fits;
    });
  }

  function show(index) {
    if (view.plane === null) return;
    const { area, curve, outputs, here } = plan;
    const { x, y } = view.plane;
    const [cx, cy] = curve[index];
    showHere(parts.here, curve[index], view.alphas[index], live.isExact(index));
    put(parts.drops, "d", line([[area[0], cy], [cx, cy], [cx, area[3]]]));
    const cross = crossAt(index);
    put(parts.cross, "d", cross.map(line).join(""));
    write(parts.xValue, tenths(x.accuracy[index]));
    put(parts.xValue, "x", cx.toFixed(1));
    write(parts.yValue, tenths(y.accuracy[index]));
    put(parts.yValue, "y", cy.toFixed(1));
    if (parts.mixed) moveTo(parts.mixed, outputs[index]);
    const compared = comparedWith(index);
    put(parts.compared, "visibility", compared === null ? "hidden" : "visible");
    if (compared !== null) moveTo(parts.compared, curve[compared]);
    for (const { element, at, half } of parts.xTicks) {
      element.classList.toggle("hidden", Math.abs(at - cx) < half + 22);
    }
    for (const { element, at } of parts.yTicks) {
      element.classList.toggle("hidden", Math.abs(at - cy) < 16);
    }
    const box = here[index];
    write(parts.label, `α ${coefficient(view.alphas[index])}`);
    put(parts.label, "x", box[0].toFixed(1));
    put(parts.label, "y", ((box[1] + box[3]) / 2).toFixed(1));
    const [[left, right], [bottom, top]] = cross;
    const covered = [
      box,
      [cx - 13, cy - 13, cx + 13, cy + 13],
      [left[0], cy - 2, right[0], cy + 2],
      [cx - 2, top[1], cx + 2, bottom[1]],
    ];
    for (const { element, box: other, stays } of parts.labels) {
      element.classList.toggle("hidden", !stays && covered.some((each) => overlap(other, each)));
    }
  }

  /** The end that the sentence names when it tells of a change, by its index; or null. */
  function comparedWith(index) {
    const spans = view.sentence.forms[view.sentence.form[index]].flat();
    const end = spans.find(([, kind]) => kind in SHAPES)?.[1];
    return endsAmong(view.alphas).find(([name]) => name === end)?.[1] ?? null;
  }

  /** The alpha whose point is under the pointer, or null. */
  function pointed(event) {
    if (view?.plane == null || !plan) return null;
    const corner = figure.getBoundingClientRect();
    const [x, y] = [event.clientX - corner.left, event.clientY - corner.top];
    let best = null;
    for (const [index, point] of plan.curve.entries()) {
      // An evaluated point is meant rather than the interpolated ones on either side of it.
      const away = Math.hypot(point[0] - x, point[1] - y) - (live.isExact(index) ? 4 : 0);
      if (away < REACH && (best === null || away < best.away)) best = { index, away };
    }
    return best?.index ?? null;
  }

  function tellOf(index) {
    const { x, y } = view.plane;
    const known = live.isExact(index) ? "" : "interpolated";
    const rows = [x, y].map((side) => [
      side.title,
      `${percent(side.accuracy[index])} (${tenths(side.from[index])}–${tenths(side.to[index])}),`,
      `${thousands(side.count)} images`,
    ]);
    const [px, py] = plan.curve[index];
    const at = [figure.offsetLeft + px, figure.offsetTop + py];
    tip.show(at, [[`α ${coefficient(view.alphas[index])}`, known], ...rows]);
  }

  figure.addEventListener("pointermove", (event) => {
    const index = pointed(event);
    figure.classList.toggle("pointing", index !== null);
    if (parts) put(parts.pointed, "visibility", index === null ? "hidden" : "visible");
    if (index === null) {
      tip.hide();
      return;
    }
    moveTo(parts.pointed, plan.curve[index]);
    tellOf(index);
  });
  figure.addEventListener("pointerleave", () => {
    tip.hide();
    if (parts) put(parts.pointed, "visibility", "hidden");
  });
  figure.addEventListener("click", (event) => {
    const index = pointed(event);
    if (index === null) return;
    live.go(index);
    live.settle();
  });

  return { build, layout, show };
}

const MIXED = "outputs mixed instead of weights";

/** The mark of the alpha in hand. */
function drawHere(parent, radius) {
  const group = add(parent, "g", { class: "here" });
  add(group, "circle", { class: "edge", r: radius });
  add(group, "circle", { class: "core", r: radius - 4.5 });
  return group;
}

/** Move it; where the alpha was not evaluated, it is hollow. */
function showHere(group, point, alpha, exact) {
  moveTo(group, point);
  style(group, "--current", ramp(alpha));
  group.classList.toggle("hollow", !exact);
}
