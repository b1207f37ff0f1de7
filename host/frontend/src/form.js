// The form saves itself: a local copy at once, the server two seconds after the last key.
import { growTables, renumber } from "./grid.js";
import { onePart } from "./parts.js";

const WAIT_MS = 1500;
const AGAIN_MS = 5000;
const LOOK_MS = 4000;

export function keepForm() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const words = form.dataset;
  const place = `bihuan.draft.${words.who}.${words.task}`;
  const says = document.getElementById("saved");
  let timer = 0, retry = 0, busy = false, again = false, stopped = false;

  const body = () => { renumber(form); return new URLSearchParams(new FormData(form)); };
  const say = (text, bad = false) => { says.textContent = text; says.classList.toggle("is-warn", bad); };
  const copy = () => {
    const typed = body();
    typed.delete("form_token");
    try { localStorage.setItem(place, typed.toString()); } catch { /* full or forbidden: the server has it */ }
  };
  const later = () => { clearTimeout(retry); retry = setTimeout(save, AGAIN_MS); };

  const save = async () => {
    if (stopped) return;
    if (busy) { again = true; return; }
    busy = true;
    clearTimeout(retry);
    say(words.wordsSaving);
    try {
      const answer = await fetch(words.draft, { method: "POST", body: body(), redirect: "manual" });
      if (answer.ok) {
        const found = await answer.json();
        form.elements.revision.value = found.revision;
        if (again) copy(); else { localStorage.removeItem(place); show(form, found); }
        say(`${words.wordsSaved} ${found.saved}`);
      } else if (answer.status === 409 && answer.headers.get("Content-Type").startsWith("application/json")) {
        stopped = true;
        say(words.wordsConflict, true);
      } else if (answer.type === "opaqueredirect") {
        say(words.wordsOut, true);
        later();
      } else if (answer.status < 500 && answer.status !== 429) { // signed in anew elsewhere, suspended, or no longer one's own
        say(words.wordsRefused, true);
      } else { say(words.wordsLocal, true); later(); }
    } catch { say(words.wordsLocal, true); later(); }
    busy = false;
    if (again) { again = false; save(); }
  };

  const changed = () => {
    copy();
    clearTimeout(timer);
    timer = setTimeout(save, WAIT_MS);
  };
  form.addEventListener("input", (event) => {
    event.target.removeAttribute("aria-invalid"); // what was said is about the old value
    document.getElementById(`${event.target.id}-say`)?.querySelectorAll(".bh-fault:not(.is-back)").forEach((one) => one.remove());
    event.target.closest(".is-row-bad")?.classList.remove("is-row-bad");
    changed();
  });
  form.addEventListener("submit", () => { renumber(form); stopped = true; clearTimeout(timer); clearTimeout(retry); });
  window.addEventListener("online", save);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key.toLowerCase() === "s") { event.preventDefault(); copy(); save(); }
  });
  const looking = words.now && setInterval(async () => {
    if (busy || document.hidden) return;
    try {
      const answer = await fetch(`${words.now}?stamp=${form.dataset.stamp}&checked=${form.elements.checked?.value || ""}`, { redirect: "manual" });
      if (answer.status === 200) show(form, await answer.json());
      else if (answer.status >= 400) clearInterval(looking); // it was filed, or is no longer one's own
    } catch { /* the next round will tell */ }
  }, LOOK_MS);
  const addRow = growTables(form, changed);
  onePart(form);
  reachable(form);
  restore(form, place, changed, addRow);
}

