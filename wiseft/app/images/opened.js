// One image opened. Arrow keys go to its neighbours in the gallery, Escape closes it.

const HIGH = 168; // of the curves
const TOP = 12; // above them
const LEFT = 40; // for the numbers of the axis
const LEADER = 26; // from the end of a curve to its name
const LINE = 17; // between two names

class Opened {
  constructor(parent) {
    this.parent = parent;
    this.keys = (event) => this.key(event);
    window.addEventListener("keydown", this.keys);
    this.observer = new ResizeObserver(() => this.layout());
  }

  receive({ data, setStateValue }) {
    this.ask = (value) => setStateValue("wish", { kind: "open", value, stamp: Date.now() });
    if (data === this.data) return;
    const fresh = data.id !== this.data?.id;
    const held = this.parent.activeElement?.dataset?.hold;
    this.data = data;
    this.root?.remove();
    this.root = add(this.parent, "div", { class: "root", role: "region" });
    put(this.root, "aria-label", "The opened image");
    this.root.classList.toggle("bright", data.bright);
    this.tip = tipIn(this.root);
    this.drawHead();
    this.drawTop();
    add(this.root, "h2", { "aria-live": fresh ? "polite" : "off" }, data.title);
    add(this.root, "p", { class: "about" }, [data.flips, data.curves.about, ""].filter((each, i) => each || i === 2).join(". "));
    this.figure = add(this.root, "div", { class: "figure" });
    addSave(this.root, this.figure, () => (data.true ? `${data.true}, ${data.set}` : data.position), () => [], () => data.name);
    this.drawTable();
    this.width = undefined;
    this.layout();
    this.observer.disconnect();
    this.observer.observe(this.root);
    if (held) this.parent.querySelector(`[data-hold="${CSS.escape(held)}"]`)?.focus();
  }

  drawHead() {
    const { data } = this;
    const head = add(this.root, "div", { class: "head" });
    add(head, "p", {}, data.position);
    const steps = [["Previous", "←", data.previous], ["Next", "→", data.next], ["Close", "Esc", ""]];
    for (const [name, key, value] of steps) {
      if (value === undefined) continue; // an image that is not of the gallery has no neighbours
      const button = add(head, "button", { type: "button", "data-hold": name }, `${name} `);
      if (data.previous !== undefined) add(button, "small", {}, key);
      button.disabled = value === null;
      button.addEventListener("click", () => this.ask(value));
    }
  }

  drawTop() {
    const { data } = this;
    const top = add(this.root, "div", { class: "top" });
    const alt = data.true ? `Image of ${data.true}, ${data.set}` : data.position;
    const picture = drawPicture(top, data.uri, data.missing || data.source, alt);
    if (data.uri) {
      const [wide, high] = data.size;
      const scale = Math.min(4, 256 / Math.max(wide, high));
      picture.style.width = `${Math.round(wide * scale)}px`;
      picture.classList.toggle("smooth", scale < 1);
    }
    const facts = add(top, "dl", { class: "facts" });
    if (data.true) {
      add(facts, "dt", {}, "True class");
      add(facts, "dd", {}, data.true);
    }
    for (const [side, index, said] of [["now", data.at, data.now], ["then", data.versus, data.then]]) {
      const head = add(facts, "dt");
      add(head, "i", { class: `dot ${side}` });
      add(head, "span", {}, `α ${coefficient(data.alphas[index])} reads`);
      const read = add(facts, "dd", { class: said.tone }, said.name);
      add(read, "small", {}, `${said.confidence}${THIN}% confident`);
    }
    if (!data.source) return;
    add(facts, "dt", {}, data.set);
    add(facts, "dd", { class: "plain" }, data.source);
  }

