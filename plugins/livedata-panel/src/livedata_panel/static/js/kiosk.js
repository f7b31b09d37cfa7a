// A screen on the wall, by URL (`?kiosk`, `?kiosk=30`): grids one after the other, for so
// many seconds each, large, and nothing to be changed; the server refuses it as well.

const USUAL_S = 20;
const LEAST_S = 2;

export class Kiosk {
  constructor(query = new URLSearchParams(location.search)) {
    this.on = query.has("kiosk");
    const seconds = Number(query.get("kiosk") || USUAL_S);
    this.seconds = Math.max(Number.isFinite(seconds) ? seconds : USUAL_S, LEAST_S);
    document.documentElement.classList.toggle("kiosk", this.on);
  }

  // Opens one grid after the other; `shell` returns what there is.
  start(shell, open) {
    if (!this.on) return;
    // Browsers let a page fill the screen only when somebody has touched it.
    document.addEventListener("pointerdown", () => {
      if (!document.fullscreenElement) document.documentElement.requestFullscreen().catch(() => {});
    });
    this.turn = () => {
      const grids = shell()?.grids ?? [];
      const at = grids.findIndex((grid) => grid.id === shell().page);
      const next = grids[(at + 1) % grids.length];
      if (next && next.id !== shell().page) open(next.id);
    };
    setInterval(this.turn, this.seconds * 1000);
  }
}
