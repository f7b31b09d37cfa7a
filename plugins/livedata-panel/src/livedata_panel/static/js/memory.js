// What the user has chosen in this tab, kept while the page is loaded anew: what is held,
// zoomed, paused, turned off in a legend or compared with, and where sliders are. The
// browser keeps it as long as the tab; without its storage nothing is kept.

const KEY = "livedata-looks";
const MOST_CELLS = 200; // the oldest are forgotten
const MOST_POINTS = 20_000; // of reference curves

export class Memory {
  constructor(storage = tabStorage()) {
    this.storage = storage;
    this.cells = new Map(read(storage)); // cell id -> {x, y, colour, reference, zoom, off, sliders, paused}
  }

  of(cellId) {
    return this.cells.get(cellId) ?? {};
  }

  // Notes choices for a cell; what is null or false is no choice.
  note(cellId, changes) {
    const known = this.of(cellId);
    if (Object.entries(changes).every(([name, value]) => same(known[name] ?? null, value || null))) return;
    const chosen = Object.fromEntries(Object.entries({ ...known, ...changes }).filter(([, value]) => value));
    this.cells.delete(cellId);
    if (Object.keys(chosen).length) this.cells.set(cellId, chosen);
    while (this.cells.size > MOST_CELLS) this.cells.delete(this.cells.keys().next().value);
    this.write();
  }

  // Returns one choice of each cell that has it.
  all(name) {
    return Object.fromEntries([...this.cells].filter(([, chosen]) => chosen[name]).map(([id, chosen]) => [id, chosen[name]]));
  }

  write() {
    try {
      this.storage?.setItem(KEY, JSON.stringify([...this.cells].map(([id, chosen]) => [id, kept(chosen)])));
    } catch { /* full: what was written before stays */ }
  }
}

function tabStorage() {
  try { return window.sessionStorage; } catch { return null; }
}

function read(storage) {
  try {
    const cells = JSON.parse(storage?.getItem(KEY) ?? "[]");
    return cells.map(([id, chosen]) => [id, chosen.reference ? { ...chosen, reference: withGaps(chosen.reference) } : chosen]);
  } catch { return []; }
}

function kept({ reference, ...chosen }) {
  const points = reference?.curves.reduce((n, { x }) => n + x.length, 0);
  return points <= MOST_POINTS ? { ...chosen, reference } : chosen;
}

// JSON has no NaN, which leaves a gap in a curve.
const withGaps = (reference) => ({ ...reference,
  curves: reference.curves.map(({ x, y }) => ({ x: x.map(gap), y: y.map(gap) })) });
const gap = (value) => (value === null ? NaN : value);
const same = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);
