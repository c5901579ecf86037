// The frontier: accuracy in distribution against accuracy under shift, along alpha. What follows
// alpha is on a layer of its own, so that the rest is painted once.

const REACH = 28; // pixels from the pointer to a point that it still means

function makePlane(root, live, tip) {
  const section = root.querySelector(".frontier");
  const figure = section.querySelector(".plane");
  const [still, moving] = [".still", ".moving"].map((part) => figure.querySelector(part));
  let view = null;
  let plan = null;
  let parts = null;

  function build(next) {
    view = next;
    const empty = view.plane === null;
    write(section.querySelector("h2"), view.title);
    write(section.querySelector(".missing"), view.missing);
    section.querySelector(".missing").hidden = !empty;
    for (const part of [".about", ".plane"]) section.querySelector(part).hidden = empty;
    plan = null;
    if (empty) return;
    const sets = `${view.plane.x.title} against ${view.plane.y.title}`;
    put(still, "aria-label", `Accuracy at every alpha, ${sets}`);
  }

  function layout() {
    if (view.plane === null) return;
    const width = figure.clientWidth;
    for (const svg of [still, moving]) {
      svg.replaceChildren();
      put(svg, "width", String(width));
      put(svg, "height", String(HEIGHT));
    }
    plan = planOf(view, width, live.hidden);
    drawStill(still, view, plan);
    const placed = placeNames(root, still, view, plan);
    plan.places = placed.moving;
    parts = drawMoving(placed.names);
  }

  function drawMoving(names) {
    const { area, lines, xTicks, yTicks } = plan;
    const tick = (kind, at, text, x, y) => ({
      at,
      half: textWidth(root, text, SMALL) / 2,
      element: add(moving, "text", { class: `tick ${kind}`, x, y }, text),
    });
    const unit = (text, here) => (here ? `${text}${THIN}%` : text);
    const [under, beside] = [area[3] + 21, area[0] - 12];
    return {
      xTicks: thinned(xTicks.map(([x, text], i) => tick("x", x, unit(text, i === 0), x, under))),
      yTicks: yTicks.map(([y, text], i) =>
        tick("y", y, unit(text, i === yTicks.length - 1), beside, y),
      ),
      drops: add(moving, "path", { class: "drops" }),
      xValue: add(moving, "text", { class: "tick x value", y: under }),
      yValue: add(moving, "text", { class: "tick y value", x: beside }),
      cross: add(moving, "path", { class: "cross" }),
      names: names.map((name) => ({ ...name, element: drawName(name) })),
      dots: drawDots(moving, lines),
      compared: add(moving, "circle", { class: "compared", r: 15 }),
      pointed: add(moving, "circle", { class: "pointed", r: 8, visibility: "hidden" }),
      here: drawHere(moving, 11),
      name: add(moving, "text", { class: "label", "font-size": LARGE }),
    };
  }

  function drawName({ text, kind, size, weight, colour, box }) {
    const [x, y] = [box[0], (box[1] + box[3]) / 2];
    const look = colour ? { style: `fill: ${colour}; font-weight: ${weight}` } : {};
    const place = { class: `label ${kind}`, x, y, "font-size": size, ...look };
    return add(moving, "text", place, text);
  }

  function show(index) {
    if (plan === null) return;
    const { area, curve, crosses } = plan;
    const [cx, cy] = curve[index];
    showHere(parts.here, curve[index], view.alphas[index], live.isExact(index));
    put(parts.drops, "d", line([[area[0], cy], [cx, cy], [cx, area[3]]]));
    put(parts.cross, "d", crosses[index].map(line).join(""));
    showDots(parts.dots, index);
    showCompared(index);
    showValues(index);
    showNames(index);
  }

  /** The accuracies of the alpha in hand at the axes, in place of the ticks beside them. */
  function showValues(index) {
    const [cx, cy] = plan.curve[index];
    write(parts.xValue, tenths(view.plane.x.accuracy[index]));
    put(parts.xValue, "x", cx.toFixed(1));
    write(parts.yValue, tenths(view.plane.y.accuracy[index]));
    put(parts.yValue, "y", cy.toFixed(1));
    for (const { element, at, half } of parts.xTicks) {
      element.classList.toggle("hidden", Math.abs(at - cx) < half + 22);
    }
    for (const { element, at } of parts.yTicks) {
      element.classList.toggle("hidden", Math.abs(at - cy) < 16);
    }
  }

  /** Its name; those of other alphas make room for it, for its mark and for its cross. */
  function showNames(index) {
    const [cx, cy] = plan.curve[index];
    const [[left, right], [low, high]] = plan.crosses[index];
    const box = plan.places[index];
    write(parts.name, `α ${coefficient(view.alphas[index])}`);
    put(parts.name, "x", box[0].toFixed(1));
    put(parts.name, "y", ((box[1] + box[3]) / 2).toFixed(1));
    const covered = [
      box,
      [cx - 13, cy - 13, cx + 13, cy + 13],
      [left[0], cy - 2, right[0], cy + 2],
      [cx - 2, high[1], cx + 2, low[1]],
    ];
    for (const { element, box: other, stays } of parts.names) {
      element.classList.toggle("hidden", !stays && covered.some((each) => overlap(other, each)));
    }
  }

  /** A ring around the end that the sentence names when it tells of a change. */
  function showCompared(index) {
    const spans = view.sentence.forms[view.sentence.form[index]].flat();
    const named = spans.find(([, kind]) => kind in SHAPES)?.[1];
    const end = endsAmong(view.alphas).find(([name]) => name === named);
    put(parts.compared, "visibility", end ? "visible" : "hidden");
    if (end) moveTo(parts.compared, plan.curve[end[1]]);
  }

  /** The point that is under the pointer, as its line and index, or null. */
  function pointed(event) {
    if (plan === null) return null;
    const corner = figure.getBoundingClientRect();
    const [x, y] = [event.clientX - corner.left, event.clientY - corner.top];
    let best = null;
    for (const line of [run(), ...plan.lines]) {
      for (const [index, point] of line.points.entries()) {
        // An evaluated point is meant rather than the interpolated ones on either side of it.
        const away = Math.hypot(point[0] - x, point[1] - y) - (line.isExact(index) ? 4 : 0);
        if (away < REACH && (best === null || away < best.away)) best = { line, index, away };
      }
    }
    return best;
  }

  /** The run as a line like those beside it. */
  function run() {
    const { x, y } = view.plane;
    const title = view.plane.lines.some(isRun) ? view.name : "";
    const isExact = (index) => live.isExact(index);
    return { title, alphas: view.alphas, points: plan.curve, isExact, x, y };
  }

  /** Point out a point and tell of it, or of none. */
  function point(found) {
    figure.classList.toggle("pointing", found !== null);
    if (plan === null) return;
    put(parts.pointed, "visibility", found === null ? "hidden" : "visible");
    if (found === null) {
      tip.hide();
      return;
    }
    const [x, y] = found.line.points[found.index];
    moveTo(parts.pointed, [x, y]);
    tip.show([figure.offsetLeft + x, figure.offsetTop + y], told(found));
  }

  function told({ line, index }) {
    const rows = [line.x, line.y].map((side, i) => {
      const which = valueAt(side.which, index);
      const title = [view.plane.x, view.plane.y][i].title;
      return [
        which ? `${title}, ${which}` : title,
        `${percent(side.accuracy[index])} (${tenths(side.from[index])}–${tenths(side.to[index])}),`,
        `${thousands(valueAt(side.count, index))} images`,
      ];
    });
    const name = `α ${coefficient(line.alphas[index])}`;
    const what = [line.title, line.isExact(index) ? "" : "interpolated"];
    return [[name, what.filter(Boolean).join(", ")], ...rows];
  }

  figure.addEventListener("pointermove", (event) => point(pointed(event)));
  figure.addEventListener("pointerleave", () => point(null));
  figure.addEventListener("click", (event) => {
    const found = pointed(event);
    if (found === null) return;
    live.go(live.nearest(found.line.alphas[found.index]));
    live.settle();
  });

  return { build, layout, show };
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
