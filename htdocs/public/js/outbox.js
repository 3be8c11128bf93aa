// outbox.js: verdicts and skips on their way. Each is kept in this browser (localStorage) until the
// site has answered, and sent again until then. The request key makes one of all repeats.

/** One entry a key: tabs share the store, and none writes over another's. */
const PREFIX = "transients-outbox:";

/** No answer for so long is no answer; a pause before it is sent again, doubled up to the longest. */
const ANSWER_MS = 10000;
const PAUSE_MS = 1000;
const PAUSE_MAX_MS = 15000;

/** What was not sent from another tab for so long was left behind by it. */
const LEFT_MS = 30000;

/** Answers that may be another one later. */
const LATER = [408, 425, 429];

function wordsOf(said) {
  if (said?.errors) return Object.values(said.errors).flat().join(" ");
  return said?.detail ?? "The site did not take it.";
}

/** {state, said}: 'stored', 'refused', 'ended' (nobody is logged in) or 'waiting'. */
async function outcomeOf(answer) {
  if (answer.status === 401) return { state: "ended" };
  if (answer.status >= 500 || LATER.includes(answer.status)) return { state: "waiting" };
  const said = await answer.json().catch(() => null);
  if (answer.ok && said?.stored) return { state: "stored", said };
  return { state: "refused", words: wordsOf(said) };
}

async function post(entry) {
  try {
    return await outcomeOf(await fetch(entry.action, {
      method: "POST",
      headers: { "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      body: entry.body,
      keepalive: true, // goes on when the page is left
      signal: AbortSignal.timeout(ANSWER_MS),
    }));
  } catch {
    return { state: "waiting" };
  }
}

/**
 * Events: 'change' (what `entries` says has changed), 'stored' (detail: {entry, said}), 'refused'
 * (detail: entry), 'ended' (nobody is logged in: `resume()` when somebody is).
 *
 * An entry: key, action, body, candidate, words, user, at; state 'sending', 'waiting', 'refused' with
 * `why`, or 'ended'.
 */
export class Outbox extends EventTarget {
  /** Those that `user` left here are sent, nobody else's. */
  constructor(user) {
    super();
    this.user = user;
    this.entries = new Map();
    this.pause = PAUSE_MS;
    addEventListener("online", () => this.resume());
    this.takeLeft();
  }

  takeLeft() {
    for (const name of Object.keys(localStorage).filter((n) => n.startsWith(PREFIX))) {
      try {
        const entry = JSON.parse(localStorage.getItem(name));
        if (entry.user === this.user && (entry.state !== "sending" || Date.now() - entry.at > LEFT_MS)) {
          if (entry.state !== "refused") entry.state = "waiting";
          this.entries.set(entry.key, entry);
        }
      } catch {
        localStorage.removeItem(name);
      }
    }
    if (this.entries.size) this.resume();
  }

  /** A full or forbidden store keeps nothing beyond this page; it is sent all the same. */
  keep(entry) {
    try {
      localStorage.setItem(PREFIX + entry.key, JSON.stringify(entry));
    } catch { /* see above */ }
    this.dispatchEvent(new Event("change"));
  }

  drop(entry) {
    this.entries.delete(entry.key);
    localStorage.removeItem(PREFIX + entry.key);
    this.dispatchEvent(new Event("change"));
  }

  put(fields) {
    const entry = { ...fields, user: this.user, at: Date.now(), state: "sending" };
    this.entries.set(entry.key, entry);
    this.keep(entry);
    this.run();
    return entry;
  }

  count(...states) {
    return [...this.entries.values()].filter((e) => states.includes(e.state)).length;
  }

  refused() {
    return [...this.entries.values()].filter((e) => e.state === "refused");
  }

  /** What waits is sent now. */
  resume() {
    clearTimeout(this.timer);
    for (const entry of this.entries.values()) {
      if (entry.state === "waiting" || entry.state === "ended") entry.state = "sending";
    }
    this.dispatchEvent(new Event("change"));
    this.run();
  }

  /** One after another, in the order in which they were given. */
  async run() {
    if (this.running) return;
    this.running = true;
    for (let entry; (entry = [...this.entries.values()].find((e) => e.state === "sending"));) {
      await this.send(entry);
    }
    this.running = false;
    if (this.count("waiting")) this.timer = setTimeout(() => this.resume(), this.pause);
  }

  async send(entry) {
    const { state, said, words } = await post(entry);
    if (state === "stored") {
      this.pause = PAUSE_MS;
      this.drop(entry);
      this.dispatchEvent(new CustomEvent("stored", { detail: { entry, said } }));
    } else if (state === "refused") {
      entry.state = state;
      entry.why = words;
      this.keep(entry);
      this.dispatchEvent(new CustomEvent("refused", { detail: entry }));
    } else {
      this.hold(state);
    }
  }

  /** What one does not get through, the others don't either. */
  hold(state) {
    for (const entry of this.entries.values()) {
      if (entry.state === "sending") {
        entry.state = state;
        this.keep(entry);
      }
    }
    this.pause = Math.min(this.pause * 2, PAUSE_MAX_MS);
    if (state === "ended") this.dispatchEvent(new Event("ended"));
  }

  /** Resolves when this one is stored (true) or refused (false). */
  settled(entry) {
    return new Promise((done) => {
      const see = () => {
        if (!this.entries.has(entry.key)) done(true);
        else if (entry.state === "refused") done(false);
        else return;
        this.removeEventListener("change", see);
      };
      this.addEventListener("change", see);
      see();
    });
  }
}
