// One idea, one mark: star and diamond are the ends, and the ramp between them is alpha.

/** The colour of alpha, as wiseft/palette.py mixes it; it follows the scheme by itself. */
function ramp(alpha) {
  const position = 2 * Math.min(Math.max(alpha, 0), 1);
  const [from, to] = position <= 1 ? ["zeroshot", "midway"] : ["midway", "finetuned"];
  const share = (100 * (position <= 1 ? position : position - 1)).toFixed(1);
  return `color-mix(in srgb, var(--${to}) ${share}%, var(--${from}))`;
}

const CORNERS = Array.from({ length: 10 }, (_, corner) => {
  const angle = (corner * Math.PI) / 5;
  const radius = corner % 2 ? 0.42 : 1;
  return `${(radius * Math.sin(angle)).toFixed(3)} ${(-radius * Math.cos(angle)).toFixed(3)}`;
});

const SHAPES = {
  zeroshot: `M${CORNERS.join("L")}Z`,
  finetuned: "M0-1L1 0L0 1L-1 0Z",
};

/** The mark of an end at a point, `size` from its middle to its tips. */
function drawEnd(parent, end, [x, y], size) {
  const transform = `translate(${x} ${y}) scale(${size})`;
  return add(parent, "path", { class: `end ${end}`, d: SHAPES[end], transform });
}

/** The ends that are among `alphas`, as [name, index]. */
function endsAmong(alphas) {
  const ends = [["zeroshot", alphas.indexOf(0)], ["finetuned", alphas.indexOf(1)]];
  return ends.filter(([, index]) => index >= 0);
}

/** The `alphas` along `curve` in pieces of one colour, each about `span` of alpha long. */
function pieces(alphas, curve, span) {
  const found = [];
  let piece = null;
  for (let i = 1; i < alphas.length; i += 1) {
    const steps = Math.max(1, Math.round((alphas[i] - alphas[i - 1]) / span));
    for (let step = 0; step < steps; step += 1) {
      const [from, to] = [step / steps, (step + 1) / steps];
      piece ??= { from: between(alphas[i - 1], alphas[i], from), path: [along(curve, i, from)] };
      piece.path.push(along(curve, i, to));
      piece.to = between(alphas[i - 1], alphas[i], to);
      const atEnd = piece.to === 0 || piece.to === 1 || i === alphas.length - 1;
      if (piece.to - piece.from > 0.99 * span || (atEnd && step === steps - 1)) {
        found.push(piece);
        piece = null;
      }
    }
  }
  return found;
}

function between(from, to, share) {
  return from + share * (to - from);
}

function along(curve, i, share) {
  return [0, 1].map((side) => between(curve[i - 1][side], curve[i][side], share));
}

/** Draw `curve` in the ramp; beyond the ends it is dashed. */
function drawRamp(parent, alphas, curve, span) {
  const group = add(parent, "g", { class: "ramp" });
  for (const { from, to, path } of pieces(alphas, curve, span)) {
    const middle = (from + to) / 2;
    const beyond = middle < 0 || middle > 1;
    add(group, "path", {
      class: beyond ? "beyond" : "",
      d: line(path),
      style: `stroke: ${ramp(middle)}`,
    });
  }
}

/** Points as the path of an SVG. */
function line(path) {
  return `M${path.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}`;
}

/** A mark for the alpha in hand. */
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
