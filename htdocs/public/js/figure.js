// figure.js: what both pictures of a candidate can do: be enlarged, fill the window, be inverted, dim
// their paper, and say so when they don't load.

import { keep, recall } from "./choices.js";
import { attachCopies } from "./copy.js";
import { Player } from "./player.js";
import { Zoom } from "./zoom.js";

/** How many times its size a picture must be shown for its pixels to be drawn sharp. */
const SHARP_FROM = 2;

/** The ways to show white paper in the dark, in the order of the button. */
const PAPERS = ["dim", "plain", "inverted"];

function buttonOf(panel, act) {
  return panel.querySelector(`[data-act="${act}"]`);
}

/** Pixels that are drawn more than twice as large stay square. */
function sharpen(panel, scale = 1) {
  const image = panel.querySelector("img");
  const own = Number(image.getAttribute("width")) || image.naturalWidth;
  const shown = panel.querySelector(".well").clientWidth * scale;
  panel.classList.toggle("sharp", own > 0 && shown > SHARP_FROM * own);
}

function setLarge(panel, is) {
  panel.classList.toggle("large", is);
  buttonOf(panel, "large").setAttribute("aria-pressed", is);
  sharpen(panel);
}

function bindLarge(panel) {
  const button = buttonOf(panel, "large");
  const toggle = () => {
    const is = !panel.classList.contains("large");
    document.querySelectorAll(".figure.large").forEach((other) => setLarge(other, false));
    setLarge(panel, is);
  };
  button.hidden = false;
  button.addEventListener("click", toggle);
  panel.querySelector(".well a").addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    toggle();
  });
}

/** The buttons for in and out; their keys are for the picture that fills the window, if one does. */
function bindZoom(panel) {
  const more = buttonOf(panel, "zoom-in");
  const less = buttonOf(panel, "zoom-out");
  const zoom = new Zoom(panel.querySelector(".well"), (scale) => {
    less.hidden = scale === 1;
    more.setAttribute("aria-pressed", scale > 1);
    more.querySelector("[data-zoom]").textContent = scale > 1 ? `${Number(scale.toFixed(1))}×` : "";
    sharpen(panel, scale);
  });
  const other = (act) => [...document.querySelectorAll(`.figure.large [data-act="${act}"]`)]
    .find((button) => !panel.contains(button));
  const press = (act, by) => {
    const instead = other(act);
    if (instead) instead.click();
    else zoom.step(by);
  };
  more.hidden = false;
  more.addEventListener("click", () => press("zoom-in", 1));
  less.addEventListener("click", () => press("zoom-out", -1));
}

/** Both pictures side by side with the whole window for them; kept for the next candidates. */
function bindBoth(desk) {
  const button = desk && buttonOf(desk, "both");
  if (!button) return;
  const show = (is) => {
    desk.classList.toggle("both", is);
    button.setAttribute("aria-pressed", is);
  };
  show(recall("both", ["", "yes"]) === "yes");
  button.hidden = false;
  button.addEventListener("click", () => {
    const is = !desk.classList.contains("both");
    show(is);
    keep("both", is ? "yes" : "");
  });
}

function bindInvert(panel) {
  const button = buttonOf(panel, "invert");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const is = panel.querySelector(".well").classList.toggle("inverted");
    button.setAttribute("aria-pressed", is);
  });
}

/** Dim, plain, inverted in turn; the choice is kept for the reader. */
function bindPaper(panel) {
  const button = buttonOf(panel, "paper");
  if (!button) return;
  const root = document.documentElement;
  const label = button.querySelector("[data-paper-name]");
  const show = (paper) => {
    root.dataset.paper = paper;
    label.textContent = { dim: "Dim paper", plain: "Plain paper", inverted: "Inverted" }[paper];
  };
  show(PAPERS.includes(root.dataset.paper) ? root.dataset.paper : "dim");
  button.hidden = false;
  button.addEventListener("click", () => {
    const paper = PAPERS[(PAPERS.indexOf(root.dataset.paper) + 1) % PAPERS.length];
    show(paper);
    fetch("/settings", { method: "POST", body: new URLSearchParams({ paper }), redirect: "manual" })
      .catch(() => { /* shown all the same, and not kept */ });
  });
}

/** Words in place of a picture that is not there, and a way to ask again. */
function showFailure(panel, image) {
  const well = panel.querySelector(".well");
  if (well.querySelector(".failed")) return;
  const box = document.createElement("div");
  const again = document.createElement("button");
  box.className = "failed";
  box.setAttribute("role", "status");
  box.textContent = "This picture did not load. What is measured is still right.";
  again.type = "button";
  again.className = "button";
  again.textContent = "Load it again";
  again.addEventListener("click", () => {
    box.remove();
    well.classList.remove("has-failed");
    image.src = image.getAttribute("src");
  });
  box.append(again);
  well.append(box);
  well.classList.add("has-failed");
}

function bindFailure(panel) {
  const image = panel.querySelector("img");
  image.addEventListener("error", () => showFailure(panel, image));
  if (image.complete && image.naturalWidth === 0) showFailure(panel, image);
}

function bindFigure(panel) {
  bindZoom(panel);
  bindLarge(panel);
  bindInvert(panel);
  bindPaper(panel);
  bindFailure(panel);
}

/**
 * Brings the figures within `root` to life, on a phone one at a time.
 *
 * Gives back a function that lets go of what outlives the elements (timers, decoded frames, what is
 * on its way): to be called before they are thrown away.
 */
export function attachFigures(root = document) {
  const end = new AbortController();
  const views = root.querySelector("[data-views]");
  root.querySelectorAll(".figure").forEach(bindFigure);
  if (views) bindViews(views, root.querySelector(".desk"));
  bindBoth(root.matches?.(".desk") ? root : root.querySelector(".desk"));
  attachCopies(root);
  Player.attach(root.querySelector("[data-player]"), end.signal);
  return () => end.abort();
}

/** Escape brings a picture that fills the window back. */
export function closeLarge() {
  const panel = document.querySelector(".figure.large");
  if (!panel) return false;
  setLarge(panel, false);
  return true;
}

/** On a phone one panel is seen at a time; without scripts the links jump to it. */
function bindViews(views, desk) {
  const links = [...views.querySelectorAll("a")];
  const show = (link) => {
    desk.dataset.view = link.hash.slice(1);
    links.forEach((other) => other.setAttribute("aria-current", other === link));
  };
  links.forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    show(link);
  }));
  show(links[0]);
}

/** Resolves when a picture is painted or has visibly failed. */
function settled(image) {
  if (image.complete) return Promise.resolve();
  return new Promise((done) => {
    image.addEventListener("load", done, { once: true });
    image.addEventListener("error", done, { once: true });
  });
}

/** Resolves when both pictures within `root` are. */
export function picturesSettled(root = document) {
  return Promise.all([...root.querySelectorAll(".figure .well img")].map(settled));
}
