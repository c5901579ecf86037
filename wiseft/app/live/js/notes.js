// Below the slider: why it opened where it did, and whether the alpha in hand was evaluated.

function makeNotes(root, live) {
  const opening = root.querySelector(".opening");
  const guessed = root.querySelector(".guessed");
  const exactly = root.querySelector(".exactly");
  let view = null;

  function build(next) {
    view = next;
    write(opening, view.opening);
    write(guessed.querySelector("span"), view.interpolated);
    guessed.hidden = view.interpolated === "";
    exactly.hidden = !view.evaluable;
  }

  function show(index) {
    guessed.classList.toggle("hidden", live.isExact(index));
  }

  exactly.addEventListener("click", () => live.setTriggerValue("exact", view.alphas[live.index]));

  return { build, layout: () => {}, show };
}
