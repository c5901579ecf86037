// A drawing in its place: drawn when its description changes or its room, and moved with alpha.

const KINDS = { along: makeAlong, classes: makeClasses, bins: makeBins, rows: makeRows };

class Drawing {
  constructor(host) {
    this.root = add(host, "div", { class: "drawing" });
    this.figure = add(this.root, "div", { class: "figure" });
    this.tools = add(this.root, "p", { class: "tools" });
    addSave(this.tools, this.figure, () => this.spec.label, () => [], () => this.name());
    add(this.root, "div", { class: "tip", role: "tooltip", hidden: "" });
    this.tip = makeTip(this.root);
    this.observer = watchWidth(this.root, (width) => {
      this.width = width;
      this.draw();
    });
    // Until the typefaces have come, texts are measured in others.
    this.typefaces = () => {
      widthsChanged();
      this.draw();
    };
    document.fonts.addEventListener("loadingdone", this.typefaces);
    this.follow = ({ detail }) => this.move(detail);
    window.addEventListener(MOVED, this.follow);
    this.figure.addEventListener("pointermove", (event) => this.point(event));
    this.figure.addEventListener("pointerleave", () => this.leave());
  }

  receive({ data }) {
    if (data === this.data) return;
    const before = this.data;
    this.data = data;
    this.alphas = { alpha: data.alpha, versus: data.versus };
    if (data.figure === before?.figure) return this.move(this.alphas);
    this.spec = JSON.parse(data.figure);
    this.draw();
  }

  draw() {
    if (!this.spec || !this.width) return;
    this.tip.hide();
    this.figure.replaceChildren();
    this.drawn = null;
    this.tools.hidden = this.spec.kind === "message";
    if (this.tools.hidden) add(this.figure, "p", { class: "message" }, this.spec.text);
    else this.drawn = KINDS[this.spec.kind](this.figure, this.spec, this.width);
    this.move(this.alphas);
  }

  /** Point out the two alphas; what compares with none goes on doing so. */
  move({ alpha, versus }) {
    this.alphas = { alpha, versus: this.data.versus === null ? null : versus };
    this.drawn?.show(this.alphas.alpha, this.alphas.versus);
  }

  point(event) {
    const corner = this.figure.getBoundingClientRect();
    const found = this.drawn?.tell(event.clientX - corner.left, event.clientY - corner.top);
    if (found) this.tip.show(found.point, found.lines);
    else this.tip.hide();
  }

  /** Nothing is pointed at, and so nothing is ringed in a picture that is saved. */
  leave() {
    this.drawn?.tell(-Infinity, -Infinity);
    this.tip.hide();
  }

  name() {
    return `${this.spec.name}-${coefficient(this.alphas.alpha)}`;
  }

  destroy() {
    this.observer.disconnect();
    document.fonts.removeEventListener("loadingdone", this.typefaces);
    window.removeEventListener(MOVED, this.follow);
  }
}

export default mounting(Drawing);
