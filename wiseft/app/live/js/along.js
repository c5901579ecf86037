// Every set against alpha, in a line each, named at its end. A click takes alpha there.

const COURSE = { height: 420, left: 54, top: 30, bottom: 58, leader: 20, row: 18 };

function makeAlong(root, live, tip) {
  const section = root.querySelector(".along");
  const figure = section.querySelector(".course");
  const [still, moving] = [".still", ".moving"].map((part) => figure.querySelector(part));
  let view = null;
  let plan = null;
  let parts = null;

  function build(next) {
    view = next;
    section.hidden = view.along.lines.length === 0 || view.alphas.length < 2;
    put(still, "aria-label", "Accuracy of every set along alpha");
    const tools = section.querySelector(".tools");
    tools.replaceChildren();
    addSave(tools, figure, () => "↑ Correct, per cent, along alpha", () => [], () =>
      `${live.name()}-along`,
    );
  }

  function layout() {
    if (section.hidden) return;
    const width = figure.clientWidth;
    for (const svg of [still, moving]) {
      svg.replaceChildren();
      put(svg, "width", String(width));
      put(svg, "height", String(COURSE.height));
    }
    plan = courseOf(view.along, width, root);
    drawCourse(still, view, plan);
    parts = {
      rule: add(moving, "path", { class: "axis" }),
      name: add(moving, "text", { class: "label middle", "font-size": LARGE }),
      marks: plan.lines.map(({ heavy }) => drawHere(moving, heavy ? 8 : 5.5)),
    };
  }

  function show(index) {
    if (section.hidden || plan === null) return;
    const at = plan.lines[0].points[index][0];
    put(parts.rule, "d", `M${at.toFixed(2)} ${plan.area[1] - 4}V${plan.area[3]}`);
    write(parts.name, `α ${coefficient(view.alphas[index])}`);
    put(parts.name, "x", at.toFixed(1));
    put(parts.name, "y", String(plan.area[1] - 16));
    for (const [i, mark] of parts.marks.entries()) {
      showHere(mark, plan.lines[i].points[index], view.alphas[index], live.isExact(index));
    }
  }

  /** The alpha under the pointer by its index, and the line that is nearest there. */
  function pointed(event) {
    const corner = figure.getBoundingClientRect();
    const [x, y] = [event.clientX - corner.left, event.clientY - corner.top];
    if (x < plan.area[0] - 8 || x > plan.area[2] + 8 || y > plan.area[3] + 8) return null;
    const index = nearestIn(plan.lines[0].points.map(([at]) => at), x);
    const away = plan.lines.map(({ points }) => Math.abs(points[index][1] - y));
    return { index, line: plan.lines[away.indexOf(Math.min(...away))] };
  }

  function tell(found) {
    if (found === null) return tip.hide();
    const { index, line } = found;
    const [x, y] = line.points[index];
    const guessed = live.isExact(index) ? "" : "interpolated";
    tip.show([figure.offsetLeft + x, figure.offsetTop + y], [
      [`α ${coefficient(view.alphas[index])}`, guessed],
      [
        line.title,
        `${percent(line.accuracy[index])} (${tenths(line.from[index])}–${tenths(line.to[index])}),`,
        `${thousands(line.count)} images`,
      ],
    ]);
  }

  figure.addEventListener("pointermove", (event) => plan && tell(pointed(event)));
  figure.addEventListener("pointerleave", () => tip.hide());
  figure.addEventListener("click", (event) => {
    const found = plan && pointed(event);
    if (!found) return;
    live.go(found.index);
    live.settle();
  });

  return { build, layout, show };
}

/** Where the lines and their names stand, in pixels. */
function courseOf(course, width, root) {
  const names = course.lines.map(({ title, heavy }) =>
    textWidth(root, title, SMALL, heavy ? 600 : 400),
  );
  const right = Math.min(Math.max(...names), 0.3 * width) + COURSE.leader + 10;
  const area = [COURSE.left, COURSE.top, width - right, COURSE.height - COURSE.bottom];
  const across = (steps) => area[0] + (steps / STEPS) * (area[2] - area[0]);
  const upwards = (steps) => area[3] - (steps / STEPS) * (area[3] - area[1]);
  const path = (ys) => ys.map((steps, i) => [across(course.x[i]), upwards(steps)]);
  const lines = course.lines.map((each) => ({
    ...each,
    points: path(each.at),
    band: each.band && [...path(each.band[0]), ...path(each.band[1]).reverse()],
  }));
  const wanted = lines.map(({ points }) => points.at(-1)[1]);
  return { area, across, upwards, lines, names: spreadOut(wanted, COURSE.row, area[3]) };
}

function drawCourse(svg, view, { area, across, upwards, lines, names }) {
  const { xTicks, yTicks, ends } = view.along;
  const [zero, one] = ends.map(across);
  const place = (alpha) => zero + alpha * (one - zero);
  drawGround(svg, area, view.alphas, place);
  const unit = (i) => (i === yTicks.length - 1 ? `${THIN}%` : "");
  drawUpwards(svg, area, yTicks.map(([steps, text], i) => [upwards(steps), text + unit(i)]));
  drawAlphas(svg, area, view.alphas, place, xTicks.map(([steps, text]) => [across(steps), text]));
  for (const { band, colour } of lines) {
    if (band) add(svg, "path", { class: "band", d: `${line(band)}Z`, style: `fill: ${colour}` });
  }
  for (const each of [...lines].sort((a, b) => a.heavy - b.heavy)) {
    drawRun(svg, view, each);
  }
  const last = lines.map(({ points }) => points.at(-1));
  drawNames(svg, lines, last, names, last[0][0] + COURSE.leader);
}

/** One set: its line and, where it is heavy, the alphas that were evaluated. */
function drawRun(svg, view, { points, colour, heavy }) {
  const look = { class: "line", style: `stroke: ${colour}; stroke-width: ${heavy ? 3 : 1.5}px` };
  add(svg, "path", { ...look, d: line(points) });
  if (!heavy) return;
  const r = view.exact.length > 40 ? 2 : 3.5;
  for (const index of view.exact) {
    const [cx, cy] = points[index];
    add(svg, "circle", { class: "evaluated", cx, cy, r, style: `stroke: ${colour}` });
  }
}
