// How a component lives in the page.

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
