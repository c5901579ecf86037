// Every class in a line across: its name, both alphas with their intervals, the change, the images
// that are fixed and broken, and the change at every alpha in printed steps.

const ROW = 25; // pixels from one class to the next
const TOP = 62; // room for the heads
const BOTTOM = 40; // and for the key of the steps

class Lines {
  constructor(host) {
    this.root = add(host, "div", { class: "figure" });
    this.plot = add(this.root, "div", { class: "plot" });
    this.save = add(this.root, "p", { class: "save" }, "Save the figure: ");
    for (const kind of ["SVG", "PNG"]) {
      const button = add(this.save, "button", { type: "button" }, kind);
      button.addEventListener("click", () => savePicture(this.plot, this.title(), [], kind, this.data.name));
    }
    add(this.root, "div", { class: "tip", role: "tooltip", hidden: "" });
    this.tip = makeTip(this.root);
    this.observer = watchWidth(this.root, (width) => {
      this.width = width;
      this.draw();
    });
    this.typefaces = () => this.draw();
    document.fonts.addEventListener("loadingdone", this.typefaces);
  }

  receive({ data }) {
    if (data === this.data) return;
    const before = this.data;
    this.data = data;
    this.draw();
    if (before && data.picked && data.picked !== before.picked) {
      this.plot.querySelector(".picked")?.scrollIntoView({ block: "center", behavior: "smooth" });
    }
  }

  title() {
    const { metric, set, alphas, at, versus } = this.data;
    const [one, other] = [coefficient(alphas[at]), coefficient(alphas[versus])];
    return `${metric} on ${set}, every class at α ${one} against α ${other}`;
  }

  /** Where the columns stand, in pixels. */
  plan() {
    const { rows } = this.data;
    const widest = Math.max(60, ...rows.map(({ name }) => textWidth(this.root, name, 14, 600)));
    const name = Math.min(widest, 0.19 * this.width, 230);
    const narrow = this.width < 760;
    const numbers = narrow ? 116 : 168;
    const gap = narrow ? 14 : 22;
    const rest = this.width - name - numbers - 4 * gap;
    const plot = [name + gap, name + gap + 0.5 * rest];
    const end = plot[1] + gap + numbers;
    return { name, plot, change: plot[1] + gap + (narrow ? 34 : 50), fixed: end - (narrow ? 40 : 62), broken: end, heat: [end + gap, this.width - 1], narrow };
  }

  draw() {
    if (!this.data || !(this.width >= 200)) return;
    this.tip.hide();
    const { rows } = this.data;
    const height = TOP + ROW * rows.length + BOTTOM;
    this.plot.replaceChildren();
    const label = `${this.title()}. ${rows.length} classes; each line links to its images.`;
    const svg = add(this.plot, "svg", { width: this.width, height, role: "group", "aria-label": label });
    this.svg = svg;
    const plan = this.plan();
    this.drawHeads(plan, rows.length);
    this.drawHeat(plan);
    rows.forEach((row, i) => this.drawRow(plan, row, TOP + ROW * (i + 0.5), i));
    this.drawColumn(plan, rows.length);
    this.drawKey(plan, TOP + ROW * rows.length + 24);
  }

  text(parent, x, y, words, kind = "") {
    return add(parent, "text", { x, y, class: kind }, words);
  }

  share(plan, value) {
    const [from, to] = plan.plot;
    return from + (value / 1000) * (to - from);
  }

  /** Where an alpha stands in the heat map: the middle of its cell. */
  at(plan, index) {
    const [from, to] = plan.heat;
    return from + ((index + 0.5) / this.data.alphas.length) * (to - from);
  }

  drawHeads(plan, count) {
    const { svg, data } = this;
    const bottom = TOP + ROW * count;
    const [alpha, versus] = [data.alphas[data.at], data.alphas[data.versus]].map(coefficient);
    this.text(svg, plan.plot[0], 12, data.metric, "bold");
    if (!plan.narrow) this.drawMarksKey(plan, alpha, versus);
    for (const tick of [0, 250, 500, 750, 1000]) {
      const x = this.share(plan, tick);
      add(svg, "path", { class: "grid", d: `M${x} ${TOP - 8}V${bottom}` });
      if (plan.narrow && tick % 500) continue;
      const words = tick === 1000 ? `100${THIN}%` : `${tick / 10}`;
      this.text(svg, x, 40, words, plan.narrow && tick === 1000 ? "small end" : "small middle");
    }
    this.text(svg, plan.change, 12, "Change", "bold end");
    this.text(svg, plan.change, 40, "points", "small end");
    this.text(svg, plan.broken, 12, "Images", "bold end");
    this.text(svg, plan.fixed, 40, "fixed", "small end");
    this.text(svg, plan.broken, 40, "broken", "small end");
    this.text(svg, plan.heat[0], 12, plan.narrow ? `At every α` : `${data.metric} at every α, against α ${versus}`, "bold");
    this.drawAlphas(plan, alpha);
  }

