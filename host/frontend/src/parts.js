// On a phone a form shows one part at a time; the list of parts opens on demand.
export function onePart(form) {
  const parts = [...form.querySelectorAll("[data-part]")];
  const words = form.querySelector("[data-part-words]"), bar = form.querySelector(".bh-part progress");
  const all = form.querySelector("[data-all-parts]");
  const show = (part) => {
    if (!part) return;
    parts.forEach((one) => one.classList.toggle("is-here", one === part));
    const at = parts.indexOf(part) + 1;
    words.textContent = words.dataset.partWords.replace("{at}", at).replace("{all}", parts.length);
    bar.value = at;
    form.classList.remove("is-listing");
    all.setAttribute("aria-expanded", "false");
    form.querySelectorAll("[data-section]").forEach((one) => one.toggleAttribute("aria-current", false));
    form.querySelector(`[data-section="${part.id.slice(2)}"]`)?.setAttribute("aria-current", "step");
  };
  form.classList.add("is-parted");
  all.addEventListener("click", () => {
    all.setAttribute("aria-expanded", String(form.classList.toggle("is-listing")));
  });
  form.addEventListener("part", (event) => show(event.detail));
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-section]");
    if (link) show(document.getElementById(`s-${link.dataset.section}`));
    if (event.target.closest("[data-next]")) {
      const next = parts[parts.indexOf(event.target.closest("[data-part]")) + 1];
      show(next);
      next.scrollIntoView();
    }
  });
  form.addEventListener("focusin", (event) => {
    if (window.innerWidth >= 768) show(event.target.closest("[data-part]"));
  });
  const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const faulty = form.querySelector("[aria-invalid]")?.closest("[data-part]");
  const remark = form.querySelector("#returned a[href^='#']");
  const remarked = remark && document.getElementById(decodeURIComponent(remark.hash.slice(1)))?.closest("[data-part]");
  const open = parts.find((one) => "mine" in one.dataset && !form.querySelector(`[data-section="${one.id.slice(2)}"].is-done`));
  show(at?.closest("[data-part]") || faulty || remarked || open || parts[0]);
}
