// The confusions that change most, with images that moved, and the matrix beside or below them.

const TRACK = 130; // pixels of the small axis of a pair
const BESIDE = 30; // classes up to which the matrix has room beside the list

class Confused {
  constructor(host) {
    this.root = add(host, "div", { class: "figure" });
    this.both = add(this.root, "div", { class: "both" });
    this.list = add(this.both, "div");
    const side = add(this.both, "div");
    this.key = add(side, "p", { class: "key-line" });
    this.box = add(side, "div", { class: "matrix" });
    this.save = add(side, "p", { class: "save" }, "Save the matrix: ");
    for (const kind of ["SVG", "PNG"]) {
      const button = add(this.save, "button", { type: "button" }, kind);
      button.addEventListener("click", () => savePicture(this.box, this.title(), [], kind, this.data.name));
    }
    add(this.root, "div", { class: "tip", role: "tooltip", hidden: "" });
    this.tip = makeTip(this.root);
    this.matrix = new Matrix(this.box, this.tip);
    this.observers = [
      watchWidth(this.root, (width) => {
        this.width = width;
        this.draw();
      }),
      watchWidth(this.box, (width) => {
        this.room = width;
        this.drawMatrix();
      }),
    ];
  }

  receive({ data }) {
    if (data === this.data) return;
    this.data = data;
    this.draw();
  }

  title() {
    const { set, alpha, versus, shown } = this.data;
    if (shown === "counts") return `Confusions on ${set} at α ${alpha}`;
    return `Confusions on ${set}: α ${alpha} minus α ${versus}`;
  }

  draw() {
    if (!this.data || !(this.width >= 200)) return;
    this.tip.hide();
    const beside = this.width > 1000 && this.data.classes.length <= BESIDE;
    this.both.classList.toggle("below", !beside);
    this.drawList();
    this.drawKey();
    this.save.hidden = this.data.cells.length === 0;
    this.drawMatrix();
  }

  drawMatrix() {
    if (this.data && this.room) this.matrix.draw(this.data, this.room);
  }

  drawKey() {
    const { shown, alpha } = this.data;
    this.key.replaceChildren();
    const entries =
      shown === "counts"
        ? [["plain", `images at α ${alpha}`]]
        : [["square", `fewer such errors at α ${alpha}`], ["circle", "more"]];
    for (const [kind, words] of entries) {
      const entry = add(this.key, "span");
      add(entry, "i", { class: kind });
      entry.append(words);
    }
    add(this.key, "span", {}, "area and figure: images");
  }

  drawList() {
    const { pairs, alpha, versus } = this.data;
    this.list.replaceChildren();
    if (pairs.length === 0) {
      add(this.list, "p", { class: "empty" }, "No confusion changes between the two alphas.");
      return;
    }
    const table = add(this.list, "table", { class: "pairs" });
    const head = add(add(table, "thead"), "tr");
    add(head, "th", { scope: "col" }, "Examples");
    add(head, "th", { scope: "col" }, "True class, read as");
    add(head, "th", { scope: "col" }, `Images, ○ ${versus}  ● ${alpha}`);
    add(head, "th", { scope: "col", class: "number" }, "Change");
    const body = add(table, "tbody");
    const most = Math.max(...pairs.map(({ count, compared }) => Math.max(count, compared)));
    for (const pair of pairs) this.drawPair(add(body, "tr"), pair, most);
  }

  drawPair(row, pair, most) {
    row.className = pair.clear ? "clear" : "noise";
    const examples = add(row, "td", { class: "examples" });
    for (const { uri, source } of pair.images) {
      if (uri) add(examples, "img", { src: uri, alt: "", title: source });
      else add(examples, "span", { class: "none", title: source });
    }
    const link = add(add(row, "td"), "a", { href: pair.href, target: "_self", class: "pair" });
    add(link, "b", {}, pair.true);
    link.append(` read as ${pair.read}`);
    this.drawTrack(add(row, "td"), pair, most);
    const sign = pair.change > 0 ? "+" : MINUS;
    const kind = pair.change > 0 ? "more" : "fewer";
    add(row, "td", { class: `number change ${kind}` }, `${sign}${thousands(Math.abs(pair.change))}`);
  }

  drawTrack(cell, { count, compared, clear, change }, most) {
    const room = [24, TRACK - 24];
    const x = (value) => room[0] + (value / most) * (room[1] - room[0]);
    const svg = add(cell, "svg", { width: TRACK, height: 22, "aria-hidden": "true" });
    const kind = clear ? `clear ${change > 0 ? "loss" : "gain"}` : "noise";
    const group = add(svg, "g", { class: kind });
    add(group, "path", { class: "grid", d: `M${room[0]} 11H${room[1]}` });
    add(group, "path", { class: "move", d: `M${x(compared)} 11H${x(count)}` });
    add(group, "circle", { class: "ring", cx: x(compared), cy: 11, r: 4.5 });
    add(group, "circle", { class: "dot", cx: x(count), cy: 11, r: 4.5 });
    const ends = count > compared ? [compared, count] : [count, compared];
    add(group, "text", { class: "small end", x: x(ends[0]) - 8, y: 11 }, thousands(ends[0]));
    add(group, "text", { class: "small", x: x(ends[1]) + 8, y: 11 }, thousands(ends[1]));
  }

  destroy() {
    for (const observer of this.observers) observer.disconnect();
  }
}

export default mounting(Confused);
