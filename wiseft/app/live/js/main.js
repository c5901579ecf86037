// The live part of the Frontier page. Moving alpha touches nothing but this; Python is told where
// it comes to rest.

const SETTLED = 120; // milliseconds without a further key

class Live {
  constructor(shadow) {
    this.shadow = shadow;
    this.element = shadow.querySelector(".live");
    this.view = null;
    this.index = 0;
    this.moves = -1;
    this.hidden = new Set(); // names of what is not drawn beside the run
    this.tip = makeTip(this.element);
    this.parts = [
      makeSentence(this.element),
      makeSlider(this.element, this, this.tip),
      makeNotes(this.element, this),
      makeControls(this.element, this),
      makePlane(this.element, this, this.tip),
      makeRows(this.element, this),
      makeMultiples(this.element, this),
      makeAlong(this.element, this, this.tip),
    ];
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.element);
    // Until the typefaces have come, texts are measured in others.
    this.typefaces = () => widthsChanged() && this.layout();
    document.fonts.addEventListener("loadingdone", this.typefaces);
  }

  /** Take what Python sent: on the first run, after every change of it, and of the theme. */
  receive({ data, setStateValue, setTriggerValue }) {
    this.setStateValue = setStateValue;
    this.setTriggerValue = setTriggerValue;
    if (data === this.data) return;
    this.data = data;
    const alpha = this.view?.alphas[this.index];
    this.view = data.view;
    this.exact = new Set(this.view.exact);
    this.wanted = { y: data.view.y.chosen, axes: data.view.axes.chosen };
    this.index = alpha === undefined ? 0 : this.nearest(alpha);
    if (data.move.count !== this.moves) {
      this.moves = data.move.count;
      this.index = this.nearest(data.move.alpha);
      this.told = this.view.alphas[this.index];
    }
    this.tip.hide();
    this.keepingFocus(() => {
      for (const part of this.parts) part.build(this.view);
    });
    this.layout();
  }

  /** What is drawn anew loses the focus; give it to what has taken its place. */
  keepingFocus(draw) {
    const held = this.shadow.activeElement?.dataset.hold;
    draw();
    if (held === undefined) return;
    this.shadow.querySelector(`[data-hold="${CSS.escape(held)}"]`)?.focus();
  }

  resized() {
    if (this.view && this.element.clientWidth !== this.width) this.layout();
  }

  layout() {
    this.width = this.element.clientWidth;
    if (!this.view || this.width === 0) return;
    for (const part of this.parts) part.layout(this.width);
    this.show();
  }

  show() {
    for (const part of this.parts) part.show(this.index);
  }

  /** Move to an alpha by its index, with the next frame. */
  go(index) {
    if (index === this.index) return;
    this.index = index;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.show();
    });
  }

  /** Tell Python: at once where it was the last move, or once nothing has moved for a while. */
  settle(wait = 0) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.view.alphas[this.index] !== this.told) this.ask({});
    }, wait);
  }

  /** Tell Python what is wanted: everything each time, so that nothing is lost between two runs. */
  ask(changes) {
    clearTimeout(this.timer);
    Object.assign(this.wanted, changes);
    this.told = this.view.alphas[this.index];
    this.setStateValue("wish", { ...this.wanted, alpha: this.told, stamp: Date.now() });
  }

  isExact(index) {
    return this.exact.has(index);
  }

  /** The index of the alpha that is nearest to a number. */
  nearest(number) {
    return nearestIn(this.view.alphas, number);
  }

  /** What a file of this view is called. */
  name() {
    return `${this.view.run}-${coefficient(this.view.alphas[this.index])}`;
  }

  destroy() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    document.fonts.removeEventListener("loadingdone", this.typefaces);
  }
}

export default mounting(Live);
