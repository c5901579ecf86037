// The finding: the same words as on the server, with the numbers of the alpha in hand.

function makeSentence(root) {
  const heading = root.querySelector(".finding");
  let view = null;
  let form = null;
  let numbers = [];

  /** The texts of the spans that are numbers, clause by clause in one list. */
  function numbersAt(index) {
    const digits = [...view.sentence.numbers[index]];
    return view.sentence.forms[view.sentence.form[index]].flat().flatMap(([text, kind]) => {
      if (text !== null) return [];
      if (kind === "alpha") return [coefficient(view.alphas[index])];
      return [kind === "figure" ? percent(digits.shift()) : distance(digits.shift())];
    });
  }

  function writeForm(next) {
    form = next;
    heading.replaceChildren();
    for (const clause of view.sentence.forms[form]) {
      const block = add(heading, "span", { class: "clause" });
      for (const [text, kind] of clause) {
        const names = text === null ? `${kind} varies` : kind;
        add(block, "span", { class: names }, text ?? "");
      }
      heading.append(" ");
    }
    numbers = [...heading.querySelectorAll(".varies")];
  }

  function show(index) {
    if (view.sentence.form[index] !== form) writeForm(view.sentence.form[index]);
    for (const [i, text] of numbersAt(index).entries()) write(numbers[i], text);
    style(heading.querySelector(".alpha"), "color", ramp(view.alphas[index]));
  }

  /** Hold the room of the longest sentence, so that nothing below moves while dragging. */
  function layout() {
    heading.style.minHeight = "";
    const lengths = view.sentence.forms.map((clauses) =>
      clauses.flat().reduce((sum, [text]) => sum + (text ?? "00.0 pp").length, 0),
    );
    show(view.sentence.form.indexOf(lengths.indexOf(Math.max(...lengths))));
    heading.style.minHeight = `${heading.offsetHeight}px`;
  }

  return {
    build(next) {
      view = next;
      form = null;
    },
    layout,
    show,
  };
}
