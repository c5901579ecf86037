// The matrix of confusions: true classes down, what they are taken for across. Area is images;
// squares are fewer errors, circles more. A cell without a mark is one where nothing happens.

const FEW = 12; // classes up to which cells may be large

class Matrix {
  constructor(box, tip) {
    this.box = box;
    this.tip = tip;
  }

  /** Draw it as wide as `room` allows. */
  draw(data, room) {
    const { classes, cells, shown } = data;
    this.data = data;
    this.box.replaceChildren();
    if (cells.length === 0) {
      const nothing = shown === "counts" ? "No image is confused." : "No confusion changes.";
      add(this.box, "p", { class: "empty" }, nothing);
      return;
    }
    const widest = Math.max(...classes.map((name) => textWidth(this.box, name, 12.5, 600)));
    const left = Math.min(widest, 150) + 8;
    const top = Math.min(widest, 150) * 0.85 + 14;
    const right = Math.min(widest, 150) * 0.53;
    const largest = classes.length <= FEW ? 48 : 30;
    this.cell = Math.max(11, Math.min(largest, (room - left - right) / classes.length));
    const side = this.cell * classes.length;
    const svg = add(this.box, "svg", {
      width: left + side + right,
      height: top + side + 2,
      role: "group",
      "aria-label": "Confusion matrix; each mark links to its images",
    });
    this.corner = [left, top];
    this.drawGrid(svg, side);
    this.drawNames(svg, data);
    const most = Math.max(...cells.map(({ value }) => Math.abs(value)));
    for (const each of cells) this.drawCell(svg, each, most);
  }

  drawGrid(svg, side) {
    const [left, top] = this.corner;
    const edges = Array.from({ length: this.data.classes.length + 1 }, (_, i) => i * this.cell);
    const lines = edges.map((at) => `M${left} ${top + at}h${side}M${left + at} ${top}v${side}`);
    add(svg, "path", { class: "grid", d: lines.join("") });
    const square = `h${this.cell}v${this.cell}h${-this.cell}Z`;
    const diagonal = edges.slice(0, -1).map((at) => `M${left + at} ${top + at}${square}`);
    add(svg, "path", { class: "same", d: diagonal.join("") });
  }

  drawNames(svg, { classes, cells }) {
    const [left, top] = this.corner;
    const bold = [new Set(), new Set()];
    for (const { row, column, clear } of cells) {
      if (!clear) continue;
      bold[0].add(row);
      bold[1].add(column);
    }
    classes.forEach((name, i) => {
      const middle = (i + 0.5) * this.cell;
      const short = fitted(this.box, name, 150, 12.5);
      const kind = (side) => (bold[side].has(i) ? "moves" : "still");
      add(svg, "text", { class: `end ${kind(0)}`, x: left - 7, y: top + middle }, short);
      const [x, y] = [left + middle, top - 7];
      add(svg, "text", { class: kind(1), x, y, transform: `rotate(-58 ${x} ${y})` }, short);
    });
    add(svg, "text", { class: "small", x: 0, y: 8 }, "true ↓  read as →");
  }

  drawCell(svg, each, most) {
    const [left, top] = this.corner;
    const { row, column, value, href } = each;
    const [x, y] = [left + (column + 0.5) * this.cell, top + (row + 0.5) * this.cell];
    const side = Math.max(3, (this.cell - 2) * Math.sqrt(Math.abs(value) / most));
    const link = add(svg, "a", { href, target: "_self", class: "cell", "aria-label": this.spoken(each) });
    const half = this.cell / 2;
    add(link, "rect", { class: "hit", x: x - half, y: y - half, width: this.cell, height: this.cell });
    if (this.data.shown === "difference" && value > 0) {
      add(link, "circle", { class: "more-mark", cx: x, cy: y, r: side / 2 });
    } else {
      const kind = this.data.shown === "difference" ? "fewer-mark" : "count-mark";
      add(link, "rect", { class: kind, x: x - side / 2, y: y - side / 2, width: side, height: side });
    }
    const words = thousands(Math.abs(value));
    if (side > 7 * words.length + 4) add(link, "text", { class: "figure-in", x, y: y + 0.5 }, words);
    this.tip.explain(link, () => this.told(each));
  }

  told({ row, column, count, compared, clear }) {
    const { classes, alpha, versus } = this.data;
    const change = `${count > compared ? "+" : count < compared ? MINUS : ""}${Math.abs(count - compared)}`;
    return [
      [classes[row], `read as ${classes[column]}`],
      [thousands(count), `at α ${alpha},`, thousands(compared), `at α ${versus}`],
      [change, clear ? "more than noise" : "within noise"],
    ];
  }

  spoken(each) {
    return this.told(each).map((line) => line.join(" ")).join("; ");
  }
}
