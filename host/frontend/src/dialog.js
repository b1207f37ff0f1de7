// An action's small page in a dialog: the same page, its part #action; forms that search stay inside.
export function openDialogs() {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  let from = "";

  const show = async (address) => {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    const place = answer.headers.get("HX-Redirect");
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("action");
    if (place || !found) { location.assign(place || address); return; }
    from = address;
    for (const form of found.querySelectorAll("form:not([action])")) form.action = address;
    dialog.replaceChildren(document.importNode(found, true));
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[data-focus]").focus();
  };

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(".bh-more[open]")) if (!menu.contains(event.target)) menu.open = false;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-dialog]");
    if (link) { event.preventDefault(); show(link.href); return; }
    if (event.target === dialog || event.target.closest("dialog [data-close]")) { event.preventDefault(); dialog.close(); }
  });

  dialog.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-in-dialog]")) return;
    event.preventDefault();
    const typed = [...new FormData(event.target)];
    const ticked = [...dialog.querySelectorAll("input[type=checkbox][name=to]:checked")].map((one) => ["to", one.value]);
    const boxes = dialog.querySelector("input[type=checkbox][name=to]");
    const asked = new URLSearchParams([...typed.filter(([name]) => !boxes || name !== "to"), ...ticked]);
    show(`${new URL(from, location.href).pathname}?${asked}`);
  });
}
