// Two alphas, compared. The drawings of the page follow while they are moved; Python is told where
// they come to rest.

const SETTLED = 120; // milliseconds without a move
const INSET = 8; // pixels from the edge of the rail to its ends
const RADIUS = 7.5; // of a thumb

class Pair {
  constructor(root) {
    this.element = root.querySelector(".pair");
    this.rail = root.querySelector(".rail");
    this.span = root.querySelector(".span");
    this.cuts = root.querySelector(".cuts");
    this.ends = [...root.querySelectorAll(".ends span")];
    this.sides = ["one", "other"].map((name) => ({
      thumb: root.querySelector(`.thumb.${name}`),
      range: root.querySelector(`.rail input.${name}`),
      field: root.querySelector(`.typed input.${name}`),
      index: 0,
    }));
    this.root = root;
    this.moves = -1;
    for (const side of this.sides) this.listen(side);
    this.listenToPointer();
    this.observer = new ResizeObserver(() => this.show());
    this.observer.observe(this.rail);
  }

  /** Take what Python sent: on the first run, and after every change of it. */
  receive({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    if (data === this.data) return;
    this.data = data;
    const before = this.alphas && this.sides.map((side) => this.alphas[side.index]);
    this.alphas = data.alphas;
    this.exact = new Set(data.exact);
    this.sides.forEach((side, i) => (side.index = before ? this.nearest(before[i]) : 0));
    if (data.move.count !== this.moves) {
      this.moves = data.move.count;
      this.sides[0].index = this.nearest(data.move.alpha);
      this.sides[1].index = this.nearest(data.move.versus);
      this.told = this.wish();
    }
    const gaps = this.alphas.slice(1).map((alpha, i) => alpha - this.alphas[i]);
    for (const { range } of this.sides) {
      range.min = this.alphas[0];
      range.max = this.alphas.at(-1);
      range.step = Math.min(...gaps).toFixed(4);
    }
    this.drawCuts();
    this.show();
  }

  drawCuts() {
    this.cuts.replaceChildren();
    for (const index of this.exact) {
      add(this.cuts, "i", { style: `left: ${100 * this.share(index)}%` });
    }
    const names = new Map([[0, "zero-shot"], [1, "fine-tuned"]]);
    const last = [this.alphas[0], this.alphas.at(-1)];
    last.forEach((alpha, i) => write(this.ends[i], names.get(alpha) ?? coefficient(alpha)));
  }

  /** Where an alpha stands along the rail, 0 to 1. */
  share(index) {
    const [first, last] = [this.alphas[0], this.alphas.at(-1)];
    return (this.alphas[index] - first) / (last - first);
  }

  show() {
    const width = this.rail.clientWidth - 2 * INSET;
    if (!this.alphas || width <= 0) return;
    const places = this.sides.map(({ index }) => this.share(index) * width);
    this.sides.forEach(({ thumb, range, field, index }, i) => {
      const alpha = this.alphas[index];
      style(thumb, "transform", `translateX(${places[i] + INSET - RADIUS}px)`);
      style(thumb, "--current", ramp(alpha));
      thumb.classList.toggle("hollow", !this.exact.has(index));
      range.value = alpha;
      put(range, "aria-valuetext", this.spoken(index));
      if (this.root.activeElement !== field) field.value = coefficient(alpha);
    });
    this.sides[1].thumb.classList.toggle("same", this.sides[0].index === this.sides[1].index);
    style(this.span, "left", `${INSET + Math.min(...places)}px`);
    style(this.span, "width", `${Math.abs(places[1] - places[0])}px`);
  }

  /** What a screen reader says of an alpha. */
  spoken(index) {
    const names = new Map([[0, ", zero-shot"], [1, ", fine-tuned"]]);
    const alpha = this.alphas[index];
    const guessed = this.exact.has(index) ? "" : ", interpolated";
    return `alpha ${coefficient(alpha)}${names.get(alpha) ?? ""}${guessed}`;
  }

  nearest(number) {
    return nearestIn(this.alphas, number);
  }

  go(side, index) {
    if (index === side.index) return;
    side.index = index;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.show();
      window.dispatchEvent(new CustomEvent(MOVED, { detail: this.wish() }));
    });
  }

  wish() {
    const [alpha, versus] = this.sides.map(({ index }) => this.alphas[index]);
    return { alpha, versus };
  }

  /** Tell Python, once nothing has moved for a while; at once where that was the last move. */
  settle(wait = SETTLED) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const wish = this.wish();
      if (wish.alpha === this.told.alpha && wish.versus === this.told.versus) return;
      this.told = wish;
      this.setStateValue("wish", { ...wish, stamp: Date.now() });
    }, wait);
  }

  listen(side) {
    const { range, field } = side;
    range.addEventListener("keydown", (event) => {
      const target = keyTarget(event.key, side.index, this.alphas);
      if (target === null) return;
      event.preventDefault();
      this.go(side, target);
      this.settle();
    });
    // As a screen reader moves it.
    range.addEventListener("input", () => this.go(side, this.nearest(Number(range.value))));
    range.addEventListener("change", () => this.settle());
    const take = () => {
      const target = typedTarget(field.value, this.alphas);
      if (target !== null) {
        this.go(side, target);
        this.settle(0);
      }
      field.value = coefficient(this.alphas[side.index]);
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        take();
        field.select();
      } else if (event.key === "Escape") {
        field.value = coefficient(this.alphas[side.index]);
        field.blur();
      }
    });
    field.addEventListener("blur", take);
    field.addEventListener("focus", () => field.select());
  }

  /** Drag the thumb that is nearer to where the pointer went down; alpha where both are. */
  listenToPointer() {
    let held = null;
    const target = (event) => {
      const box = this.rail.getBoundingClientRect();
      const share = (event.clientX - box.left - INSET) / (box.width - 2 * INSET);
      const [first, last] = [this.alphas[0], this.alphas.at(-1)];
      return first + share * (last - first);
    };
    this.rail.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const wanted = target(event);
      const away = this.sides.map(({ index }) => Math.abs(this.alphas[index] - wanted));
      held = this.sides[away[1] < away[0] ? 1 : 0];
      event.preventDefault();
      held.range.focus({ focusVisible: false });
      this.rail.setPointerCapture(event.pointerId);
      this.go(held, this.nearest(wanted));
    });
    this.rail.addEventListener("pointermove", (event) => {
      if (held) this.go(held, this.nearest(target(event)));
    });
    for (const ending of ["pointerup", "pointercancel"]) {
      this.rail.addEventListener(ending, () => {
        if (held) this.settle(0);
        held = null;
      });
    }
  }

  destroy() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
  }
}

export default mounting(Pair);
