// The slider: a real range input, transparent, over a track in the ramp; and a field to type in.

const THUMB = 13; // its radius in pixels; the track begins and ends that far inside

function makeSlider(root, live, tip) {
  const slider = root.querySelector(".slider");
  const [track, ends, thumb, range, scale, typed, field] = [
    ".track", ".ends", ".thumb", ".range", ".scale", ".typed", ".typed input",
  ].map((part) => slider.querySelector(part));
  const flags = makeFlags(slider.querySelector(".flags"), live, tip);
  let view = null;
  let labels = [];
  let width = 0;
  let half = 0; // of the width of the field
  let dragging = false;

  function build(next) {
    view = next;
    const { alphas } = view;
    slider.hidden = alphas.length < 2;
    const gaps = alphas.slice(1).map((alpha, i) => alpha - alphas[i]);
    range.min = alphas[0];
    range.max = alphas.at(-1);
    range.step = Math.min(...gaps).toFixed(4);
    flags.build(view);
  }

  /** Where an alpha stands along the slider, in pixels. */
  function at(alpha) {
    const { alphas } = view;
    const share = (alpha - alphas[0]) / (alphas.at(-1) - alphas[0]);
    return THUMB + share * (width - 2 * THUMB);
  }

  function layout(room) {
    width = room;
    if (slider.hidden) return;
    half = typed.offsetWidth / 2;
    drawTrack();
    drawEnds();
    drawScale();
    flags.layout(at, width);
  }

  /** The ramp, cut where alphas were evaluated. */
  function drawTrack() {
    const { alphas, exact } = view;
    const colours = [0, 0.5, 1].map((alpha) => `${ramp(alpha)} ${at(alpha) - THUMB}px`);
    style(track, "background", `linear-gradient(to right, ${colours})`);
    track.replaceChildren();
    for (const index of exact) {
      if (index === 0 || index === alphas.length - 1) continue;
      add(track, "i", { style: `left: ${at(alphas[index]) - THUMB}px` });
    }
  }

  function drawEnds() {
    ends.replaceChildren();
    put(ends, "width", String(width));
    for (const [end, index] of endsAmong(view.alphas)) {
      drawEnd(ends, end, [at(view.alphas[index]), THUMB], end === "zeroshot" ? 10 : 9);
    }
  }

  /** The ends by name, and tenths where there is room for them. */
  function drawScale() {
    const { alphas } = view;
    scale.replaceChildren();
    const words = new Map([[0, "0 zero-shot"], [1, "fine-tuned 1"]]);
    const first = Math.ceil(10 * alphas[0] - 1e-6);
    const last = Math.floor(10 * alphas.at(-1) + 1e-6);
    const wanted = [0, 10, ...Array.from({ length: last - first + 1 }, (_, i) => first + i)];
    labels = [];
    for (const alpha of new Set(wanted.map((tenth) => tenth / 10))) {
      if (alpha < alphas[0] || alpha > alphas.at(-1)) continue;
      const name = alpha === 0 ? "zeroshot" : alpha === 1 ? "finetuned" : "";
      const text = words.get(alpha) ?? String(alpha).replace("-", MINUS);
      const reach = textWidth(root, text, 13, name ? 600 : 400) / 2;
      const middle = Math.min(Math.max(at(alpha), reach), width - reach);
      const box = [middle - reach, middle + reach];
      if (labels.some((other) => box[0] - 8 < other.box[1] && other.box[0] < box[1] + 8)) continue;
      const element = add(scale, "span", { class: name, style: `left: ${box[0]}px` }, text);
      labels.push({ element, box });
    }
  }

  function show(index) {
    if (slider.hidden) return;
    const alpha = view.alphas[index];
    const x = at(alpha);
    if (!dragging) range.value = alpha;
    put(range, "aria-valuetext", spoken(index));
    style(thumb, "transform", `translateX(${x - THUMB}px)`);
    style(thumb, "--current", ramp(alpha));
    thumb.classList.toggle("hollow", !live.isExact(index));
    if (live.shadow.activeElement !== field) field.value = coefficient(alpha);
    const middle = Math.min(Math.max(x, half), width - half);
    style(typed, "transform", `translateX(${middle - half}px)`);
    for (const { element, box } of labels) {
      const hidden = box[0] < middle + half + 6 && box[1] > middle - half - 6;
      element.classList.toggle("hidden", hidden);
    }
    flags.show(index);
  }

  /** What a screen reader says of an alpha. */
  function spoken(index) {
    const told = [`alpha ${coefficient(view.alphas[index])}`];
    const { plane, rows } = view;
    const reference = plane ? plane.x.accuracy : rows.sets[0].accuracy;
    told.push(`${percent(reference[index])} in distribution`);
    if (plane) told.push(`${percent(plane.y.accuracy[index])} under shift`);
    return told.join(", ");
  }

  range.addEventListener("keydown", (event) => {
    const target = keyTarget(event.key, live.index, view.alphas);
    if (target === null) return;
    event.preventDefault();
    live.go(target);
    live.settle(SETTLED);
  });
  range.addEventListener("pointerdown", () => (dragging = true));
  for (const ending of ["pointerup", "pointercancel", "change"]) {
    range.addEventListener(ending, () => (dragging = false));
  }
  range.addEventListener("input", () => live.go(live.nearest(Number(range.value))));
  range.addEventListener("change", () => live.settle());

  function take() {
    const target = typedTarget(field.value, view.alphas);
    if (target !== null) {
      live.go(target);
      live.settle();
    }
    field.value = coefficient(view.alphas[live.index]);
  }

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      take();
      field.select();
    } else if (event.key === "Escape") {
      field.value = coefficient(view.alphas[live.index]);
      field.blur();
    }
  });
  field.addEventListener("blur", take);
  field.addEventListener("focus", () => field.select());

  return { build, layout, show };
}
