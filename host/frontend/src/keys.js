// Optional keys: off in fields and while an input method composes.
const WITHIN_MS = 1200;
let afterG = 0;

const typing = (event) =>
  document.body.dataset.keys === "off" || document.querySelector("dialog[open]") ||
  event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey ||
  event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

const press = (key) => {
  const target = document.querySelector(`[data-key="${key}"]`);
  if (target) target.matches("input, textarea") ? target.focus() : target.click();
  return Boolean(target);
};

const ticks = () => [...document.querySelectorAll("[data-batch] input[name=task]")];

const tick = () => {
  const boxes = ticks();
  if (!boxes.length) return press("x");
  const box = boxes.includes(document.activeElement) ? document.activeElement : boxes[0];
  box.focus();
  box.click();
  return true;
};

const move = (by) => {
  const boxes = ticks();
  if (boxes.length) {
    const here = boxes.indexOf(document.activeElement);
    boxes[Math.max(0, Math.min(boxes.length - 1, here < 0 ? 0 : here + by))].focus();
    return true;
  }
  const rows = [...document.querySelectorAll(".bh-task")];
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
  if (!next) return false;
  next.focus();
  next.click();
  return true;
};

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (typing(event)) return;
    const key = event.key.toLowerCase();
    const going = Date.now() - afterG < WITHIN_MS;
    afterG = key === "g" ? Date.now() : 0;
    const done = going ? press(`g ${key}`) : key === "j" ? move(1) : key === "k" ? move(-1) : key === "x" ? tick() : press(key);
    if (done) event.preventDefault();
  });
}
