// Tables people type into: rows that grow, move and go, paste from Excel, arrows.

const fields = (row) => [...row.querySelectorAll("input:not([type=hidden]), select, textarea")];
const rows = (table) => [...table.tBodies[0].rows];
const isBlank = (row) => fields(row).every((one) => !one.value);
const cellOf = (table, name) => name.match(/\[\d+\]\.(\w+)$/)?.[1];

// Rows with something in them count from 0; blank ones come after, as the server counts.
export function renumber(form) {
  for (const table of form.querySelectorAll("table[data-grows]")) {
    const all = rows(table);
    [...all.filter((row) => !isBlank(row)), ...all.filter(isBlank)].forEach((row, number) => number_(table, row, number));
  }
}

function number_(table, row, number) {
  const head = `${table.dataset.table}[${number}]`;
  if (row.id === head) return;
  row.id = head;
  for (const part of row.querySelectorAll("[name], [id], [for], [data-in], [data-computed], [aria-describedby]")) {
    for (const key of ["name", "id", "for", "data-in", "data-computed", "aria-describedby"]) {
      const value = part.getAttribute(key);
      if (value) part.setAttribute(key, value.replace(/^\w+\[\d+\]/, head));
    }
  }
  for (const button of row.querySelectorAll("[data-row]")) {
    button.value = `row:${table.dataset.table}:${number}:${button.dataset.row}`;
  }
}

export function growTables(form, changed) {
  const blanks = new Map();
  for (const table of form.querySelectorAll("table[data-grows]")) {
    const spare = table.querySelector("tr.is-spare");
    if (spare) blanks.set(table.dataset.table, spare.cloneNode(true));
  }
  const add = (table) => {
    const blank = blanks.get(table.dataset.table);
    if (!blank || rows(table).length >= Number(table.dataset.grows)) return null;
    const row = blank.cloneNode(true);
    number_(table, row, rows(table).length);
    table.tBodies[0].append(row);
    return row;
  };
  const tableOf = (name) => form.querySelector(`table[data-table="${name}"]`);

  form.addEventListener("input", (event) => {
    const table = event.target.closest("table[data-grows]");
    if (table && !isBlank(rows(table).at(-1))) add(table);
  });
  form.addEventListener("click", (event) => {
    const more = event.target.closest("[data-add]");
    const move = event.target.closest("[data-row]");
    if (more) {
      event.preventDefault();
      const table = tableOf(more.dataset.add);
      const row = isBlank(rows(table).at(-1)) ? rows(table).at(-1) : add(table);
      if (row) fields(row)[0].focus();
    } else if (move) {
      event.preventDefault();
      shift(form, move, changed);
    }
  });
  form.addEventListener("paste", (event) => paste(form, event, add, changed));
  form.addEventListener("keydown", walk);
  return (name) => { const table = tableOf(name); return table ? add(table) : null; };
}

function shift(form, button, changed) {
  const row = button.closest("tr"), table = row.closest("table");
  const says = table.closest("section").querySelector("[data-pasted]");
  if (isBlank(row) && row === rows(table).at(-1)) return;
  const next = row.nextElementSibling, before = row.previousElementSibling;
  if (button.dataset.row === "up" && before) before.before(row);
  else if (button.dataset.row === "down" && next && !isBlank(next)) next.after(row);
  else if (button.dataset.row === "remove") {
    row.remove();
    const undo = document.createElement("button");
    Object.assign(undo, { type: "button", className: "btn btn-sm btn-quiet", textContent: form.dataset.wordsUndo });
    undo.addEventListener("click", () => {
      if (next?.isConnected) next.before(row); else table.tBodies[0].append(row);
      says.replaceChildren();
      changed();
    });
    says.replaceChildren(form.dataset.wordsRemoved, undo);
    (next || before)?.querySelector("[data-row=remove]")?.focus();
  } else return;
  if (row.isConnected) button.focus();
  changed();
}

// Excel puts tab-separated lines on the clipboard, with quotes around what holds a tab, a line end or a quote.
export function lines(text) {
  const found = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at], line = found.at(-1);
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') { line[line.length - 1] += '"'; at += 1; }
      else if (sign === '"') quoted = false;
      else line[line.length - 1] += sign;
    } else if (sign === '"' && line.at(-1) === "") quoted = true;
    else if (sign === "\t") line.push("");
    else if (sign === "\n") found.push([""]);
    else if (sign !== "\r") line[line.length - 1] += sign;
  }
  if (found.at(-1).length === 1 && found.at(-1)[0] === "") found.pop();
  return found;
}

function paste(form, event, add, changed) {
  const start = event.target.closest?.("table[data-table] tbody tr");
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!start || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
  event.preventDefault();
  const table = start.closest("table");
  const said = lines(text), names = fields(start).map((one) => cellOf(table, one.name));
  const labels = new Map(fields(start).map((one) => [labelOf(one), cellOf(table, one.name)]));
  const headed = said[0].filter((one) => labels.has(one.trim())).length >= 2;
  const order = headed
    ? said.shift().map((one) => labels.get(one.trim()))
    : names.slice(names.indexOf(cellOf(table, event.target.name)));
  let row = start, done = 0, odd = 0;
  for (const line of said) {
    if (!row) break;
    line.forEach((value, place) => {
      const field = fields(row).find((one) => cellOf(table, one.name) === order[place]);
      if (!field) { if (value.trim()) odd += 1; } else if (!put(field, value.trim())) odd += 1;
    });
    done += 1;
    row = row.nextElementSibling || add(table);
  }
  if (table.dataset.grows && !isBlank(rows(table).at(-1))) add(table);
  const says = table.closest("section").querySelector("[data-pasted]") || document.getElementById("saved");
  says.textContent = [
    form.dataset.wordsPasted.replace("{count}", done),
    odd ? form.dataset.wordsOdd.replace("{count}", odd) : "",
    done < said.length ? form.dataset.wordsLeft.replace("{count}", said.length - done) : "",
  ].filter(Boolean).join("，");
  changed();
}

const labelOf = (field) =>
  (field.labels?.[0]?.textContent || field.getAttribute("aria-label")?.replace(/^\S+\s\d+\s\S*\s?/, "") || "").trim();

function put(field, value) {
  field.removeAttribute("aria-invalid");
  if (field.matches("select")) {
    const found = [...field.options].find((one) => one.value === value || one.text === value || (value && one.text.startsWith(value)));
    if (!found) return false;
    field.value = found.value;
  } else field.value = value;
  field.closest("details")?.setAttribute("open", "");
  return true;
}

// Arrows and Enter move within a column; Enter never submits.
function walk(event) {
  const field = event.target;
  if (event.isComposing || !field.matches?.("input.bh-cell")) return;
  const by = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
  if (!by) return;
  if (event.key === "Enter") event.preventDefault();
  const row = field.closest("table[data-table] tr");
  if (!row) return;
  const name = cellOf(null, field.name);
  for (let next = row; (next = by < 0 ? next.previousElementSibling : next.nextElementSibling);) {
    const other = fields(next).find((one) => cellOf(null, one.name) === name && one.offsetParent);
    if (other) { event.preventDefault(); other.focus(); other.select?.(); return; }
  }
}
