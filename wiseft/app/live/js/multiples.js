// One shift at a time: the same two axes for all of them, the other shifts as ghosts. A click puts
// a shift on the vertical axis of the frontier.

const CARD = { least: 150, most: 280, gap: 28, height: 190 };
const INSET = { left: 30, right: 8, top: 14, bottom: 26 };

function makeMultiples(root, live) {
  const section = root.querySelector(".multiples");
  const about = section.querySelector(".note");
  const box = section.querySelector(".cards");
  let view = null;
  let cards = [];

  function build(next) {
    view = next;
    section.hidden = view.multiples === null;
    box.replaceChildren();
    cards = [];
    if (section.hidden) return;
    const sides = `${view.reference} accuracy across, accuracy under the shift upwards`;
    const axes = `the same ${view.axes.chosen} axes throughout, the other shifts in grey`;
    write(about, `${sides}, in per cent; ${axes}. Click one to see it large.`);
    const rows = new Map(view.rows.sets.map((set) => [set.name, set]));
    cards = view.multiples.sets.map(([name, reference], i) =>
      buildCard(rows.get(name), reference, i),
    );
  }

  function buildCard(set, reference, i) {
    const chosen = view.y.chosen === set.name;
    const card = add(box, "button", {
      type: "button",
      class: "card",
      "aria-pressed": String(chosen),
      "data-hold": `card ${set.name}`,
    });
    const head = add(card, "span", { class: "head" });
    add(head, "span", { class: "name" }, set.title);
    const accuracy = add(head, "span", { class: "accuracy" });
    const svg = add(card, "svg", { height: CARD.height, "aria-hidden": "true" });
    const y = chosen ? view.y.options[0][0] : set.name;
    card.addEventListener("click", () => live.ask({ y }));
    return { set, reference, i, accuracy, svg };
  }

  function layout(room) {
    if (section.hidden) return;
    const fitting = Math.floor((room + CARD.gap) / (CARD.least + CARD.gap));
    const columns = Math.min(Math.max(fitting, 1), cards.length);
    const widest = columns < cards.length ? "1fr" : `${CARD.most}px`;
    box.style.gridTemplateColumns = `repeat(${columns}, minmax(0, ${widest}))`;
    const width = cards[0].svg.parentElement.clientWidth;
    for (const card of cards) drawCard(card, width, card.i % columns === 0);
  }

  function drawCard(card, width, first) {
    const { svg } = card;
    const { x, y } = view.multiples;
    const right = width - INSET.right;
    const bottom = CARD.height - INSET.bottom;
    const across = (steps) => INSET.left + (steps / STEPS) * (right - INSET.left);
    const upwards = (steps) => bottom - (steps / STEPS) * (bottom - INSET.top);
    const path = ({ reference, i }) =>
      x.at[reference].map((steps, at) => [across(steps), upwards(y.at[i][at])]);
    svg.replaceChildren();
    put(svg, "width", String(width));
    for (const [steps, text] of y.ticks) {
      add(svg, "path", { class: "grid", d: `M${INSET.left - 4} ${upwards(steps)}H${right}` });
      if (first) add(svg, "text", { class: "tick y", x: INSET.left - 9, y: upwards(steps) }, text);
    }
    add(svg, "path", { class: "axis", d: `M${INSET.left - 4} ${bottom}H${right}` });
    let edge = -Infinity;
    for (const [steps, text] of x.ticks) {
      if (across(steps) < edge + 24) continue;
      edge = across(steps);
      add(svg, "text", { class: "tick x", x: edge, y: bottom + 17 }, text);
    }
    for (const other of cards) {
      if (other !== card) add(svg, "path", { class: "ghost", d: line(path(other)) });
    }
    card.curve = path(card);
    drawRamp(svg, view.alphas, card.curve, 0.05);
    for (const [end, index] of endsAmong(view.alphas)) {
      drawEnd(svg, end, card.curve[index], end === "zeroshot" ? 6.6 : 5.6);
    }
    card.here = drawHere(svg, 7.5);
  }

  function show(index) {
    for (const { set, accuracy, here, curve } of cards) {
      write(accuracy, tenths(set.accuracy[index]));
      showHere(here, curve[index], view.alphas[index], live.isExact(index));
    }
  }

  return { build, layout, show };
}
