// What is drawn beside the run: the output-space ensemble, other runs, the straight line between
// the ends. Each can be hidden.

const CHORD = { name: "chord", title: "straight line between the two", colour: "var(--mark)" };

/** Whether a line is another run. */
function isRun({ name }) {
  return name !== "outputs" && name !== CHORD.name;
}

/** All that can be hidden, in the order in which it is listed below the plane. */
function besides(view) {
  const ends = endsAmong(view.alphas);
  return [...view.plane.lines, ...(ends.length === 2 ? [{ ...CHORD, dashed: true }] : [])];
}

/** A line with its points in pixels, and for every alpha of the run the point that it has there. */
function placedLine(line, alphas, path) {
  const points = path(line.x.at, line.y.at);
  const exact = new Set(line.exact);
  return {
    ...line,
    points,
    isExact: (index) => exact.has(index),
    dots: alphas.map((alpha) => pointOf(line.alphas, points, exact, alpha)),
  };
}

/** The point of a line at an alpha, on the straight piece between two where it has none itself. */
function pointOf(alphas, points, exact, alpha) {
  const nearest = nearestIn(alphas, alpha);
  if (Math.abs(alphas[nearest] - alpha) < 1e-6) {
    return { at: points[nearest], evaluated: exact.has(nearest) };
  }
  const i = alphas.findIndex((each) => each > alpha);
  if (i < 1) return null;
  const share = (alpha - alphas[i - 1]) / (alphas[i] - alphas[i - 1]);
  return { at: along(points, i, share), evaluated: false };
}

/** Draw lines with their ends; an end that several of them share is drawn once. */
function drawLines(svg, lines, curve, alphas) {
  const drawn = endsAmong(alphas).map(([, index]) => curve[index]);
  for (const each of lines) {
    const kind = isRun(each) ? (each.dashed ? "run dashed" : "run") : "outputs";
    const look = { class: `line ${kind}`, style: `stroke: ${each.colour}` };
    add(svg, "path", { ...look, d: line(each.points) });
  }
  for (const { colour, alphas: own, points } of lines.filter(isRun)) {
    for (const [end, index] of endsAmong(own)) {
      const at = points[index];
      if (drawn.some((other) => Math.hypot(...way(at, other)) < 1)) continue;
      drawn.push(at);
      put(drawEnd(svg, end, at, end === "zeroshot" ? 8 : 7), "style", `fill: ${colour}`);
    }
  }
}

/** Marks that follow alpha along the lines. */
function drawDots(svg, lines) {
  return lines.map((each) => {
    const element = isRun(each)
      ? add(svg, "circle", { class: "dot", r: 5 })
      : add(svg, "rect", { class: "dot", x: -4, y: -4, width: 8, height: 8 });
    style(element, "--colour", each.colour);
    return { element, dots: each.dots };
  });
}

function showDots(marks, index) {
  for (const { element, dots } of marks) {
    const dot = dots[index];
    put(element, "visibility", dot ? "visible" : "hidden");
    if (!dot) continue;
    moveTo(element, dot.at);
    element.classList.toggle("hollow", !dot.evaluated);
  }
}