  drawMarksKey(plan, alpha, versus) {
    const key = add(this.svg, "g", { class: "key" });
    let x = plan.plot[0] + textWidth(this.root, this.data.metric, 14, 600) + 22;
    const entries = [["dot", `α ${alpha}, line: 95${THIN}% interval`], ["ring", `α ${versus}, band`]];
    for (const [kind, words] of entries) {
      add(key, "circle", { class: kind, cx: x, cy: 12, r: 4.5 });
      this.text(key, x + 10, 12, words, "small");
      x += textWidth(this.root, words, 12.5) + 34;
    }
  }

  /** The scale over the heat map: ends, ticks where was evaluated, and the two alphas. */
  drawAlphas(plan, alpha) {
    const { svg, data } = this;
    const last = data.alphas.length - 1;
    const y = TOP - 9;
    const words = new Map([[0, "zero-shot"], [1, "fine-tuned"]]);
    const here = this.at(plan, data.at);
    const half = textWidth(this.root, alpha, 12.5, 600) / 2;
    const first = `${data.alphas[0]} ${plan.narrow ? "" : words.get(data.alphas[0]) ?? ""}`.trim();
    const end = `${data.alphas[last]} ${plan.narrow ? "" : words.get(data.alphas[last]) ?? ""}`.trim();
    const [left, right] = [first, end].map((each) => textWidth(this.root, each, 12.5));
    if (here - half > plan.heat[0] + left + 6) this.text(svg, plan.heat[0], 38, first, "small");
    if (here + half < plan.heat[1] - right - 6) this.text(svg, plan.heat[1], 38, end, "small end");
    const middle = Math.min(Math.max(here, plan.heat[0] + half), plan.heat[1] - half);
    add(svg, "text", { x: middle, y: 38, class: "bold middle", style: "font-size: 12.5px" }, alpha);
    const [from, to] = [this.at(plan, 0), this.at(plan, last)];
    add(svg, "path", { class: "axis", d: `M${from} ${y}H${to}` });
    for (const index of data.exact) {
      add(svg, "path", { class: "axis", d: `M${this.at(plan, index)} ${y}v-3` });
    }
    const key = add(svg, "g", { class: "key" });
    add(key, "circle", { class: "ring", cx: this.at(plan, data.versus), cy: y, r: 4.5 });
    add(key, "circle", { class: "dot", cx: here, cy: y, r: 4 });
  }

  drawRow(plan, row, y, index) {
    const kind = row.clear ? `clear ${row.sign > 0 ? "gain" : "loss"}` : "noise";
    const group = add(this.svg, "g", { class: kind });
    if (index % 4 === 0 && index > 0) {
      const d = `M0 ${y - ROW / 2}H${plan.broken}`;
      add(group, "path", { class: "rule", d });
    }
    const picked = row.name === this.data.picked;
    const link = add(group, "a", { href: row.href, target: "_self", "aria-label": this.spoken(row), ...(picked && { "aria-current": "true" }) });
    add(link, "rect", { class: picked ? "hit picked" : "hit", x: 0, y: y - ROW / 2 + 1, width: plan.change + 4, height: ROW - 2 });
    this.text(link, plan.name, y, fitted(this.root, row.name, plan.name, 14), "name end");
    if (row.now[1] !== null && row.then[1] !== null) this.drawDumbbell(link, plan, row, y);
    this.text(link, plan.change, y, row.change, "change end");
    this.tip.explain(link, () => this.told(row));
    this.drawImages(group, plan.fixed, y, row.fixed, row.fixedHref, `${row.name}: ${row.fixed} fixed`);
    this.drawImages(group, plan.broken, y, row.broken, row.brokenHref, `${row.name}: ${row.broken} broken`);
    this.drawBest(group, plan, row, y);
  }

