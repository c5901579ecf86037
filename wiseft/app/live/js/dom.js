// The little that is needed of a document. Text is only ever set as text, never as markup: the
// names of sets and runs are other people's.

const SVG = "http://www.w3.org/2000/svg";
const SMALL = 13; // pixels of type
const LARGE = 17;

/** A new element at the end of `parent`, in SVG where the parent is. */
function add(parent, tag, attributes = {}, text = "") {
  const drawn = tag === "svg" || parent.namespaceURI === SVG;
  const element = drawn ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

/** Set the text of an element, unless it says so already: then it need not be laid out again. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Set an attribute, unless it has the value already. */
function put(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Set a property of the element's style, unless it has the value already. */
function style(element, name, value) {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}

/** Move an SVG element to a point. */
function moveTo(element, [x, y]) {
  put(element, "transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
}

const canvas = document.createElement("canvas").getContext("2d");
const families = new WeakMap(); // typefaces, by element
const widths = new Map(); // pixels, by typeface and then by text

/** How wide a text is in the typeface of `element`, in pixels. */
function textWidth(element, text, size, weight = 400) {
  if (!families.has(element)) families.set(element, getComputedStyle(element).fontFamily);
  const font = `${weight} ${size}px ${families.get(element)}`;
  if (!widths.has(font)) widths.set(font, new Map());
  const known = widths.get(font);
  if (!known.has(text)) known.set(text, measured(font, text));
  return known.get(text);
}

/** A text in `size` pixels at weight 600, shortened to what fits a width in pixels. */
function fitted(element, text, width, size) {
  if (textWidth(element, text, size, 600) <= width) return text;
  const letters = [...text];
  while (letters.length && textWidth(element, `${letters.join("")}…`, size, 600) > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

/** Measure all texts anew, as another typeface has come; whether any has another width now. */
function widthsChanged() {
  let changed = false;
  for (const [font, known] of widths) {
    for (const [text, before] of known) {
      known.set(text, measured(font, text));
      changed ||= known.get(text) !== before;
    }
  }
  return changed;
}

function measured(font, text) {
  canvas.font = font;
  return canvas.measureText(text).width;
}
