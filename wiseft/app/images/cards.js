// The gallery: a page of images, each with its strip and what is predicted at the two alphas.

export default function (component) {
  const { parentElement } = component;
  draw(component);
  const fill = () => fillImages(parentElement);
  addEventListener("heldimages", fill);
  return () => removeEventListener("heldimages", fill);
}

function draw({ data, parentElement, setStateValue }) {
  let root = parentElement.querySelector(".root");
  if (root?.data === data) return;
  const held = parentElement.activeElement?.dataset?.hold;
  root?.remove();
  root = add(parentElement, "div", { class: `root${data.opened ? " beside" : ""}` });
  root.classList.toggle("bright", data.bright);
  root.data = data;
  const ask = (kind, value) => setStateValue("wish", { kind, value, stamp: Date.now() });
  const tip = tipIn(root);
  if (data.cards.length) drawLegend(root, data);
  else add(root, "p", { class: "nothing" }, "No image is like this. Remove a filter to see more.");
  const cards = add(root, "div", { class: "cards" });
  for (const card of data.cards) drawCard(cards, card, data, tip, ask);
  if (data.pages > 1) drawPages(root, data, ask);
  fillImages(root);
  if (held) parentElement.querySelector(`[data-hold="${CSS.escape(held)}"]`)?.focus();
}

/** Show the images that have come (held.js) in the cards that wait for them. */
function fillImages(root) {
  for (const image of root.querySelectorAll("img[data-image]")) {
    const uri = globalThis.heldImages?.[image.dataset.image];
    if (uri && image.src !== uri) image.src = uri;
  }
}

function drawLegend(root, data) {
  const legend = add(root, "div", { class: "legend" });
  const correct = add(legend, "span", { class: "key" });
  add(correct, "i", { class: "swatch correct" });
  add(correct, "span", {}, "correct");
  if (data.legend.length) {
    add(legend, "span", {}, "wrong, read as");
    const entries = [...data.legend.map((name, i) => [String(i), name]), ["other", "another class"]];
    for (const [tone, name] of entries) {
      const key = add(legend, "span", { class: "key" });
      tint(add(key, "i", { class: `swatch ${tone}` }), tone, data.tones);
      add(key, "span", { title: name }, name);
    }
  }
  const alphas = add(legend, "span", { class: "alphas" });
  for (const [side, index] of [["now", data.at], ["then", data.versus]]) {
    const key = add(alphas, "span", { class: "key" });
    add(key, "i", { class: `dot ${side}` });
    add(key, "span", {}, `α ${coefficient(data.alphas[index])}`);
  }
}

function drawCard(parent, card, data, tip, ask) {
  const element = add(parent, "figure", { class: "card" });
  const name = card.set ? `${card.true}, ${card.set}` : card.true;
  const open = add(element, "button", { type: "button", class: "open", "data-hold": card.id });
  put(open, "aria-pressed", String(card.id === data.opened));
  put(open, "aria-label", `Open the image of ${name}, read as ${card.now.name}`);
  if (card.missing) {
    drawPicture(open, null, card.source, "");
  } else {
    const picture = add(open, "img", { alt: "", title: card.source, "data-image": card.id });
    // Drawn and small images stay crisp; photographs do not.
    picture.addEventListener("load", () => {
      picture.classList.toggle("smooth", picture.naturalWidth > 128);
    });
  }
  open.addEventListener("click", () => ask("open", card.id === data.opened ? "" : card.id));
  drawStrip(element, card, data, tip, `Predicted class of the image of ${name} along alpha`);
  const title = add(element, "div", { class: "title" });
  add(title, "b", { title: card.true }, card.true);
  if (card.set) add(title, "span", { title: card.set }, card.set.toLowerCase());
  drawReading(element, "now", card.now, data.tones);
  drawReading(element, "then", card.then, data.tones);
  if (card.mark) add(element, "div", { class: "mark" }, card.mark);
}

/** The pages, those far from this one left out. */
function drawPages(root, { page, pages }, ask) {
  const bar = add(root, "nav", { class: "pages", "aria-label": "Pages of the gallery" });
  const button = (text, label, target) => {
    const element = add(bar, "button", { type: "button", "aria-label": label }, text);
    element.dataset.hold = `page ${label}`;
    element.disabled = target < 1 || target > pages;
    if (target === page) put(element, "aria-current", "page");
    element.addEventListener("click", () => ask("page", target));
  };
  button("‹", "Previous page", page - 1);
  const near = [1, page - 2, page - 1, page, page + 1, page + 2, pages];
  const shown = [...new Set(near)].filter((each) => each >= 1 && each <= pages);
  shown.sort((a, b) => a - b);
  shown.forEach((each, i) => {
    if (i && each > shown[i - 1] + 1) add(bar, "span", {}, "…");
    button(String(each), `Page ${each}`, each);
  });
  button("›", "Next page", page + 1);
}
