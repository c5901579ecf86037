// The little that is needed of a document. Text is only ever set as text, never as markup: the
// names of sets and runs are other people's.

const SVG = "http://www.w3.org/2000/svg";

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

/** How wide a text is in the typeface of `element`, in pixels. */
function textWidth(element, text, size, weight = 400) {
  canvas.font = `${weight} ${size}px ${getComputedStyle(element).fontFamily}`;
  return canvas.measureText(text).width;
}
