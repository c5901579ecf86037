// The names of things on the frontier: the ends, the lines, alphas along the curve, and the alpha
// in hand wherever it may be.

/** The names that stay, with their boxes, and the box of the moving one for every alpha. */
function placeNames(root, svg, view, plan) {
  const { curve, lines, equal, chord } = plan;
  const obstacles = [
    ...samples(curve, 4),
    ...view.exact.map((index) => [...curve[index], 30]),
    ...(chord ? samples(chord, 4) : []),
    ...lines.flatMap(({ points }) => samples(points, 4)),
    ...lines.filter(isRun).map(({ points }) => [...points.at(-1), 30]),
    ...(equal ? samples(equal, 3) : []),
    ...nameChord(root, svg, plan),
  ];
  const asked = askedNames(root, view, plan);
  const names = placeLabels(asked, obstacles, plan.area).flatMap((box, i) =>
    box === null ? [] : [{ ...asked[i], box }],
  );
  return { names, moving: placesAlong(root, plan, names, obstacles) };
}

/** Write the name of the chord along it, on the side away from the curve; the room it takes. */
function nameChord(root, svg, { chord, curve }) {
  const wide = textWidth(root, CHORD.title, SMALL);
  if (chord === null || Math.hypot(...way(...chord)) < wide + 90) return [];
  const [dx, dy] = way(...chord);
  const slope = Math.atan2(dy, dx);
  const turn = Math.abs(slope) > Math.PI / 2 ? slope + Math.PI : slope;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const middle = along(chord, 1, 0.42);
  const [px, py] = way(middle, curve[curve.length >> 1]);
  const curveIsBelow = py * cos - px * sin > 0;
  const shift = curveIsBelow ? -0.45 * SMALL : 0.9 * SMALL;
  const transform = `translate(${middle}) rotate(${(turn * 180) / Math.PI}) translate(0 ${shift})`;
  add(svg, "text", { class: "label quiet middle", transform, "font-size": SMALL }, CHORD.title);
  const tips = [-wide / 2 - 6, wide / 2 + 6].map((reach) => [
    middle[0] + reach * cos - shift * sin,
    middle[1] + reach * sin + shift * cos,
  ]);
  return samples(tips, 60, 3);
}

/** The way from one point to another. */
function way(one, other) {
  return [other[0] - one[0], other[1] - one[1]];
}

/** The names that are wanted, the most important first. */
function askedNames(root, view, plan) {
  const { curve, lines, equal } = plan;
  const label = (text, at, towards, more = {}) => {
    const { size = SMALL, weight = 400 } = more;
    const width = textWidth(root, text, size, weight);
    const quiet = { kind: "quiet", distance: 9, optional: true };
    return { text, at, towards, size, width, ...quiet, ...more };
  };
  const large = { size: 15, weight: 600, distance: 13, optional: false, stays: true };
  const ends = endsAmong(view.alphas).map(([end, index]) =>
    end === "zeroshot"
      ? label("Zero-shot", curve[index], [0.5, 1], { ...large, kind: end })
      : label("Fine-tuned", curve[index], [-0.5, 1], { ...large, kind: end }),
  );
  const beside = lines.map((line) => {
    const { title, colour, points } = line;
    if (isRun(line)) return label(title, points.at(-1), [0, 1], { stays: true, weight: 600, colour });
    const middle = points[Math.round(0.45 * (points.length - 1))];
    return label(title, middle, [-0.3, -1], { stays: true });
  });
  const steps = namedAlphas(view.alphas).map((index) =>
    label(String(view.alphas[index]).replace("-", MINUS), curve[index], inwards(curve, index)),
  );
  const same = equal ? [label("y = x", along(equal, 1, 0.9), [-1, -1], { distance: 6 })] : [];
  return [...ends, ...beside, ...steps, ...same];
}

/** The alphas that are named along the curve: about every fifth, or all where they are few. */
function namedAlphas(alphas) {
  const inner = [...alphas.keys()].filter((index) => ![0, 1].includes(alphas[index]));
  if (inner.length < 7) return inner;
  const beyond = [0, alphas.length - 1].filter((i) => alphas[i] < 0 || alphas[i] > 1);
  const fifths = [0.2, 0.4, 0.6, 0.8].map((fifth) => nearestIn(alphas, fifth));
  return [...new Set([...fifths, ...beyond])];
}

/** From a point of the curve towards the chord. */
function inwards(curve, index) {
  return way(curve[index], along([curve[0], curve.at(-1)], 1, 0.5));
}

/** Where the name of each alpha stands when it is the one in hand; seldom far from the last. */
function placesAlong(root, plan, names, obstacles) {
  const kept = names.filter(({ stays }) => stays).map(({ box }) => box);
  const width = textWidth(root, "α 0.00", LARGE, 600);
  let before = null;
  return plan.curve.map((at, index) => {
    const label = { at, size: LARGE, width, distance: 17, towards: inwards(plan.curve, index) };
    const cross = plan.crosses[index].flatMap((path) => samples(path, 8));
    const near = [...obstacles, ...cross].filter(
      ([x, y]) => Math.abs(x - at[0]) < 2 * width && Math.abs(y - at[1]) < 2 * width,
    );
    let best = null;
    for (const [turn, { box, reluctance }] of offers(label).entries()) {
      const jump = before === null || before === turn ? 0 : 12;
      const cost = reluctance + jump + costOf(box, kept, near, plan.area);
      if (best === null || cost < best.cost) best = { box, cost, turn };
    }
    before = best.turn;
    return best.box;
  });
}
