// How a component lives in the page.

/** The event by which whoever moves the two alphas of a page tells it, before Python knows. */
const MOVED = "wiseft-alphas-moved";

/**
 * Tell the width of an element in whole pixels, now and whenever it is another. To ask for it at
 * every change of the page instead would lay the page out each time.
 */
function watchWidth(element, tell) {
  let known = 0;
  const observer = new ResizeObserver(([{ contentRect }]) => {
    const width = Math.floor(contentRect.width);
    if (width === known) return;
    known = width;
    tell(width);
  });
  observer.observe(element);
  return observer;
}

/**
 * What Streamlit calls at every run: it makes one `Kind` for each place, gives it what has come
 * (`receive`), and ends it with the place (`destroy`).
 */
function mounting(Kind) {
  const instances = new WeakMap();
  return (component) => {
    const { parentElement } = component;
    const instance = instances.get(parentElement) ?? new Kind(parentElement);
    instances.set(parentElement, instance);
    instance.receive(component);
    instance.latest = component;
    return () => {
      // A run that was overtaken by the next is ended too; only the last one ends the drawing.
      if (instance.latest !== component) return;
      instance.destroy();
      instances.delete(parentElement);
    };
  };
}
