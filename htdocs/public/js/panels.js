// panels.js: what lies near a candidate comes by itself, after the pictures. Each panel is a page of
// its own, of which it takes the part [data-panel-body]; one that gives no answer is a grey line.
//
// Panels may be filled before they are shown: all that they look for is asked of their own root.

/** No panel waits longer for its answer; one that takes longer than the second says so. */
const WAIT_MS = 10000;
const QUIET_MS = 300;

function lineOf(text) {
  const line = document.createElement("p");
  line.className = "body muted sm";
  line.textContent = text;
  return line;
}

/** Says how long it has been asked for, from the first third of a second on; gives back the end. */
function tellWaiting(place) {
  const begun = performance.now();
  const timer = setInterval(() => {
    const line = lineOf(`Asking, ${Math.round((performance.now() - begun) / 1000)} s`);
    if (place.querySelector("[data-panel-body]")) place.setAttribute("aria-busy", "true");
    else place.replaceChildren(line);
  }, QUIET_MS);
  return () => {
    clearInterval(timer);
    place.removeAttribute("aria-busy");
  };
}

async function answerOf(address, options = {}) {
  return fetch(address, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(WAIT_MS), ...options });
}

/** The part of a panel's page; a wrong radius (400) is told by that part, too. */
async function bodyOf(address) {
  const answer = await answerOf(address);
  if (!answer.ok && answer.status !== 400) throw new Error(`status ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const body = page.querySelector("[data-panel-body]");
  if (!body) throw new Error("no such part");
  return document.adoptNode(body);
}

/** One grey line, with a link that asks again (in a new tab: the page itself). */
function showFailure(panel, place, address) {
  const line = lineOf(`${panel.dataset.panelName}: no answer. `);
  const again = document.createElement("a");
  again.href = address;
  again.textContent = "Try again";
  again.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    load(panel, address);
  });
  line.append(again);
  place.replaceChildren(line);
}

function tickedIds(root) {
  return [...root.querySelectorAll('input[name="also"]:checked')].map((box) => box.value);
}

/** The verdict bar says how many others a rating goes to. */
function tellAlso(root) {
  const line = root.querySelector("[data-also]");
  if (!line) return;
  const count = tickedIds(root).length;
  line.hidden = count === 0;
  line.textContent = `and ${count} near by: shown before anything is stored`;
}

/** The row of the nearest known source names the pulsar that the panel has just changed. */
function tellPulsar(root, body) {
  const { associated: name, pulsarId: id } = body.dataset;
  const cell = root.querySelector("[data-pulsar]");
  if (name === undefined || !cell) return;
  const text = document.createElement(Number(id) ? "a" : "span");
  if (Number(id)) text.href = `/pulsars/${id}`;
  else if (!name) text.className = "faint";
  text.textContent = name || "–";
  cell.replaceChildren(text);
}

function take(panel, place, body) {
  const root = panel.getRootNode();
  const ticked = tickedIds(root);
  const focused = panel.contains(document.activeElement) ? document.activeElement.id : "";
  place.replaceChildren(body);
  body.querySelectorAll('input[name="also"]').forEach((box) => { box.checked = ticked.includes(box.value); });
  if (focused) document.getElementById(focused)?.focus();
  tellAlso(root);
  tellPulsar(root, body);
}

async function load(panel, address) {
  const place = panel.querySelector("[data-panel-place]");
  const turn = {};
  panel.turn = turn;
  const stop = tellWaiting(place);
  try {
    const body = await bodyOf(address);
    if (panel.turn === turn) take(panel, place, body);
  } catch {
    if (panel.turn === turn) showFailure(panel, place, address);
  } finally {
    stop();
  }
}

function addressOf(panel, form) {
  return `${panel.dataset.panel}?${new URLSearchParams(new FormData(form))}`;
}

/** Association: posted as the page's form would be, then the panel shows how it stands. */
async function post(panel, form, submitter) {
  const place = panel.querySelector("[data-panel-place]");
  const search = panel.querySelector("[data-panel-form]");
  const address = search ? addressOf(panel, search) : panel.dataset.panel;
  try {
    const answer = await answerOf(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form, submitter)), redirect: "manual",
    });
    if (answer.type !== "opaqueredirect") throw new Error(`status ${answer.status}`);
    await load(panel, address);
  } catch {
    showFailure(panel, place, address);
  }
}

function onSubmit(panel, event) {
  const form = event.target;
  if (form.matches("[data-panel-form]")) {
    event.preventDefault();
    load(panel, addressOf(panel, form));
  } else if (form.matches("[data-panel-post]")) {
    event.preventDefault();
    post(panel, form, event.submitter);
  }
}

/** The link of a panel's head (and its key) leads to the panel; with Ctrl to its page. */
function bindHead(panel) {
  const link = panel.querySelector("[data-panel-link]");
  link?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    document.querySelector('[data-views] a[href="#near-by"]')?.click();
    if (panel.matches("details")) panel.open = !panel.open;
    panel.scrollIntoView({ block: "nearest" });
    panel.querySelector("[data-panel-place] :is(a, input, button)")?.focus({ preventScroll: true });
  });
}

/** A folded panel asks when it is opened first, the others at once. */
function begin(panel) {
  if (panel.matches("details")) {
    panel.addEventListener("toggle", () => load(panel, panel.dataset.panel), { once: true });
  } else {
    load(panel, panel.dataset.panel);
  }
}

/** Fills the panels within `root`, and answers what is done in them. */
export function attachPanels(root) {
  for (const panel of root.querySelectorAll("[data-panel]")) {
    panel.addEventListener("submit", (event) => onSubmit(panel, event));
    bindHead(panel);
    begin(panel);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.name === "also") tellAlso(document);
});