  drawTable() {
    const table = add(this.root, "table");
    add(table, "caption", { class: "unseen" }, "What is predicted along alpha");
    const head = add(add(table, "thead"), "tr");
    for (const text of ["α", "read as", "mean confidence"]) add(head, "th", { scope: "col" }, text);
    const body = add(table, "tbody");
    for (const row of this.data.table) {
      const line = add(body, "tr");
      add(line, "td", {}, row.alphas);
      const name = add(line, "td", { class: `name ${row.tone}` });
      tint(add(name, "i", { class: `swatch ${row.tone}` }), row.tone, this.data.tones);
      add(name, "b", {}, row.name);
      add(line, "td", {}, `${row.confidence}${THIN}%`);
    }
  }

  layout() {
    const width = this.root.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    this.figure.replaceChildren();
    this.drawFigure(width);
  }

  drawFigure(width) {
    const { data } = this;
    const widest = Math.max(0, ...data.curves.lines.map(({ name }) => textWidth(this.figure, name, 13, 600)));
    const names = Math.min(widest + 4, 0.36 * width);
    const plot = Math.max(120, width - LEFT - LEADER - names);
    const height = TOP + HIGH + 54;
    const svg = add(this.figure, "svg", { width, height, role: "img" });
    put(svg, "aria-label", `${data.curves.about}. ${data.title}.`);
    const [low, high] = [data.alphas[0], data.alphas.at(-1)];
    const x = (alpha) => LEFT + (high > low ? (alpha - low) / (high - low) : 0.5) * plot;
    const y = (percent) => TOP + (1 - percent / 100) * HIGH;
    for (const percent of [0, 25, 50, 75, 100]) {
      add(svg, "path", { class: "grid", d: `M${LEFT} ${y(percent)}h${plot}` });
      if (percent % 50) continue;
      const text = percent === 100 ? `100${THIN}%` : String(percent);
      add(svg, "text", { class: "tick last", x: LEFT - 8, y: y(percent) }, text);
    }
    for (const [side, index] of [["then", data.versus], ["now", data.at]]) {
      const d = `M${x(data.alphas[index])} ${TOP}v${HIGH + 14}`;
      add(svg, "path", { class: `drop ${side}`, d });
    }
    this.drawCurves(svg, x, y, LEFT + plot, names);
    this.drawBars(svg, plot);
    const ends = [[low, "first", "zero-shot"], [high, "last", "fine-tuned"]];
    for (const [alpha, side, name] of ends) {
      const known = (alpha === 0 && side === "first") || (alpha === 1 && side === "last");
      const text = known ? `${alpha} ${name}` : coefficient(alpha);
      add(svg, "text", { class: `tick ${side}`, x: x(alpha), y: height - 8 }, text);
    }
    this.listen(plot, x, height);
  }

  drawCurves(svg, x, y, right, room) {
    const { curves, tones, alphas, at, versus } = this.data;
    const places = curves.lines.map(({ values }) => y(values.at(-1)));
    const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
    const labels = apart(order.map((i) => places[i]), LINE, TOP, TOP + HIGH);
    for (const i of [...order].reverse()) {
      const { values, tone } = curves.lines[i];
      const path = curves.alphas.map((alpha, k) => [x(alpha), y(values[k])]);
      const curve = add(svg, "path", { class: `curve ${tone}`, d: line(path) });
      if (tones[tone]) curve.style.stroke = tones[tone];
    }
    order.forEach((i, k) => {
      const { name, tone } = curves.lines[i];
      const d = `M${right + 8} ${places[i]}L${right + 18} ${labels[k]}h4`;
      add(svg, "path", { class: "leader", d });
      const place = { class: `name ${tone}`, x: right + LEADER, y: labels[k] };
      const text = add(svg, "text", place, fitted(this.figure, name, room, 13));
      add(text, "title", {}, name);
    });
    for (const [side, index, said] of [["then", versus, this.data.then], ["now", at, this.data.now]]) {
      const read = curves.lines.find(({ name }) => name === said.name);
      const percent = read ? along1(curves.alphas, read.values, alphas[index]) : said.confidence;
      add(svg, "circle", { class: side, cx: x(alphas[index]), cy: y(percent), r: 4.5 });
    }
  }

