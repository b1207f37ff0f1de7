// The live diagram of an instance: bpmn-js draws it, the server's marks colour it. The text below it says the same.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { getDi } from "bpmn-js/lib/util/ModelUtil";

const LOOKS = {
  done: ["var(--pine-t)", "var(--pine)"],
  now: ["var(--dai-t)", "var(--dai)"],
  failed: ["var(--seal-t)", "var(--seal)"],
  over: ["var(--seal-t)", "var(--seal)"],
};
// What is to be said at elements of a definition: problems, and what a new version changes.
const NOTES = {
  error: ["var(--seal-t)", "var(--seal)", "is-error"],
  warning: ["var(--amber-t)", "var(--amber)", "is-warned"],
  added: ["var(--pine-t)", "var(--pine)", "is-added"],
  changed: ["var(--amber-t)", "var(--amber)", "is-warned"],
  calm: ["var(--sheet)", "var(--ink-3)", ""],
};
const SMALLEST = 0.75;
const TALLEST = 540;

function paint(viewer, element, fill, stroke) {
  const di = getDi(element);
  if (fill) di.set("bioc:fill", fill);
  di.set("bioc:stroke", stroke);
  const kind = element.waypoints ? "connection" : "shape";
  viewer.get("graphicsFactory").update(kind, element, viewer.get("elementRegistry").getGraphics(element));
}

function note(viewer, element, look, content, position) {
  const html = document.createElement(content.href ? "a" : "span");
  html.className = `bh-note ${look}`;
  html.textContent = content.text;
  if (content.href) html.href = content.href;
  viewer.get("overlays").add(element, { position, html });
}

function mark(viewer, marks, wordOpen) {
  const registry = viewer.get("elementRegistry");
  const at = (id) => registry.get(id);
  for (const element of registry.filter((one) => ["bpmn:Participant", "bpmn:Lane"].includes(one.type))) {
    paint(viewer, element, "var(--sheet)", "var(--rule-2)");
  }
  for (const [id, state] of Object.entries(marks.states)) {
    const look = LOOKS[marks.over.includes(id) ? "over" : state];
    if (!look || !at(id)) continue;
    paint(viewer, at(id), ...look);
    if (state === "now" || state === "failed") viewer.get("canvas").addMarker(id, "bh-now");
  }
  for (const id of marks.walked) {
    const back = marks.back.includes(id);
    if (!at(id)) continue;
    paint(viewer, at(id), null, back ? "var(--plum)" : "var(--pine)");
    viewer.get("canvas").addMarker(id, back ? "bh-went-back" : "bh-went");
  }
  for (const [id, { look, text }] of Object.entries(marks.notes || {})) {
    if (!at(id)) continue;
    const [fill, stroke, name] = NOTES[look];
    paint(viewer, at(id), at(id).waypoints ? null : fill, stroke);
    note(viewer, id, name, { text }, { top: -12, left: 4 });
  }
  for (const [id, text] of Object.entries(marks.words)) if (at(id)) note(viewer, id, "is-now", { text }, { bottom: -4, left: 0 });
  for (const [id, text] of Object.entries(marks.returned)) if (at(id)) note(viewer, id, "is-back", { text }, { top: -12, left: 4 });
  for (const [id, href] of Object.entries(marks.opens)) if (at(id)) note(viewer, id, "", { text: `${wordOpen} ›`, href }, { top: -12, right: 52 });
}

function look(viewer, figure, marks) {
  const canvas = viewer.get("canvas");
  const zoomTo = (wanted) => {
    canvas.zoom("fit-viewport", "auto");
    if (wanted === "fit" || canvas.zoom() >= SMALLEST) return;
    const now = Object.keys(marks.states).find((id) => ["now", "failed"].includes(marks.states[id]));
    const element = now && viewer.get("elementRegistry").get(now);
    const box = element ? { x: element.x + element.width / 2, y: element.y + element.height / 2 } : { x: 0, y: 0 };
    canvas.zoom(SMALLEST);
    const view = canvas.viewbox();
    const inner = view.inner;
    const clamp = (value, low, high) => Math.max(low, Math.min(value, Math.max(low, high)));
    canvas.viewbox({
      x: clamp(box.x - view.width / 2, inner.x - 20, inner.x + inner.width - view.width + 20),
      y: clamp(box.y - view.height / 2, inner.y - 20, inner.y + inner.height - view.height + 20),
      width: view.width,
      height: view.height,
    });
  };
  zoomTo("now");
  figure.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    if (button.dataset.zoom === "fit") zoomTo("fit");
    else canvas.zoom(canvas.zoom() * (button.dataset.zoom === "in" ? 1.25 : 0.8));
  });
}

// On paper the whole picture is as wide as the sheet; the words pinned to it stand in the text below it.
function onPaper(viewer, place) {
  const canvas = viewer.get("canvas");
  const svg = place.querySelector("svg");
  const layer = svg.querySelector(".viewport");
  const screen = {};
  window.addEventListener("beforeprint", () => {
    const { x, y, width, height } = canvas.viewbox().inner;
    Object.assign(screen, { transform: layer.getAttribute("transform"), height: place.style.height });
    layer.removeAttribute("transform");
    svg.setAttribute("viewBox", `${x - 20} ${y - 20} ${width + 40} ${height + 40}`);
    Object.assign(place.style, { height: "auto", aspectRatio: `${width + 40} / ${height + 40}` });
  });
  window.addEventListener("afterprint", () => {
    layer.setAttribute("transform", screen.transform);
    svg.removeAttribute("viewBox");
    Object.assign(place.style, { height: screen.height, aspectRatio: "" });
  });
}

async function source(figure) {
  if (figure.dataset.source) {
    const bytes = Uint8Array.from(atob(figure.dataset.source), (one) => one.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  }
  const answer = await fetch(figure.dataset.diagram);
  return answer.ok ? answer.text() : null;
}

async function draw(figure) {
  const diagram = await source(figure);
  if (diagram === null) return;
  const marks = JSON.parse(figure.dataset.marks);
  const place = figure.querySelector(".bh-canvas");
  const viewer = new NavigatedViewer({
    bpmnRenderer: { defaultFillColor: "var(--sheet)", defaultStrokeColor: "var(--ink-3)", defaultLabelColor: "var(--ink)" },
    textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 }, externalStyle: { fontSize: 12 } },
    zoomScroll: { enabled: false }, // the wheel scrolls the page
  });
  figure.hidden = false;
  viewer.attachTo(place);
  try {
    await viewer.importXML(diagram);
  } catch {
    figure.hidden = true; // an offered file may be no diagram; its problems are listed
    return;
  }
  const { inner } = viewer.get("canvas").viewbox();
  const scale = Math.max(SMALLEST, Math.min(1, place.clientWidth / (inner.width + 40)));
  place.style.height = `${Math.min(TALLEST, Math.ceil((inner.height + 40) * scale))}px`;
  viewer.get("canvas").resized();
  mark(viewer, marks, figure.dataset.wordOpen);
  look(viewer, figure, marks);
  onPaper(viewer, place);
  figure.dataset.drawn = "yes";
}

const figure = document.querySelector("[data-diagram], [data-source]");
if (figure && window.matchMedia("(min-width: 768px)").matches) draw(figure);
