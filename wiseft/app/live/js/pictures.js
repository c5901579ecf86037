// The frontier as a file. A picture outside the page has neither its style sheets nor its
// typefaces, so both are written into it.

const WRITTEN = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
  "opacity", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline",
  "paint-order", "font-variant-numeric",
];
const SCALE = 2; // pixels of the PNG to one of the page
const HEAD = 28; // room for the title of the vertical axis, which is a control on the page
const ENTRY = 22; // the height of an entry of the legend

/** Buttons that save a figure; its title, legend and file name are asked for when it is. */
function addSave(parent, figure, title, lines, name) {
  const save = add(parent, "span", { class: "save" }, "Save the figure: ");
  for (const kind of ["SVG", "PNG"]) {
    const hold = `${kind} ${figure.className}`;
    const button = add(save, "button", { type: "button", "data-hold": hold }, kind);
    button.addEventListener("click", () => savePicture(figure, title(), lines(), kind, name()));
  }
}

/** Save a figure under a title, above a legend of `lines`. */
async function savePicture(figure, title, lines, kind, name) {
  const svg = standalone(figure, title, lines, await typefaces(figure));
  const text = new XMLSerializer().serializeToString(svg);
  const picture = new Blob([text], { type: "image/svg+xml" });
  download(kind === "SVG" ? picture : await painted(picture, svg), `${name}.${kind.toLowerCase()}`);
}

/** Both layers of the figure in one SVG that needs nothing else. */
function standalone(figure, title, lines, faces) {
  const layers = [...figure.querySelectorAll("svg")];
  const [width, drawn] = ["width", "height"].map((side) => Number(layers[0].getAttribute(side)));
  const height = HEAD + drawn + ENTRY * lines.length;
  const svg = document.createElementNS(SVG, "svg");
  const size = { width, height, viewBox: `0 ${-HEAD} ${width} ${height}` };
  for (const [name, value] of Object.entries(size)) svg.setAttribute(name, value);
  add(svg, "style", {}, faces);
  const paper = plainColour(getComputedStyle(figure).backgroundColor);
  add(svg, "rect", { y: -HEAD, width, height, fill: paper });
  svg.append(...layers.flatMap(copiedChildren));
  const group = add(layers[0], "g");
  add(group, "text", { class: "title start", x: 0, y: -6 }, title);
  for (const [i, entry] of lines.entries()) drawEntry(group, entry, drawn + ENTRY * (i + 0.4));
  svg.append(copied(group));
  group.remove();
  return svg;
}

/** An entry of the legend: a sample of the line, and what it is. */
function drawEntry(parent, { title, colour, dashed }, y) {
  const kind = dashed ? "line dashed" : "line";
  add(parent, "path", { class: kind, d: `M1 ${y}h28`, style: `stroke: ${colour}` });
  add(parent, "text", { class: "label", x: 38, y, "font-size": SMALL }, title);
}

/** The typeface of the figure, with its file in it, where the page has one of its own. */
async function typefaces(figure) {
  const family = getComputedStyle(figure).fontFamily.split(",")[0].replaceAll('"', "");
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const face = rules.find(
    (rule) =>
      rule instanceof CSSFontFaceRule &&
      rule.style.getPropertyValue("font-family").replaceAll('"', "") === family &&
      rule.style.getPropertyValue("font-style") !== "italic",
  );
  const address = face?.style.getPropertyValue("src").match(/url\("?([^")]+)"?\)/)?.[1];
  if (!address) return "";
  const file = await fetch(new URL(address, face.parentStyleSheet.href ?? document.baseURI));
  const weight = face.style.getPropertyValue("font-weight");
  const source = `url(${await inlined(await file.blob())})`;
  return `@font-face{font-family:"${family}";font-weight:${weight};src:${source}}`;
}

function inlined(blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
}

/** Copies of what is to be seen of an element's children, and of its text. */
function copiedChildren(element) {
  return [...element.childNodes].flatMap((child) => {
    if (child.nodeType === Node.TEXT_NODE) return [child.data];
    return getComputedStyle(child).visibility === "hidden" ? [] : [copied(child)];
  });
}

/** A copy of an element with its style in it. */
function copied(element) {
  const copy = element.cloneNode(false);
  const found = getComputedStyle(element);
  copy.removeAttribute("class");
  copy.removeAttribute("style");
  for (const name of WRITTEN) {
    const value = found.getPropertyValue(name);
    copy.setAttribute(name, name === "fill" || name === "stroke" ? plainColour(value) : value);
  }
  if (found.vectorEffect !== "none") copy.setAttribute("vector-effect", found.vectorEffect);
  copy.append(...copiedChildren(element));
  return copy;
}

/** A colour as every program reads it: "color(srgb 0.1 0.4 0.7)" as "rgb(26, 102, 179)". */
function plainColour(colour) {
  const parts = colour.match(/^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)/);
  if (!parts) return colour;
  return `rgb(${parts.slice(1).map((part) => Math.round(255 * Number(part))).join(", ")})`;
}

async function painted(picture, svg) {
  const image = new Image();
  const address = URL.createObjectURL(picture);
  image.src = address;
  await image.decode();
  const [width, height] = ["width", "height"].map((side) => Number(svg.getAttribute(side)));
  const page = document.createElement("canvas");
  page.width = SCALE * width;
  page.height = SCALE * height;
  page.getContext("2d").drawImage(image, 0, 0, page.width, page.height);
  URL.revokeObjectURL(address);
  return new Promise((resolve) => page.toBlob(resolve, "image/png"));
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