  drawBars(svg, plot) {
    const { alphas, stretches, tones, at, versus } = this.data;
    const edges = borders(alphas);
    const base = TOP + HIGH + 19;
    for (const [first, last, tone] of stretches) {
      const [from, to] = [edges[first], edges[last + 1]].map((share) => LEFT + share * plot);
      const high = tone === "correct" ? 10 : 5;
      const box = { x: from, y: base - high / 2, width: Math.max(2, to - from - 0.5), height: high };
      const bar = add(svg, "rect", { class: `bar ${tone}`, ...box });
      if (tones[tone]) bar.style.fill = tones[tone];
    }
    for (const [side, index] of [["then", versus], ["now", at]]) {
      const cx = LEFT + placeOf(alphas, index) * plot;
      add(svg, "circle", { class: side, cx, cy: base + 11, r: 3 });
    }
  }

  /** Tell class and probability at the alpha under the pointer. */
  listen(plot, x, height) {
    const { data } = this;
    const hit = add(this.figure, "div", { class: "hit" });
    Object.assign(hit.style, {
      left: `${LEFT}px`, width: `${plot}px`, top: `${TOP}px`, height: `${height - TOP - 20}px`,
    });
    const cursor = add(this.figure, "div", { class: "line", hidden: "" });
    cursor.style.height = `${height - 20}px`;
    hit.addEventListener("pointermove", (event) => {
      const share = (event.clientX - hit.getBoundingClientRect().left) / plot;
      const index = nearestIn(data.alphas.map((_, i) => placeOf(data.alphas, i)), share);
      const alpha = data.alphas[index];
      cursor.hidden = false;
      cursor.style.left = `${x(alpha)}px`;
      const lines = data.curves.lines.map(({ name, values }) => [
        name, `${Math.round(along1(data.curves.alphas, values, alpha))}${THIN}%`,
      ]);
      const read = stretchAt(data.stretches, index)[3];
      const head = [`α ${coefficient(alpha)}`, `${read}, ${data.confidence[index]}${THIN}%`];
      const top = this.figure.offsetTop - this.root.offsetTop + TOP;
      this.tip.show([x(alpha), top], [head, ...lines]);
    });
    hit.addEventListener("pointerleave", () => {
      cursor.hidden = true;
      this.tip.hide();
    });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const target = event.composedPath()[0];
    const role = target?.getAttribute?.("role");
    const typed = target?.matches?.("input, textarea, select, [contenteditable]");
    if (typed || ["slider", "radio", "combobox", "option", "listbox"].includes(role)) return;
    if (this.data.previous === undefined) return;
    const value = { ArrowLeft: this.data.previous, ArrowRight: this.data.next, Escape: "" }[event.key];
    if (value === undefined || value === null) return;
    event.preventDefault();
    this.ask(value);
  }

  destroy() {
    window.removeEventListener("keydown", this.keys);
    this.observer.disconnect();
  }
}

/** Places that are as near to the wanted ones, ascending, as a distance between them allows. */
function apart(wanted, distance, low, high) {
  const places = [...wanted];
  for (let i = 1; i < places.length; i += 1) {
    places[i] = Math.max(places[i], places[i - 1] + distance);
  }
  let limit = high;
  for (let i = places.length - 1; i >= 0; i -= 1) {
    places[i] = Math.max(low + i * distance, Math.min(places[i], limit));
    limit = places[i] - distance;
  }
  return places;
}

/** The value at an alpha, straight between those that are known. */
function along1(alphas, values, alpha) {
  const after = alphas.findIndex((each) => each >= alpha);
  if (after <= 0) return values[after === 0 ? 0 : values.length - 1];
  const share = (alpha - alphas[after - 1]) / (alphas[after] - alphas[after - 1]);
  return values[after - 1] + share * (values[after] - values[after - 1]);
}

export default mounting(Opened);
