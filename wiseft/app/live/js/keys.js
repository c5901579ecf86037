// Choosing one of some alphas by keyboard: what the keys of a slider do, and what is typed.

const PAGE = 0.1; // how far a Page key goes

/** The index that a key leads to among ascending `alphas`; null where the key does nothing. */
function keyTarget(key, index, alphas) {
  if (key === "ArrowLeft" || key === "ArrowDown") return stepFrom(index, -1, alphas);
  if (key === "ArrowRight" || key === "ArrowUp") return stepFrom(index, 1, alphas);
  if (key === "PageDown") return pageFrom(index, -1, alphas);
  if (key === "PageUp") return pageFrom(index, 1, alphas);
  if (key === "Home") return nearestIn(alphas, 0);
  if (key === "End") return nearestIn(alphas, 1);
  return null;
}

function stepFrom(index, direction, alphas) {
  return Math.min(Math.max(index + direction, 0), alphas.length - 1);
}

/** The nearest alpha that is a page further, or the last in that direction. */
function pageFrom(index, direction, alphas) {
  const next = nearestIn(alphas, alphas[index] + direction * PAGE);
  return next === index ? stepFrom(index, direction, alphas) : next;
}

/** The index of the alpha that is nearest to a typed text; null where it is not a number. */
function typedTarget(text, alphas) {
  const number = Number(text.trim().replace(",", ".").replace(MINUS, "-"));
  return text.trim() !== "" && Number.isFinite(number) ? nearestIn(alphas, number) : null;
}
