// The alpha strip: what is predicted for one image at every alpha.

/** Where alphas meet: the borders of the share of the axis that each of them has, 0 to 1. */
function borders(alphas) {
  const [low, high] = [alphas[0], alphas.at(-1)];
  const span = high - low || 1;
  const middles = alphas.slice(1).map((alpha, i) => (alpha + alphas[i]) / 2);
  return [low, ...middles, high].map((each, i, all) =>
    alphas.length === 1 ? i / (all.length - 1) : (each - low) / span,
  );
}

/** Where an alpha stands along the axis, 0 to 1. */
function placeOf(alphas, index) {
  const [low, high] = [alphas[0], alphas.at(-1)];
  return high > low ? (alphas[index] - low) / (high - low) : 0.5;
}

/** The colour of a wrong class; the style sheet has those of the others. */
function tint(element, tone, tones) {
  if (tones[tone]) element.style.background = tones[tone];
}

/** What is predicted at an alpha by its index. */
function stretchAt(stretches, index) {
  return stretches.find(([first, last]) => first <= index && index <= last);
}

/** Draw the strip of an image; it tells class and probability where it is pointed at. */
function drawStrip(parent, image, axis, tip, label) {
  const edges = borders(axis.alphas);
  const strip = add(parent, "div", { class: "strip", tabindex: 0, role: "slider" });
  put(strip, "aria-label", label);
  put(strip, "aria-valuemin", String(axis.alphas[0]));
  put(strip, "aria-valuemax", String(axis.alphas.at(-1)));
  for (const [first, last, tone] of image.stretches) {
    const bar = add(strip, "i", { class: tone });
    const width = 100 * (edges[last + 1] - edges[first]);
    bar.style.left = `${100 * edges[first]}%`;
    // A stretch of a single alpha must be seen, and neighbours must be told apart.
    bar.style.width = `max(2px, calc(${width}% - 0.5px))`;
    tint(bar, tone, axis.tones);
  }
  const cursor = add(strip, "div", { class: "cursor", hidden: "" });
  let here = axis.at;

  function words(index) {
    const [, , , name] = stretchAt(image.stretches, index);
    return [`α ${coefficient(axis.alphas[index])}`, `${name}, ${image.confidence[index]}${THIN}%`];
  }

  function speak() {
    put(strip, "aria-valuenow", String(axis.alphas[here]));
    put(strip, "aria-valuetext", words(here).join(": "));
  }

  function tell(index) {
    here = index;
    speak();
    cursor.hidden = false;
    const place = placeOf(axis.alphas, index);
    cursor.style.left = `${100 * place}%`;
    const [own, all] = [strip.getBoundingClientRect(), tip.root.getBoundingClientRect()];
    tip.show([own.left + place * own.width - all.left, own.top - all.top + 4], [words(index)]);
  }

  function leave() {
    cursor.hidden = true;
    tip.hide();
  }

  speak();
  strip.addEventListener("pointermove", (event) => {
    const box = strip.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    tell(nearestIn(axis.alphas.map((_, i) => placeOf(axis.alphas, i)), share));
  });
  strip.addEventListener("pointerleave", leave);
  strip.addEventListener("focus", () => strip.matches(":focus-visible") && tell(here));
  strip.addEventListener("blur", leave);
  strip.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    const end = { Home: 0, End: axis.alphas.length - 1 }[event.key];
    if (step === undefined && end === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    tell(end ?? Math.min(Math.max(here + step, 0), axis.alphas.length - 1));
  });
  const pins = add(parent, "div", { class: "pins", "aria-hidden": "true" });
  for (const [name, index] of [["then", axis.versus], ["now", axis.at]]) {
    add(pins, "span", { class: `pin ${name}` }).style.left = `${100 * placeOf(axis.alphas, index)}%`;
  }
  return strip;
}

/** A line that says what is predicted at one of the two alphas. */
function drawReading(parent, side, { name, tone }, tones, extra = "") {
  const line = add(parent, "div", { class: `reading ${tone}` });
  add(line, "i", { class: `dot ${side}` });
  add(line, "span", { title: name }, name);
  if (tone !== "correct") tint(add(line, "i", { class: `swatch ${tone}` }), tone, tones);
  if (extra) add(line, "small", {}, extra);
  return line;
}

/** An image, or in its place the reason why there is none. */
function drawPicture(parent, uri, source, alt) {
  if (uri) return add(parent, "img", { src: uri, alt, title: source });
  return add(parent, "span", { class: "missing", title: source }, source);
}

/** What is told of the thing under the pointer; it knows what it is placed in. */
function tipIn(root) {
  add(root, "div", { class: "tip", hidden: "" });
  return { ...makeTip(root), root };
}
