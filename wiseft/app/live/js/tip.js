// What is told of the thing under the pointer, or of the one that has the focus.

function makeTip(root) {
  const tip = root.querySelector(".tip");

  /** Show lines of text above a point, in pixels from the corner of the root. */
  function show([x, y], lines) {
    tip.replaceChildren();
    for (const [strong, ...rest] of lines) {
      const row = add(tip, "p");
      add(row, rest.length ? "b" : "span", {}, strong);
      if (rest.length) row.append(` ${rest.join(" ")}`);
    }
    tip.hidden = false;
    const left = Math.min(Math.max(x - tip.offsetWidth / 2, 0), root.offsetWidth - tip.offsetWidth);
    const above = y - tip.offsetHeight - 14;
    tip.style.left = `${left}px`;
    tip.style.top = `${above < 0 ? y + 18 : above}px`;
  }

  function hide() {
    tip.hidden = true;
  }

  /** Tell `lines()` of an element that is pointed at or has the focus. */
  function explain(element, lines) {
    const told = () => {
      const [own, all] = [element.getBoundingClientRect(), root.getBoundingClientRect()];
      show([own.left + own.width / 2 - all.left, own.top - all.top + 6], lines());
    };
    element.addEventListener("pointerenter", told);
    element.addEventListener("focus", () => element.matches(":focus-visible") && told());
    element.addEventListener("pointerleave", hide);
    element.addEventListener("blur", hide);
  }

  return { show, hide, explain };
}
