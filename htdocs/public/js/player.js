// player.js: the field's animation frame by frame: play, step, scrub along its light curve.
//
// Where the browser can't decode frames (no ImageDecoder) the plain GIF stays as it is.

const WIDTH = 250;
const HEIGHT = 34;
const TOP = 5;

/** Points of the light curve in the plot's units. */
function pointsOf(curve) {
  const low = Math.min(...curve);
  const span = Math.max(...curve) - low || 1;
  const step = curve.length > 1 ? (WIDTH - 8) / (curve.length - 1) : 0;
  return curve.map((value, i) => [4 + i * step, HEIGHT - 6 - ((value - low) / span) * (HEIGHT - 6 - TOP)]);
}

function asPoints(points) {
  return points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
}

export class Player {
  /** Takes over a well that holds the GIF, if the browser can; never fails. */
  static attach(well) {
    if (!well) return;
    const player = new Player(well);
    player.drawCurve();
    player.takeOver().catch(() => { /* the plain GIF goes on playing */ });
  }

  constructor(well) {
    this.well = well;
    this.panel = well.closest(".figure");
    this.image = well.querySelector("img");
    this.plot = this.panel.querySelector("[data-curve-plot]");
    this.label = this.panel.querySelector("[data-frame]");
    this.delay = Math.max(Number(well.dataset.delay) || 100, 20);
    this.curve = JSON.parse(well.dataset.curve || "[]");
    this.points = pointsOf(this.curve);
    this.frames = [];
    this.at = 0;
    this.playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  drawCurve() {
    if (this.curve.length < 2) return;
    this.plot.removeAttribute("hidden");
    this.plot.querySelector(".all").setAttribute("points", asPoints(this.points));
  }

  async takeOver() {
    this.bindLooks();
    if (!("ImageDecoder" in window)) return;
    const answer = await fetch(this.image.currentSrc);
    const decoder = new ImageDecoder({ data: answer.body, type: "image/gif" });
    await decoder.completed;
    const count = decoder.tracks.selectedTrack.frameCount;
    for (let i = 0; i < count; i++) {
      const { image } = await decoder.decode({ frameIndex: i });
      this.frames.push(image);
    }
    if (count > 1) this.start();
  }

  start() {
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.frames[0].displayWidth;
    this.canvas.height = this.frames[0].displayHeight;
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", this.image.alt);
    this.image.hidden = true;
    this.image.after(this.canvas);
    this.panel.querySelector("[data-controls]").hidden = false;
    this.bindControls();
    this.show(0);
    this.tick();
  }

  show(index) {
    this.at = (index + this.frames.length) % this.frames.length;
    this.canvas.getContext("2d").drawImage(this.frames[this.at], 0, 0);
    this.label.textContent = `frame ${this.at + 1} of ${this.frames.length}`;
    if (this.points.length < 2) return;
    const upTo = this.points.slice(0, this.at + 1);
    const x = upTo.at(-1)[0].toFixed(1);
    this.plot.querySelector(".played").setAttribute("points", asPoints(upTo));
    this.plot.querySelector(".now").setAttribute("x1", x);
    this.plot.querySelector(".now").setAttribute("x2", x);
    this.plot.setAttribute("aria-valuemin", 1);
    this.plot.setAttribute("aria-valuemax", this.frames.length);
    this.plot.setAttribute("aria-valuenow", this.at + 1);
  }

  tick() {
    setTimeout(() => {
      if (this.playing && !document.hidden) this.show(this.at + 1);
      this.tick();
    }, this.delay);
  }

  setPlaying(playing) {
    this.playing = playing;
    const button = this.panel.querySelector('[data-act="play"]');
    button.setAttribute("aria-label", playing ? "Pause" : "Play");
    button.querySelector("use").setAttribute("href", `/icons/sprite.svg#${playing ? "pause" : "play"}`);
  }

  step(by) {
    this.setPlaying(false);
    this.show(this.at + by);
  }

  bindControls() {
    const on = (act, run) => this.panel.querySelector(`[data-act="${act}"]`).addEventListener("click", run);
    on("back", () => this.step(-1));
    on("on", () => this.step(1));
    on("play", () => this.setPlaying(!this.playing));
    this.setPlaying(this.playing);
    const scrub = (event) => {
      const box = this.plot.getBoundingClientRect();
      const part = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
      this.setPlaying(false);
      this.show(Math.round(part * (this.frames.length - 1)));
    };
    this.plot.addEventListener("pointerdown", (event) => {
      this.plot.setPointerCapture(event.pointerId);
      scrub(event);
    });
    this.plot.addEventListener("pointermove", (event) => event.buttons && scrub(event));
    this.plot.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (by) {
        event.preventDefault();
        this.step(by);
      }
    });
  }

  /** Invert and large work on the plain GIF, too. */
  bindLooks() {
    const toggle = (act, name) => {
      const button = this.panel.querySelector(`[data-act="${act}"]`);
      button.hidden = false;
      button.addEventListener("click", () => {
        const is = this.well.classList.toggle(name);
        button.setAttribute("aria-pressed", is);
      });
    };
    toggle("invert", "inverted");
    toggle("large", "large");
    this.well.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault();
      this.panel.querySelector('[data-act="large"]').click();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.well.classList.contains("large")) {
        this.panel.querySelector('[data-act="large"]').click();
      }
    });
  }
}
