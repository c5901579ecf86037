// Where labels stand: beside their points, clear of curves, marks and each other.

const CLEAR = 3; // pixels between a label and what it must not touch
const FORBIDDEN = 1000; // the cost of touching another label or of leaving the plot

const DIRECTIONS = Array.from({ length: 8 }, (_, eighth) => {
  const angle = (eighth * Math.PI) / 4;
  return [Math.cos(angle), Math.sin(angle)].map((part) => Math.round(part * 1e6) / 1e6);
});

/** The boxes in which a label may stand, each with how little it is what the label asks for. */
function offers({ at, width, size, distance, towards }) {
  const wished = Math.hypot(...towards) || 1;
  return [1, 1.6, 2.4].flatMap((stretch) =>
    DIRECTIONS.map(([x, y]) => {
      const reach = stretch * distance;
      const left = at[0] + x * reach - width * (Math.abs(x) < 0.1 ? 0.5 : x > 0 ? 0 : 1);
      const middle = at[1] + y * (reach + size / 2);
      const likeness = (x * towards[0] + y * towards[1]) / wished;
      return {
        box: [left, middle - 0.6 * size, left + width, middle + 0.6 * size],
        reluctance: 4 * (1 - likeness) + 6 * (stretch - 1),
      };
    }),
  );
}

/** What it costs to put a text into `box`: what it covers, touches and overhangs. */
function costOf(box, taken, obstacles, area) {
  const [left, top, right, bottom] = box;
  const outside = left < area[0] || top < area[1] || right > area[2] || bottom > area[3];
  let cost = outside ? FORBIDDEN : 0;
  for (const other of taken) if (overlap(box, other)) cost += FORBIDDEN;
  for (const [x, y, weight] of obstacles) {
    const covered =
      x > left - CLEAR && x < right + CLEAR && y > top - CLEAR && y < bottom + CLEAR;
    if (covered) cost += weight;
  }
  return cost;
}

function overlap(one, other) {
  return (
    one[0] - CLEAR < other[2] &&
    other[0] < one[2] + CLEAR &&
    one[1] - CLEAR < other[3] &&
    other[1] < one[3] + CLEAR
  );
}

/** The best box for one label, and its cost. */
function bestPlace(label, taken, obstacles, area) {
  let best = null;
  for (const { box, reluctance } of offers(label)) {
    const cost = reluctance + costOf(box, taken, obstacles, area);
    if (best === null || cost < best.cost) best = { box, cost };
  }
  return best;
}

/** A box for each label, first come first served; null for an optional one that finds none. */
function placeLabels(labels, obstacles, area) {
  const taken = [];
  return labels.map((label) => {
    const { box, cost } = bestPlace(label, taken, obstacles, area);
    if (label.optional && cost >= FORBIDDEN) return null;
    taken.push(box);
    return box;
  });
}

/** A path of points as obstacles, at most `step` pixels apart. */
function samples(path, weight, step = 4) {
  const found = path.slice(0, 1).map((point) => [...point, weight]);
  for (let i = 1; i < path.length; i += 1) {
    const [from, to] = [path[i - 1], path[i]];
    const count = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / step));
    for (let k = 1; k <= count; k += 1) {
      found.push([...along([from, to], 1, k / count), weight]);
    }
  }
  return found;
}
