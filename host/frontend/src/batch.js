// A batch goes five tasks at a time, so that its progress shows and a lost connection stops it between two tasks.
const AT_ONCE = 5;

export function runBatches() {
  const form = document.querySelector("form[data-batch]");
  if (!form) return;
  const bar = document.getElementById("batch-bar"), says = document.getElementById("batch-says");
  const results = document.getElementById("batch-results"), table = results.querySelector("tbody");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const boxes = [...form.querySelectorAll("input[name=task]:checked")];
    const button = form.querySelector(".btn-primary");
    if (!boxes.length || button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    bar.hidden = results.hidden = false;
    bar.max = boxes.length;
    for (let at = 0; at < boxes.length; at += AT_ONCE) {
      const part = boxes.slice(at, at + AT_ONCE), body = new URLSearchParams(new FormData(form));
      body.delete("task");
      part.forEach((one) => body.append("task", one.value));
      let answer;
      try {
        answer = await fetch(form.action, { method: "POST", body });
      } catch { answer = null; }
      if (!answer || !answer.ok) { location.reload(); return; } // what is done is done; the page shows what is left
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const row of page.querySelectorAll("#rows tr")) table.append(document.importNode(row, true));
      part.forEach((one) => { one.checked = false; one.disabled = true; });
      bar.value = at + part.length;
      says.textContent = form.dataset.wordsDoing.replace("{done}", bar.value).replace("{all}", boxes.length);
    }
    button.removeAttribute("aria-disabled");
    results.scrollIntoView();
  });
}
