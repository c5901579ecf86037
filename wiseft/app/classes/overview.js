// All classes at once, a column a class: above, its change at the alpha in hand; below, its change
// at every alpha in printed steps. A click, or Enter, asks for the class.

const TITLES = 34; // room for the heads
const PROFILE = 104; // height of the changes
const HEAT = 236; // height of the map
const FOOT = 74; // room for the names of the ends and for the key

class Overview {
  constructor(host) {
    this.root = add(host, "div", { class: "figure" });
    this.plot = add(this.root, "div", { class: "plot" });
    const save = add(this.root, "p", { class: "save" }, "Save the picture: ");
    for (const kind of ["SVG", "PNG"]) {
      const button = add(save, "button", { type: "button" }, kind);
      button.addEventListener("click", () => this.savePlain(kind));
    }
    add(this.root, "div", { class: "tip", role: "tooltip", hidden: "" });
    this.tip = makeTip(this.root);
    this.cell = [0, 0];
    this.observer = watchWidth(this.root, (width) => {
      this.width = width;
      this.draw();
    });
  }

  async receive({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    const paper = getComputedStyle(this.root).backgroundColor; // the map is of plain colours
    if (data === this.data && paper === this.paper) return;
    this.paper = paper;
    if (data.values !== this.packed) {
      const values = await unpacked(data.values);
      [this.packed, this.values] = [data.values, values];
    }
    this.data = data;
    this.cell = [Math.min(this.cell[0], data.names.length - 1), data.at];
    this.draw();
  }

  title() {
    const { metric, set, alphas, versus } = this.data;
    return `${metric} on ${set}, all classes at every α against α ${coefficient(alphas[versus])}`;
  }

  /** A metric of a class at an alpha, in tenths of a per cent; null where there is none. */
  value(column, index) {
    const { columns, alphas } = this.data;
    const found = this.values[columns[column] * alphas.length + index];
    return found < 0 ? null : found;
  }

  /** The change against the compared alpha, likewise. */
  change(column, index) {
    const [one, other] = [this.value(column, index), this.value(column, this.data.versus)];
    return one === null || other === null ? null : one - other;
  }

  x(column) {
    return this.left + (column / this.data.names.length) * (this.right - this.left);
  }

  y(index) {
    return TITLES + PROFILE + 14 + HEAT * (1 - index / this.data.alphas.length);
  }

  draw() {
    if (!this.data || !(this.width >= 200)) return;
    this.tip.hide();
    this.narrow = this.width < 760;
    this.left = this.narrow ? 52 : 84;
    this.right = this.width - 1;
    this.plot.replaceChildren();
    const height = this.y(0) + FOOT;
    this.svg = add(this.plot, "svg", { width: this.width, height, role: "group", "aria-label": this.title() });
    this.drawProfile();
    this.drawMap();
    this.drawAlphas();
    this.drawFoot();
    this.drawPointer();
  }

  text(x, y, words, kind = "") {
    return add(this.svg, "text", { x, y, class: kind }, words);
  }

  /** The change of every class at the alpha in hand, from a line of no change. */
  drawProfile() {
    const { metric, alphas, at, versus, changes, signs, clear } = this.data;
    const signed = changes.map((each, i) => (each === null ? 0 : signs[i] * each));
    const [low, high] = [Math.min(0, ...signed), Math.max(0, ...signed, 10)];
    const y = (change) => TITLES + ((high - change) / (high - low)) * PROFILE;
    this.text(0, 12, `Change of ${metric === "F1" ? metric : metric.toLowerCase()}`, "bold");
    const from = textWidth(this.root, `Change of ${metric.toLowerCase()}`, 14, 600) + 18;
    const words = `points, at α ${coefficient(alphas[at])} against α ${coefficient(alphas[versus])}; grey within noise`;
    if (!this.narrow) this.text(from, 12, words, "small");
    for (const tick of changeTicks(low, high)) {
      add(this.svg, "path", { class: "grid", d: `M${this.left} ${y(tick)}H${this.right}` });
      this.text(this.left - 8, y(tick), tick === 0 ? "0" : points(tick).replace(".0", ""), "small end");
    }
    const paths = { gain: "", loss: "", noise: "" };
    const wide = this.x(1) - this.x(0);
    const apart = wide > 5 ? 1 : 0;
    signed.forEach((change, i) => {
      if (!change) return;
      const kind = clear[i] === "0" ? "noise" : change > 0 ? "gain" : "loss";
      const box = `M${this.x(i).toFixed(2)} ${y(0).toFixed(2)}V${y(change).toFixed(2)}`;
      paths[kind] += `${box}h${(wide - apart).toFixed(2)}V${y(0).toFixed(2)}Z`;
    });
    for (const [kind, d] of Object.entries(paths)) add(this.svg, "path", { class: `bar-${kind}`, d });
    add(this.svg, "path", { class: "axis", d: `M${this.left} ${y(0)}H${this.right}` });
  }

  /** The map as an image of one pixel a class and alpha, stretched to its place. */
  drawMap() {
    const { names, alphas, step, steps } = this.data;
    const page = document.createElement("canvas");
    [page.width, page.height] = [names.length, alphas.length];
    const brush = page.getContext("2d");
    const picture = brush.createImageData(names.length, alphas.length);
    const pixels = new Uint32Array(picture.data.buffer);
    const colours = this.stepColours(brush);
    for (let column = 0; column < names.length; column += 1) {
      for (let index = 0; index < alphas.length; index += 1) {
        const change = this.change(column, index);
        if (change === null) continue;
        const printed = Math.min(Math.max(Math.round(change / step), -steps), steps);
        pixels[(alphas.length - 1 - index) * names.length + column] = colours[printed + steps];
      }
    }
    brush.putImageData(picture, 0, 0);
    const [top, width] = [this.y(alphas.length), this.right - this.left];
    // Where there are fewer pixels than classes, neighbours are mixed; else cells have edges.
    const fine = names.length > width * window.devicePixelRatio;
    add(this.svg, "image", {
      href: page.toDataURL(),
      x: this.left,
      y: top,
      width,
      height: HEAT,
      preserveAspectRatio: "none",
      "image-rendering": fine ? "auto" : "pixelated",
    });
  }

  /** The colours of the steps as whole pixels, painted with a brush and read again. */
  stepColours(brush) {
    const samples = [...STEP_NAMES].map((name) => add(this.svg, "rect", { class: `s-${name}` }));
    const colours = samples.map((sample) => getComputedStyle(sample).fill);
    for (const sample of samples) sample.remove();
    return colours.map((colour) => {
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
      return new Uint32Array(brush.getImageData(0, 0, 1, 1).data.buffer)[0];
    });
  }

  /** The scale at the left: the ends, ticks where was evaluated, and the two alphas. */
  drawAlphas() {
    const { alphas, exact, at, versus } = this.data;
    const last = alphas.length - 1;
    const middle = (index) => (this.y(index) + this.y(index + 1)) / 2;
    const x = this.left - 9;
    add(this.svg, "path", { class: "axis", d: `M${x} ${middle(0)}V${middle(last)}` });
    for (const index of exact) add(this.svg, "path", { class: "axis", d: `M${x} ${middle(index)}h3` });
    const words = new Map([[0, "zero-shot"], [1, "fine-tuned"]]);
    for (const index of new Set([0, last])) {
      const word = this.narrow ? undefined : words.get(alphas[index]);
      const near = Math.abs(middle(at) - middle(index)) < 14;
      if (!near) this.text(x - 8, middle(index), word ?? coefficient(alphas[index]), "small end");
    }
    const key = add(this.svg, "g", { class: "key" });
    add(key, "circle", { class: "ring", cx: x, cy: middle(versus), r: 4.5 });
    add(key, "circle", { class: "dot", cx: x, cy: middle(at), r: 4 });
    const here = add(this.svg, "text", { class: "bold end", x: x - 8, y: middle(at) }, `α ${coefficient(alphas[at])}`);
    here.style.fontSize = "12.5px";
    const tall = Math.max(this.y(at) - this.y(at + 1), 5);
    const box = { x: this.left, y: middle(at) - tall / 2, width: this.right - this.left, height: tall };
    add(this.svg, "rect", { class: "column", ...box });
  }

  /** Which classes are drawn below, those at both ends by name, and the key of the steps. */
  drawFoot() {
    const { names, below, changes, signs, step } = this.data;
    const y = this.y(0);
    const wide = Math.max(this.x(1) - this.x(0), 1);
    const d = below.map((column) => `M${this.x(column).toFixed(2)} ${y + 5}h${wide.toFixed(2)}v4h-${wide.toFixed(2)}Z`);
    add(this.svg, "path", { class: "below", d: d.join("") });
    const room = (this.right - this.left) / 2 - 110;
    const last = names.length - 1;
    const said = (i) => `${fitted(this.root, names[i], room, 12.5)} ${points(changes[i] === null ? null : signs[i] * changes[i])}`;
    this.text(this.left, y + 22, said(0), "small");
    this.text(this.right, y + 22, said(last), "small end");
    const centre = (this.x(below[0]) + this.x(below.at(-1) + 1)) / 2;
    const words = "one by one below";
    const half = textWidth(this.root, words, 12.5) / 2;
    const [start, end] = [0, last].map((i) => textWidth(this.root, said(i), 12.5) + half + 16);
    if (centre < this.left + start) this.text(this.left, y + 39, words, "small");
    else if (centre > this.right - end) this.text(this.right, y + 39, words, "small end");
    else this.text(centre, y + 22, words, "small middle");
    drawStepKey(this.svg, this.root, this.right, y + 56, `${step / 10}`, this.narrow ? 10 : 13);
  }

  /** What is under the pointer, or where the arrow keys stand, is told and can be asked for. */
  drawPointer() {
    const { names, alphas } = this.data;
    const top = TITLES;
    this.cursor = add(this.svg, "g", { class: "cursor", visibility: "hidden" });
    add(this.cursor, "path", { d: `M0 ${top}V${this.y(0)}` });
    add(this.cursor, "circle", { r: 3.5 });
    this.field = add(this.svg, "rect", {
      class: "field",
      x: this.left,
      y: top,
      width: this.right - this.left,
      height: this.y(0) - top,
      tabindex: 0,
      role: "slider",
      "aria-label": "Class; up and down change alpha, Enter shows the class",
      "aria-valuemin": 1,
      "aria-valuemax": names.length,
    });
    this.field.addEventListener("pointermove", (event) => this.follow(event));
    this.field.addEventListener("pointerleave", () => this.leave());
    this.field.addEventListener("blur", () => this.leave());
    this.field.addEventListener("focus", () => this.field.matches(":focus-visible") && this.tell());
    this.field.addEventListener("click", (event) => {
      this.follow(event);
      this.ask();
    });
    this.field.addEventListener("keydown", (event) => this.press(event, names.length, alphas.length));
    this.speak();
  }

  follow(event) {
    const { names, alphas, at } = this.data;
    const box = this.plot.getBoundingClientRect();
    const share = (event.clientX - box.left - this.left) / (this.right - this.left);
    const column = Math.min(Math.max(Math.floor(share * names.length), 0), names.length - 1);
    const up = (this.y(0) - (event.clientY - box.top)) / HEAT;
    const index = up > 1 ? at : Math.min(Math.max(Math.floor(up * alphas.length), 0), alphas.length - 1);
    this.cell = [column, index];
    this.tell();
  }

  press(event, columns, rows) {
    const moves = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
      PageUp: [-10, 0], PageDown: [10, 0], Home: [-columns, 0], End: [columns, 0],
    };
    if (event.key === "Enter" || event.key === " ") this.ask();
    else if (event.key in moves) {
      const limits = [columns, rows];
      this.cell = this.cell.map((each, i) => Math.min(Math.max(each + moves[event.key][i], 0), limits[i] - 1));
      this.tell();
    } else return;
    event.preventDefault();
  }

