// Flags for the rules that choose an alpha: a pole, a pennant, a name. Poles are as high as it
// takes for no name to stand in the way of another.

const STOREY = 22; // pixels from one row of names to the next
// What else a flag would rather rise than do, in storeys.
const [MIRRORED, BEHIND, TOUCHING, OUTSIDE] = [1.2, 10, 100, 1000];

function makeFlags(box, live, tip) {
  let flags = [];

  function build(view) {
    box.replaceChildren();
    flags = view.flags.map((flag) => {
      const button = add(box, "button", {
        type: "button",
        class: flag.tested ? "flag tested" : "flag",
        "data-hold": `flag ${flag.name}`,
        "aria-description": flag.note,
      });
      add(button, "i", { class: "pole" });
      drawPennant(button);
      const words = add(button, "span", { class: "words" }, flag.name);
      add(words, "small", {}, ` ${coefficient(view.alphas[flag.at])}`);
      button.addEventListener("click", () => {
        live.go(flag.at);
        live.settle();
      });
      tip.explain(button, () => [[flag.name, coefficient(view.alphas[flag.at])], [flag.note]]);
      return { ...flag, alpha: view.alphas[flag.at], button };
    });
  }

  function layout(at, width) {
    for (const flag of flags) flag.button.className = flag.tested ? "flag tested" : "flag";
    const widths = flags.map(({ button }) => button.offsetWidth);
    const standing = [];
    const order = flags.map((_, i) => i).sort((a, b) => flags[b].alpha - flags[a].alpha);
    for (const i of order) {
      const x = at(flags[i].alpha);
      standing.push({ i, ...bestStand(x, widths[i], width, standing) });
    }
    const highest = Math.max(-1, ...standing.map(({ storey }) => storey));
    box.style.height = `${(highest + 1) * STOREY + (highest < 0 ? 0 : 10)}px`;
    for (const { i, x, storey, left, mirrored } of standing) {
      const { button } = flags[i];
      button.classList.toggle("mirrored", mirrored);
      button.style.left = `${left}px`;
      button.style.bottom = `${storey * STOREY}px`;
      button.style.setProperty("--pole", `${(storey + 1) * STOREY + 6}px`);
    }
  }

  function show(index) {
    for (const { at, button } of flags) button.classList.toggle("current", at === index);
  }

  return { build, layout, show };
}

function drawPennant(button) {
  const svg = add(button, "svg", { width: 9, height: 9, viewBox: "-0.75 -0.75 10.5 10.5" });
  add(svg, "path", { d: "M0 0L9 4.5L0 9Z" });
}

/** The lowest storey, and the side of the pole, on which the name of a flag is in nobody's way. */
function bestStand(x, width, room, standing) {
  let best = null;
  for (let storey = 0; storey <= standing.length; storey += 1) {
    for (const mirrored of [false, true]) {
      const left = mirrored ? x - width : x;
      const stand = { x, storey, mirrored, left, right: left + width };
      const outside = stand.left < 0 || stand.right > room ? OUTSIDE : 0;
      const conflicts = standing.map((other) => conflict(stand, other));
      const cost = conflicts.reduce((sum, each) => sum + each, storey + outside);
      const total = cost + (mirrored ? MIRRORED : 0);
      if (best === null || total < best.total) best = { ...stand, total };
    }
  }
  return best;
}

/** The cost of names that touch, and of the pole of one behind the name of the other. */
function conflict(one, other) {
  const touching = one.left < other.right + 8 && other.left < one.right + 8;
  const behind = (pole, name) =>
    pole.storey >= name.storey &&
    Math.abs(pole.x - name.x) > 1 &&
    pole.x > name.left - 6 &&
    pole.x < name.right + 6;
  const touch = one.storey === other.storey && touching ? TOUCHING : 0;
  return touch + (behind(one, other) || behind(other, one) ? BEHIND : 0);
}