function show(form, found) {
  for (const [path, text] of Object.entries(found.computed)) {
    const cell = form.querySelector(`[data-computed="${CSS.escape(path)}"]`);
    if (cell) cell.textContent = text || "—";
  }
  for (const [path, [total, parts]] of Object.entries(found.sums)) {
    const spot = form.querySelector(`[data-sum="${CSS.escape(path)}"]`);
    if (!spot) continue;
    spot.classList.toggle("is-summed", Boolean(parts));
    spot.querySelector("output").textContent = total;
    spot.querySelector("[data-parts]").textContent = parts ? `= ${parts}` : "";
  }
  for (const spot of form.querySelectorAll(".bh-said")) {
    const path = spot.id.slice(0, -4);
    spot.querySelectorAll(".bh-fault:not(.is-back)").forEach((one) => one.remove());
    for (const [kind, text] of found.says[path] || []) {
      const line = document.createElement("span");
      line.className = kind === "warn" ? "bh-fault is-warn" : "bh-fault";
      line.textContent = text;
      spot.append(line);
    }
    const bad = (found.says[path] || []).some(([kind]) => kind === "bad");
    const field = document.getElementById(path);
    if (field?.matches("input, select, textarea")) {
      field.toggleAttribute("aria-invalid", false);
      if (bad) field.setAttribute("aria-invalid", "true");
      if ((found.says[path] || []).length) field.setAttribute("aria-describedby", spot.id);
    }
  }
  for (const row of form.querySelectorAll(".bh-grid tbody tr")) row.classList.toggle("is-row-bad", Boolean(row.querySelector("[aria-invalid]")));
  for (const path of found.asked) {
    const spot = form.querySelector(`[data-in="${CSS.escape(path)}"]`);
    spot?.closest("details")?.setAttribute("open", "");
  }
  for (const [key, one] of Object.entries(found.sections)) {
    const link = form.querySelector(`[data-section="${key}"]`);
    link.classList.remove("is-empty", "is-open", "is-faulty", "is-done");
    link.classList.add(`is-${one.state}`);
    const sign = link.querySelector("use");
    sign.setAttribute("href", sign.getAttribute("href").replace(/#.*/, `#${one.icon}`));
    link.querySelector("[data-word]").textContent = one.word;
  }
  for (const [path, text] of Object.entries(found.reads)) {
    const spot = form.querySelector(`[data-read="${CSS.escape(path)}"]`);
    if (spot && spot.textContent !== text) spot.textContent = text;
  }
  for (const [key, state] of Object.entries(found.mended)) {
    const spot = form.querySelector(`[data-mended="${CSS.escape(key)}"]`);
    if (spot) spot.className = `is-${state}`;
  }
  form.dataset.stamp = found.stamp;
  const shared = document.getElementById("shared");
  if (shared) shared.textContent = found.shared;
  document.getElementById("parts-done").textContent = found.done;
  document.getElementById("rail").innerHTML = found.rail;
  const strip = document.getElementById("strip");
  if (strip.innerHTML.trim() !== found.strip.trim()) strip.innerHTML = found.strip;
  const bar = document.getElementById("total-bar");
  if (bar) bar.textContent = found.total || "—";
}

// A link to a field opens what is folded around it and puts the cursor there.
function reachable(form) {
  form.addEventListener("click", (event) => {
    const link = event.target.closest(".bh-faults a[href^='#'], [data-jumps] a[href^='#']");
    if (!link) return;
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    form.dispatchEvent(new CustomEvent("part", { detail: field.closest("[data-part]") }));
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    field.scrollIntoView({ block: "center" });
    const spot = field.matches("input, select, textarea, [tabindex]") ? field : field.querySelector("input:not([type=hidden]), select, textarea");
    (spot || field).focus({ preventScroll: true });
  });
}

// What did not reach the server the last time stands again; if somebody saved since, both are kept and shown.
function restore(form, place, changed, addRow) {
  const kept = new URLSearchParams(localStorage.getItem(place) || "");
  if (![...kept].length) return;
  if (same(kept, new URLSearchParams(new FormData(form)))) { // it was sent with the form itself
    localStorage.removeItem(place);
    return;
  }
  if (kept.get("revision") !== form.elements.revision.value) {
    const bar = document.getElementById("kept");
    bar.hidden = false;
    bar.addEventListener("click", (event) => {
      const wish = event.target.dataset.kept;
      if (!wish) return;
      if (wish === "compare") send(form, kept);
      localStorage.removeItem(place);
      bar.hidden = true;
    });
    return;
  }
  for (const name of kept.keys()) {
    const cell = name.match(/^(\w+)\[(\d+)\]\./);
    while (cell && !form.elements[name] && addRow(cell[1])) { /* until the row is there */ }
  }
  for (const one of form.elements) {
    if (!one.name || one.type === "hidden" || !kept.has(one.name)) continue;
    if (one.type === "checkbox") one.checked = kept.getAll(one.name).includes(one.value);
    else if (one.matches("input, select, textarea")) one.value = kept.get(one.name);
    if (one.value) one.closest("details.bh-fold")?.setAttribute("open", "");
  }
  changed();
}

const ASIDE = new Set(["revision", "form_token", "action", "at", "checked"]);

function same(kept, shown) {
  const plain = (values) => JSON.stringify([...values].filter(([name]) => !ASIDE.has(name)).map(([name, text]) => [name, text.trim()]).sort());
  return plain(kept) === plain(shown);
}

function send(form, kept) {
  const own = document.createElement("form");
  own.method = "post";
  own.action = form.action;
  kept.set("form_token", form.elements.form_token.value);
  kept.set("action", "save");
  for (const [name, value] of kept) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    own.append(field);
  }
  document.body.append(own);
  own.submit();
}
