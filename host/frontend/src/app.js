// What runs on every page: htmx without inline code, the form token, focus, keys.
import htmx from "htmx.org";
import { sendFiles } from "./files.js";
import { runBatches } from "./batch.js";
import { openDialogs } from "./dialog.js";
import { keepForm } from "./form.js";
import { listenForKeys } from "./keys.js";

htmx.config.includeIndicatorStyles = false; // style-src 'self'
htmx.config.attributesToSettle = ["class", "width", "height"]; // not style: a box somebody drew larger has one
htmx.config.allowEval = false;
htmx.config.historyCacheSize = 0; // no page of one person in a browser's store
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[2345]..", swap: true },
];

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-Form-Token"] = document.querySelector("meta[name=form-token]").content;
});

// A phone shows the list or the task: the whole page follows the link.
document.addEventListener("htmx:beforeRequest", (event) => {
  const row = event.target.closest(".bh-task");
  if (!row || !window.matchMedia("(max-width: 767px)").matches) return;
  event.preventDefault();
  window.location.assign(row.href);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const heading = event.detail.target.querySelector("[data-focus]");
  if (heading) heading.focus({ preventScroll: true });
});

// What went wrong is where a keyboard and a screen reader begin on the page that says it.
if (!document.querySelector("[autofocus]")) document.querySelector("[data-focus-now], [role=alert] [data-focus]")?.focus();

document.addEventListener("click", (event) => {
  const row = event.target.closest(".bh-task");
  if (!row) return;
  document.querySelectorAll(".bh-task[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
  row.setAttribute("aria-current", "true");
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-login]");
  if (!button) return;
  document.getElementById("login").value = button.dataset.login;
  document.getElementById("password").value = button.dataset.password;
  button.closest("main").querySelector("form").requestSubmit();
});

keepForm();
sendFiles();
openDialogs();
runBatches();
listenForKeys();
