// The frontier as a file. A picture outside the page has none of its style sheets, so every colour
// and typeface is written into it.

const WRITTEN = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
  "opacity", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline",
  "paint-order", "font-variant-numeric",
];
const SCALE = 2; // pixels of the PNG to one of the page

async function savePicture(figure, kind, name) {
  const svg = standalone(figure);
  const text = new XMLSerializer().serializeToString(svg);
  const picture = new Blob([text], { type: "image/svg+xml" });
  download(kind === "SVG" ? picture : await painted(picture, svg), `${name}.${kind.toLowerCase()}`);
}

/** Both layers of the figure in one SVG that needs nothing else. */
function standalone(figure) {
  const layers = [...figure.querySelectorAll("svg")];
  const [width, height] = ["width", "height"].map((side) => layers[0].getAttribute(side));
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) {
    svg.setAttribute(key, value);
  }
  const paper = getComputedStyle(figure).getPropertyValue("background-color");
  add(svg, "rect", { width, height, fill: plainColour(paper) });
  for (const layer of layers) for (const child of layer.children) svg.append(copied(child));
  return svg;
}

/** A copy of an element with its style in it; what is hidden is left out. */
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
  for (const child of element.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) copy.append(child.data);
    else if (getComputedStyle(child).visibility !== "hidden") copy.append(copied(child));
  }
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