  tell() {
    const [column, index] = this.cell;
    const [x, y] = [(this.x(column) + this.x(column + 1)) / 2, (this.y(index) + this.y(index + 1)) / 2];
    this.cursor.setAttribute("visibility", "visible");
    moveTo(this.cursor.firstChild, [x, 0]);
    moveTo(this.cursor.lastChild, [x, y]);
    this.tip.show([x, y], this.told());
    this.speak();
  }

  leave() {
    this.cursor.setAttribute("visibility", "hidden");
    this.tip.hide();
  }

  speak() {
    this.field.setAttribute("aria-valuenow", this.cell[0] + 1);
    this.field.setAttribute("aria-valuetext", this.told().map((line) => line.join(" ")).join("; "));
  }

  told() {
    const { names, counts, alphas, at, versus, metric, clear } = this.data;
    const [column, index] = this.cell;
    const noise = clear[column] === "1" ? "more than noise" : "within noise";
    return [
      [names[column], `${thousands(counts[column])} images`],
      [percent(this.value(column, index)), `${metric.toLowerCase()} at α ${coefficient(alphas[index])}`],
      [percent(this.value(column, versus)), `at α ${coefficient(alphas[versus])}`],
      [`${points(this.change(column, index))}${THIN}pp`, index === at ? noise : ""],
    ];
  }

  ask() {
    const name = this.data.names[this.cell[0]];
    this.setStateValue("wish", { name, stamp: `${Date.now()}` });
  }

  /** Save what stands still, without the cursor. */
  savePlain(kind) {
    this.leave();
    savePicture(this.plot, this.title(), [], kind, this.data.name);
  }

  destroy() {
    this.observer.disconnect();
  }
}

/** 16-bit numbers, of the byte order of all browsers, out of deflated base64. */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Int16Array(await new Response(stream).arrayBuffer());
}

/** A few round changes between two, in tenths of a point, with zero. */
function changeTicks(low, high) {
  const size = [20, 50, 100, 200, 250, 500].find((each) => (high - low) / each <= 4) ?? 1000;
  const found = [];
  for (let tick = Math.ceil(low / size) * size; tick <= high; tick += size) found.push(tick || 0);
  return found;
}

export default mounting(Overview);