  drawDumbbell(link, plan, { now, then }, y) {
    const x = (value) => this.share(plan, value);
    add(link, "rect", { class: "band", x: x(then[0]), y: y - 4, width: x(then[2]) - x(then[0]), height: 8 });
    add(link, "path", { class: "move", d: `M${x(then[1])} ${y}H${x(now[1])}` });
    const d = `M${x(now[0])} ${y}H${x(now[2])}M${x(now[0])} ${y - 3}v6M${x(now[2])} ${y - 3}v6`;
    add(link, "path", { class: "interval", d });
    add(link, "circle", { class: "ring", cx: x(then[1]), cy: y, r: 4.5 });
    add(link, "circle", { class: "dot", cx: x(now[1]), cy: y, r: 4.5 });
  }

  /** A count of images that leads to them; a dot where there are none. */
  drawImages(parent, x, y, count, href, label) {
    if (count === 0) {
      this.text(parent, x, y, "·", "count end");
      return;
    }
    const link = add(parent, "a", { href, target: "_self", "aria-label": label });
    add(link, "rect", { class: "hit", x: x - 34, y: y - ROW / 2 + 1, width: 38, height: ROW - 2 });
    this.text(link, x, y, thousands(count), "count end");
  }

  /**
   * The steps of all classes, a path each: as elements of their own, thousands of cells are slow.
   * Runs of equal steps are one rectangle; cells stand apart where there are few.
   */
  drawHeat(plan) {
    const paths = new Map([...STEP_NAMES].map((name) => [name, ""]));
    const width = (plan.heat[1] - plan.heat[0]) / this.data.alphas.length;
    const apart = width > 12 ? 1 : 0;
    for (const [i, { heat }] of this.data.rows.entries()) {
      const top = TOP + ROW * i + 1;
      for (let from = 0, to = 0; from < heat.length; from = to) {
        do to += 1; while (!apart && to < heat.length && heat[to] === heat[from]);
        if (heat[from] === ".") continue;
        const [x, wide] = [plan.heat[0] + from * width, (to - from) * width - apart];
        const box = `M${x.toFixed(2)} ${top}h${wide.toFixed(2)}v${ROW - 2}h${(-wide).toFixed(2)}Z`;
        paths.set(heat[from], paths.get(heat[from]) + box);
      }
    }
    for (const [name, d] of paths) if (d) add(this.svg, "path", { class: `s-${name}`, d });
  }

  /** A diamond at the alpha that is best for the class. */
  drawBest(parent, plan, { best }, y) {
    if (best < 0) return;
    add(parent, "path", { class: "best", d: `M${this.at(plan, best)} ${y - 5}l5 5l-5 5l-5 -5Z` });
  }

  /** The alpha in hand, as an outline from the first class to the last. */
  drawColumn(plan, count) {
    const cell = Math.max((plan.heat[1] - plan.heat[0]) / this.data.alphas.length, 8);
    const x = this.at(plan, this.data.at) - cell / 2;
    add(this.svg, "rect", { class: "column", x, y: TOP - 2, width: cell, height: ROW * count + 4 });
  }

  drawKey(plan, y) {
    const { svg, data } = this;
    let x = plan.heat[1];
    if (!plan.narrow) {
      const best = "best for the class, clearly better";
      this.text(svg, x, y, best, "small end");
      x -= textWidth(this.root, best, 12.5) + 12;
      add(svg, "path", { class: "best", d: `M${x} ${y - 5}l5 5l-5 5l-5 -5Z` });
      x -= 22;
    }
    drawStepKey(svg, this.root, x, y, data.step, plan.narrow ? 10 : 13);
  }

  told(row) {
    const { alphas, at, versus, metric } = this.data;
    const range = ([low, value, high]) => `${percent(value)} (${tenths(low)}–${tenths(high)})`;
    const lines = [
      [row.name, `${thousands(row.count)} images`],
      [`${metric} at α ${coefficient(alphas[at])}`, range(row.now)],
      [`at α ${coefficient(alphas[versus])}`, range(row.then)],
      [`${row.exactly}${THIN}pp`, `(${row.between[0]} to ${row.between[1]}), ${row.clear ? "more than noise" : "within noise"}`],
    ];
    if (row.best >= 0) lines.push([`Best at α ${coefficient(alphas[row.best])}`]);
    return lines;
  }

  spoken(row) {
    return this.told(row).map((line) => line.join(" ")).join("; ");
  }

  destroy() {
    this.observer.disconnect();
    document.fonts.removeEventListener("loadingdone", this.typefaces);
  }
}

export default mounting(Lines);
