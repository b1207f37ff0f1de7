// The form saves itself: a local copy at once, the server two seconds after the last key.
const WAIT_MS = 1500;

export function keepForm() {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const faults = document.querySelector("[data-focus-now]");
  if (faults) faults.focus();
  const { draft, task, wordsSaving, wordsSaved, wordsLocal, wordsConflict } = form.dataset;
  const place = `bihuan.draft.${task}`;
  const says = document.getElementById("saved");
  let timer = 0, busy = false, again = false, stopped = false;

  const body = () => new URLSearchParams(new FormData(form));
  const say = (text) => { says.textContent = text; };
  const copy = () => {
    const typed = body();
    typed.delete("form_token");
    try { localStorage.setItem(place, typed.toString()); } catch { /* full or forbidden: the server has it */ }
  };

  const show = (found) => {
    form.elements.revision.value = found.revision;
    for (const [path, text] of Object.entries(found.computed)) {
      const cell = form.querySelector(`[data-computed="${CSS.escape(path)}"]`);
      if (cell) cell.textContent = text || "—";
    }
    for (const [key, one] of Object.entries(found.sections)) {
      const link = form.querySelector(`[data-section="${key}"]`);
      link.className = `is-${one.state}`;
      const sign = link.querySelector("use");
      sign.setAttribute("href", sign.getAttribute("href").replace(/#.*/, `#${one.icon}`));
      link.querySelector("small").textContent = one.word;
    }
    document.getElementById("parts-done").textContent = found.done;
    say(`${wordsSaved} ${found.saved}`);
  };

  const save = async () => {
    if (stopped) return;
    if (busy) { again = true; return; }
    busy = true;
    say(wordsSaving);
    try {
      const answer = await fetch(draft, { method: "POST", body: body(), redirect: "manual" });
      if (answer.ok) {
        show(await answer.json());
        if (!again) localStorage.removeItem(place);
      } else if (answer.status === 409) {
        stopped = true;
        say(wordsConflict);
      } else say(wordsLocal);
    } catch { say(wordsLocal); }
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
    document.getElementById(`${event.target.id}-say`)?.remove();
    event.target.closest(".is-row-bad")?.classList.remove("is-row-bad");
    changed();
  });
  form.addEventListener("submit", () => { stopped = true; clearTimeout(timer); });
  window.addEventListener("online", save);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key.toLowerCase() === "s") { event.preventDefault(); copy(); save(); }
    if (event.key === "Enter" && event.target.matches("input.bh-cell")) event.preventDefault();
  });
  restore(form, place, changed);
}

// What did not reach the server the last time stands again, if nobody saved since.
function restore(form, place, changed) {
  const kept = new URLSearchParams(localStorage.getItem(place) || "");
  if (!kept.size || kept.get("revision") !== form.elements.revision.value) return;
  for (const one of form.elements) {
    if (!one.name || one.type === "hidden" || !kept.has(one.name)) continue;
    if (one.type === "checkbox") one.checked = kept.getAll(one.name).includes(one.value);
    else if (one.matches("input, select, textarea")) one.value = kept.get(one.name);
  }
  changed();
}
