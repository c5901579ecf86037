// The images of a page of the gallery. They are many bytes and do not change with alpha, so they
// come apart from what does, and are not sent again.
export default function ({ data }) {
  globalThis.heldImages = data;
  dispatchEvent(new Event("heldimages"));
}
