// Set by set: where each stands between its ends, how often it is correct, and what changes.

function makeRows(root, live) {
  const table = root.querySelector(".sets table");
  let view = null;
  let rows = [];

  function build(next) {
    view = next;
    table.replaceChildren();
    add(table, "caption", { class: "unseen" }, "Every set at the chosen alpha");
    buildHead(add(add(table, "thead"), "tr"));
    const body = add(table, "tbody");
    rows = view.rows.sets.map((set) =>
      buildRow(add(body, "tr", { class: set.summary ? "summary" : "" }), set),
    );
  }

  function buildHead(row) {
    add(add(row, "th", { scope: "col" }), "span", { class: "unseen" }, "Set");
    const axis = add(row, "th", { scope: "col", class: "axis", "aria-hidden": "true" });
    for (const tick of view.rows.ticks) {
      add(axis, "span", { style: `left: ${at(tick)}%` }, String(tick / 10));
    }
    add(row, "th", { scope: "col", class: "number" }, "accuracy");
    for (const { name, words, mark } of view.rows.ends) {
      const head = add(row, "th", { scope: "col", class: `number against-${name}` }, "against ");
      add(head, "span", { class: `word ${name}` }, `${mark} ${words}`);
    }
  }

  function buildRow(row, set) {
    const head = add(row, "th", { scope: "row" }, set.title);
    const note = add(head, "small");
    const axis = add(row, "td", { class: "axis", "aria-hidden": "true" });
    const pin = buildMarks(axis, set.accuracy);
    const cell = add(row, "td", { class: "number" });
    const accuracy = add(cell, "b");
    cell.append(" ");
    const half = add(cell, "small");
    const changes = view.rows.ends.map(({ name }) => ({
      ...set.changes[name],
      element: add(add(row, "td", { class: `number against-${name}` }), "span"),
    }));
    return { set, note, pin, accuracy, half, changes };
  }

  /** The bar over all alphas, the marks of the ends, and the pin that is moved. */
  function buildMarks(axis, accuracy) {
    for (const tick of view.rows.ticks) {
      add(axis, "i", { class: "rule", style: `left: ${at(tick)}%` });
    }
    const known = accuracy.filter((value) => value !== null);
    if (known.length === 0) return null;
    const [low, high] = [Math.min(...known), Math.max(...known)].map(at);
    add(axis, "i", { class: "bar", style: `left: ${low}%; width: ${high - low}%` });
    for (const [end, index] of endsAmong(view.alphas)) {
      const svg = add(axis, "svg", { class: "mark", style: `left: ${at(accuracy[index])}%` });
      drawEnd(svg, end, [7, 7], end === "zeroshot" ? 6.6 : 5.6);
    }
    const carrier = add(axis, "i", { class: "carrier" });
    add(carrier, "i", { class: "pin" });
    return carrier;
  }

  /** Where tenths of a per cent stand on the axis, in per cent of its width. */
  function at(value) {
    const [low, high] = view.rows.range;
    return (100 * (value - low)) / (high - low);
  }

  function show(index) {
    const colour = ramp(view.alphas[index]);
    table.classList.toggle("hollow", !live.isExact(index));
    for (const { set, note, pin, accuracy, half, changes } of rows) {
      write(note, valueAt(set.note, index));
      write(accuracy, tenths(set.accuracy[index]));
      write(half, pin ? `±${tenths(set.half[index])}` : "");
      if (pin) {
        style(pin, "transform", `translateX(${at(set.accuracy[index]).toFixed(2)}%)`);
        style(pin, "--current", colour);
      }
      for (const { points: values, clear, element } of changes) {
        write(element, points(values[index]));
        put(element, "class", signOf(values[index], clear[index] === "1"));
      }
    }
  }

  return { build, layout: () => {}, show };
}

/** Gain, loss, or within noise. */
function signOf(change, clear) {
  if (!clear) return "unclear";
  return change > 0 ? "gain" : "loss";
}
