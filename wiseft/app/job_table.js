// Draws the lines, or writes what has changed into those that are there: nothing flickers.
const HEADS = ["Job", "Who", "State", "Device", "Time left", "Submitted"];

export default function ({ data, parentElement, setTriggerValue }) {
  let table = parentElement.querySelector("table");
  if (!table) {
    table = parentElement.appendChild(document.createElement("table"));
    const head = table.createTHead().insertRow();
    for (const text of HEADS) {
      const cell = head.appendChild(document.createElement("th"));
      cell.scope = "col";
      cell.textContent = text;
    }
    table.createTBody();
  }
  const body = table.tBodies[0];
  const known = new Map([...body.rows].map((row) => [row.dataset.id, row]));
  const rows = data.lines.map((line) => {
    const row = known.get(line.id) ?? newRow(line.id);
    fill(row, line, () => setTriggerValue("open", line.id));
    return row;
  });
  const same = rows.length === body.rows.length && rows.every((row, i) => row === body.rows[i]);
  if (!same) body.replaceChildren(...rows);
}

function newRow(id) {
  const row = document.createElement("tr");
  row.dataset.id = id;
  row.innerHTML =
    '<th scope="row"><a></a></th><td class="who"></td>' +
    '<td class="state"><span></span><small></small><div class="bar"><i></i></div></td>' +
    '<td class="device"></td><td class="left"></td><td class="submitted"></td>';
  row.querySelector("a").href = `jobs?job=${encodeURIComponent(id)}`;
  return row;
}

function fill(row, line, open) {
  const link = row.querySelector("a");
  link.onclick = (event) => {
    // With a key held the browser opens its own tab; otherwise the session goes on.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  };
  row.className = line.status;
  write(link, line.title);
  write(row.querySelector(".who"), line.who);
  write(row.querySelector(".state span"), line.state);
  write(row.querySelector(".state small"), line.about);
  write(row.querySelector(".device"), line.device);
  write(row.querySelector(".left"), line.left);
  write(row.querySelector(".submitted"), line.submitted);
  const bar = row.querySelector(".bar");
  bar.hidden = line.share === null;
  bar.firstChild.style.width = `${100 * (line.share ?? 0)}%`;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
