// zoom.js: a picture enlarged inside its well, moved about by mouse, touch or arrow keys.

/** The steps of the button and of the keys; the wheel goes between them. */
const STEPS = [1, 2, 4, 8, 16];

/** How far one press of an arrow moves the picture, as a part of the well. */
const PAN_PART = 0.15;

/** What a full turn of a wheel's notch is, in steps of magnification. */
const WHEEL_RATE = 0.002;

/** Movements of the pointer below this many pixels are a click. */
const CLICK_PX = 4;

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

export class Zoom {
  /** `onChange` is told each new magnification. */
  constructor(well, onChange) {
    this.well = well;
    this.layers = [...well.querySelectorAll(":scope > a, :scope > .cross")];
    this.lines = well.querySelector(".cross");
    this.onChange = onChange;
    this.scale = 1;
    this.x = 0; // of the picture's left upper corner, in parts of the well
    this.y = 0;
    this.bindPointer();
    this.bindWheel();
    this.bindKeys();
  }

  draw() {
    const { scale } = this;
    this.x = clamp(this.x, 1 - scale, 0);
    this.y = clamp(this.y, 1 - scale, 0);
    for (const layer of this.layers) {
      layer.style.transformOrigin = "0 0";
      layer.style.transform = scale === 1 ? "" : `translate(${this.x * 100}%, ${this.y * 100}%) scale(${scale})`;
    }
    if (this.lines) this.lines.style.strokeWidth = scale === 1 ? "" : `${0.35 / scale}`;
    this.well.classList.toggle("zoomed", scale > 1);
    if (scale > 1) this.well.tabIndex = 0;
    else this.well.removeAttribute("tabindex");
    this.onChange(scale);
  }

  /** To a magnification, with the point at (x, y) of the well staying where it is. */
  to(scale, x = 0.5, y = 0.5) {
    const factor = scale / this.scale;
    this.x = x - (x - this.x) * factor;
    this.y = y - (y - this.y) * factor;
    this.scale = scale;
    this.draw();
  }

  /** The next step up or down; beyond the largest it is 1 again. */
  step(by) {
    const up = STEPS.find((step) => step > this.scale * 1.01) ?? 1;
    const down = STEPS.findLast((step) => step < this.scale * 0.99) ?? 1;
    this.to(by > 0 ? up : down);
  }

  placeOf(event) {
    const box = this.well.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  /** Moving a picture that is enlarged; a click that ends a movement opens nothing. */
  bindPointer() {
    const { well } = this;
    let from = null;
    let moved = false;
    well.addEventListener("pointerdown", (event) => {
      moved = false;
      if (this.scale === 1 || event.button !== 0) return;
      from = { x: event.clientX, y: event.clientY, left: this.x, top: this.y };
    });
    well.addEventListener("pointermove", (event) => {
      if (!from || !event.buttons) return;
      const dx = event.clientX - from.x;
      const dy = event.clientY - from.y;
      if (!moved && Math.hypot(dx, dy) < CLICK_PX) return;
      moved = true;
      well.setPointerCapture(event.pointerId);
      this.x = from.left + dx / well.clientWidth;
      this.y = from.top + dy / well.clientHeight;
      this.draw();
    });
    well.addEventListener("pointerup", () => { from = null; });
    well.addEventListener("pointercancel", () => { from = null; });
    well.addEventListener("dragstart", (event) => this.scale > 1 && event.preventDefault());
    well.addEventListener("click", (event) => {
      if (!moved) return;
      event.preventDefault();
      event.stopPropagation();
      moved = false;
    }, { capture: true });
  }

  /** The wheel scrolls the page, unless it is meant for the picture: with Ctrl, enlarged, or full. */
  bindWheel() {
    this.well.addEventListener("wheel", (event) => {
      const isMeant = event.ctrlKey || this.scale > 1 || this.well.closest(".figure").matches(".large");
      const scale = clamp(this.scale * 2 ** (-event.deltaY * WHEEL_RATE), 1, STEPS.at(-1));
      if (!isMeant) return;
      event.preventDefault();
      this.to(scale < 1.02 ? 1 : scale, ...this.placeOf(event));
    }, { passive: false });
  }

  /** Arrows move an enlarged picture that has the focus; elsewhere they are the page's. */
  bindKeys() {
    this.well.addEventListener("keydown", (event) => {
      const [x, y] = {
        ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
      }[event.key] ?? [0, 0];
      if (this.scale === 1 || (!x && !y)) return;
      event.preventDefault();
      event.stopPropagation();
      this.x += x * PAN_PART;
      this.y += y * PAN_PART;
      this.draw();
    });
  }
}
