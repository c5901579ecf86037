// What stands on the axes of the frontier, what else is drawn in it, and the way to take it along.

function makeControls(root, live) {
  const section = root.querySelector(".frontier");
  const select = section.querySelector("select");
  const axes = section.querySelector(".axes");
  const tools = section.querySelector(".tools");

  function build(view) {
    section.querySelector(".upwards").hidden = view.y.options.length === 0;
    select.replaceChildren();
    for (const [value, title] of view.y.options) add(select, "option", { value }, title);
    select.value = view.y.chosen;
    fit();
    axes.querySelectorAll("label").forEach((label) => label.remove());
    for (const value of view.axes.options) {
      const label = add(axes, "label");
      const input = add(label, "input", { type: "radio", name: "axes", value, "data-hold": value });
      input.checked = value === view.axes.chosen;
      input.addEventListener("change", () => live.ask({ axes: value }));
      add(label, "span", {}, value);
    }
    buildTools(view);
  }

  /** Make the list as wide as what is chosen, not as its longest title. */
  function fit() {
    const chosen = select.selectedOptions[0];
    if (chosen) select.style.width = `${textWidth(select, chosen.textContent, 15, 600) + 26}px`;
  }

  function buildTools(view) {
    tools.replaceChildren();
    if (view.plane === null) return;
    const legend = add(tools, "span", { class: "legend", role: "group", "aria-label": "Lines" });
    for (const line of besides(view)) buildToggle(legend, line);
    const runs = () =>
      view.plane.lines.filter((line) => isRun(line) && !live.hidden.has(line.name));
    addSave(tools, section.querySelector(".plane"), title, runs, () => live.name());
  }

  /** The title of the vertical axis, of which the list is a part. */
  function title() {
    const words = section.querySelector(".upwards span").textContent;
    return `${words} ${select.selectedOptions[0].textContent}`;
  }

  /** An entry of the legend, which shows or hides its line. */
  function buildToggle(legend, { name, title, colour, dashed }) {
    const toggle = add(legend, "button", { type: "button", class: "toggle", "data-hold": name });
    const sample = name === CHORD.name ? "dotted" : dashed ? "dashed" : "solid";
    add(toggle, "i", { style: `border-top: 2px ${sample} ${colour}` });
    toggle.append(title);
    put(toggle, "aria-pressed", String(!live.hidden.has(name)));
    toggle.addEventListener("click", () => {
      if (!live.hidden.delete(name)) live.hidden.add(name);
      put(toggle, "aria-pressed", String(!live.hidden.has(name)));
      live.layout();
    });
  }

  select.addEventListener("change", () => {
    fit();
    live.ask({ y: select.value });
  });

  return { build, layout: fit, show: () => {} };
}
