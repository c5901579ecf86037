// What the drawings of this folder share: the key of printed steps.

const STEP_NAMES = "abcdefghijk"; // from the largest loss to the largest gain; "f" is none

/** The printed steps from worse to better, ending at `right`; returns where they begin. */
function drawStepKey(svg, root, right, y, points, size) {
  const words = `better, ${points} points a step`;
  const text = (x, said) => add(svg, "text", { class: "small end", x, y }, said);
  text(right, words);
  let x = right - textWidth(root, words, 12.5) - 8;
  for (const step of [...STEP_NAMES].reverse()) {
    x -= size;
    add(svg, "rect", { class: `s-${step}`, x, y: y - 5, width: size - 1, height: 10 });
  }
  text(x - 7, "worse");
  return x - 7 - textWidth(root, "worse", 12.5);
}
