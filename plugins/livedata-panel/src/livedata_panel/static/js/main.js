// The page of one session: puts views where they belong and tells the server what the
// user does. All state that others share lives on the server.

import { Address, entitle, hashPage } from "./address.js";
import { connect } from "./bridge.js";
import { render } from "./dom.js";
import { renderDrawer } from "./form.js";
import { Editing } from "./editing.js";
import { setClock } from "./format.js";
import { renderHeader, renderRail } from "./frame.js";
import { renderGrid, renderMissing } from "./grid.js";
import { Kiosk } from "./kiosk.js";
import { wrapLegends } from "./labels.js";
import { renderLayouts } from "./layouts.js";
import { Memory } from "./memory.js";
import { Notices } from "./notices.js";
import { renderOutputs } from "./outputs.js";
import { lessenPaints } from "./painting.js";
import { paintParts } from "./parts.js";
import { Plots } from "./plots.js";
import { Regions } from "./regions.js";
import { releasePlots } from "./releasing.js";
import { Shortcuts } from "./shortcuts.js";
import { sliding } from "./sliders.js";
import { renderSystem } from "./system.js";
import { labelLoneTimes } from "./ticks.js";
import { colourTips } from "./tips.js";
import { closeMenu } from "./tools.js";
import { renderWorkflows, withdraw } from "./workflows.js";
import { tellTimesHere } from "./zone.js";

const $ = (id) => document.getElementById(id);
const TICK_MS = 1000;
const FRESH_MS = 900;
const LARGE = matchMedia("(min-width: 2400px)"); // as in tokens.css

class Page {
  constructor(bridge) {
    this.bridge = bridge;
    this.kiosk = new Kiosk();
    this.address = new Address();
    this.memory = this.kiosk.on ? new Memory(null) : new Memory();
    this.plots = new Plots(bridge, this.memory);
    this.standing = this.memory.all("paused"); // what stood still before the page was loaded
    this.notices = new Notices($("toasts"), () => this.showShell(), (action) => this.actions.do(action));
    this.editing = new Editing((kind, payload) => bridge.send(kind, payload), () => this.tick());
    this.regions = new Regions(this.plots, (kind, payload) => bridge.send(kind, payload), () => this.showPage());
    this.shortcuts = this.kiosk.on ? null : new Shortcuts($("keys"), this);
    this.opener = null; // what had the focus when the drawer was opened
    this.shell = null;
    this.page = null;
    this.drawer = null;
    this.cells = null;
    this.shown = 0; // when the page was brought up to date
    this.collapsed = stored("livedata-rail") === "collapsed";
    this.actions = {
      send: (kind, payload) => { this.address.note(kind); bridge.send(kind, payload); },
      do: ({ kind, label, ...payload }) => bridge.send(kind, payload),
      open: (page) => { this.address.go(page); bridge.send("navigate", { page }); },
      configure: (cell) => bridge.send("configure-plot", { cell }),
      fit: (cell) => { this.plots.reset(cell); this.showPage(); },
      save: (cell, name, kind) => this.plots.save(cell, name, kind),
      hold: (cell, name) => { this.plots.hold(cell, name); this.showPage(); },
      pause: (cell, on) => bridge.send("pause", { cell, on }),
      slide: sliding((payload) => this.slide(payload)),
      reference: (cell) => { this.plots.reference(cell); this.showPage(); },
      again: () => this.showPage(),
      regions: this.regions,
      theme: () => this.setTheme(theme() === "dark" ? "light" : "dark"),
      collapse: () => this.setCollapsed(!this.collapsed),
      notices: () => this.notices.toggle(),
      edit: () => this.edit(),
      keys: () => this.shortcuts.show(),
      tell: (level, title, text) => this.notices.tell(level, title, text),
    };
  }

  start() {
    const { bridge } = this;
    bridge.on("shell", (view) => { this.shell = view; this.showShell(); this.address.show(view?.page); });
    bridge.on("page", (view) => this.open(view));
    bridge.on("cells", (view) => { this.cells = view; this.rememberPauses(); this.showPage(); });
    bridge.on("drawer", (view) => this.showDrawer(view));
    bridge.on("notices", (view) => { this.notices.update(view); this.address.show(this.shell?.page); });
    bridge.onChange("clock", (text) => setClock(Number(text)));
    bridge.onChange("frame", (number) => this.painted(number));
    bridge.onLost(() => { this.tick(); });
    document.addEventListener("visibilitychange", () =>
      bridge.send("visible", { visible: !document.hidden }));
    window.addEventListener("pagehide", () => bridge.send("visible", { visible: false }));
    window.addEventListener("hashchange", () => this.openHash());
    setInterval(() => this.age(), TICK_MS);
    this.setCollapsed(this.collapsed);
    if (this.memory.cells.size) bridge.send("recall", { sliders: this.memory.all("sliders"), paused: this.standing });
    this.kiosk.start(() => this.shell, (id) => bridge.send("navigate", { page: id })); // leaves no trace for Back
    const page = hashPage();
    if (page === null) this.notices.tell("warning", "The address is not understood", "The first grid is shown.");
    bridge.send("hello", {
      page: page ?? "", theme: theme(), large: LARGE.matches || this.kiosk.on, kiosk: this.kiosk.on, visible: !document.hidden,
    });
  }

  // Tells the server that a frame is on the screen: only then it sends the next. Figures
  // paint in the animation frame that begins next, and asked for it before this does;
  // what is due after it finds them painted. To wait for one more would cost 16 ms of
  // the 50 that a frame has at 20 Hz.
  painted(number) {
    requestAnimationFrame(() => setTimeout(() => this.bridge.tell("painted", number)));
  }

  tick() {
    this.showShell();
    this.showPage();
  }

  // Has ages grow. Data that come about as often bring the page up to date themselves.
  age() {
    this.showShell();
    if (performance.now() - this.shown > FRESH_MS) this.showPage();
  }

  showShell() {
    if (!this.shell) return;
    renderHeader($("header"), this.shell, {
      theme: theme(), unread: this.notices.unread, lost: !this.bridge.connected,
    }, this.actions);
    renderRail($("rail"), this.shell, { collapsed: this.collapsed, editing: this.editing.on }, this.actions);
  }

  // Takes in what the page shows by now; a grid is edited only while it is open.
  open(view) {
    this.page = view;
    entitle(view);
    if (view?.kind !== "workflows") withdraw();
    const edited = view?.kind === "grid" && !view.alone && view.id === this.editing.grid;
    if (this.editing.on && !edited) this.editing.set(null);
    else this.showPage();
  }

  showPage() {
    const { page } = this;
    this.shown = performance.now();
    $("system-place").hidden = page?.kind !== "system";
    if (page?.kind !== "grid") this.plots.keepOnly(new Map());
    if (!page) render($("page"), noGrid(this.shell));
    else if (page.kind === "grid") renderGrid($("page"), page, this.statuses(), this.plots, this.actions, this.editing);
    else if (page.kind === "missing") renderMissing($("page"), page, this.actions);
    else if (page.kind === "layouts") renderLayouts($("page"), page, this.actions);
    else if (page.kind === "workflows") renderWorkflows($("page"), page, this.actions);
    else if (page.kind === "system") renderSystem($("page"), page, this.actions);
  }

  // Without a server nothing is known any more: the age goes on, the state is stale.
  statuses() {
    if (this.bridge.connected || !this.cells) return this.cells;
    const old = { state: "stale", message: "The connection to the server is lost.", action: null };
    return Object.fromEntries(Object.entries(this.cells).map(([id, s]) => [id, { ...s, ...old }]));
  }

  edit() {
    const { page } = this;
    if (page?.kind === "grid" && !page.alone) this.editing.set(this.editing.on ? null : page.id);
  }

  isPaused(cellId) {
    return Boolean(this.cells?.[cellId]?.paused);
  }

  // Closes what lies on top of the page, one thing at a time.
  escape() {
    if (closeMenu()) this.showPage();
    else if (this.regions.stop()) this.showPage();
    else if (withdraw()) return;
    else if (this.drawer) this.actions.send("close");
    else if (this.notices.open) this.notices.toggle();
    else if (this.editing.on) this.editing.set(null);
  }

  showDrawer(view) {
    const opens = Boolean(view) && !this.drawer;
    const closes = !view && Boolean(this.drawer);
    this.drawer = view;
    if (opens) this.opener = document.activeElement;
    this.renderDrawer(view);
    if (opens) $("drawer").querySelector("input, select, button")?.focus();
    else if (closes && document.activeElement === document.body) this.opener?.focus?.();
  }

  renderDrawer(view) {
    $("app").classList.toggle("with-drawer", Boolean(view));
    if (view?.kind === "outputs") renderOutputs($("drawer"), view, this.actions);
    else renderDrawer($("drawer"), view, this.actions);
  }

  slide(payload) {
    const { cell, dim, position } = payload;
    this.memory.note(cell, { sliders: { ...this.memory.of(cell).sliders, [dim]: position } });
    this.bridge.send("slide", payload);
  }

  // Notes which plots stand still, and tells of those that did and do no more.
  rememberPauses() {
    for (const [id, status] of Object.entries(this.cells ?? {})) {
      const frame = status.paused ? new URLSearchParams(status.data).get("frozen") : null;
      if (this.standing[id] && !frame) {
        const { title } = this.page?.cells?.find((cell) => cell.id === id) ?? {};
        this.notices.tell("info", `${title ?? "A plot"} goes on`, "It was paused, but the data at which it stood still are gone.");
      }
      delete this.standing[id];
      this.memory.note(id, { paused: frame });
    }
  }

  openHash() {
    const page = hashPage();
    if (page && page !== this.shell?.page) this.bridge.send("navigate", { page });
    else if (page === null) {
      this.notices.tell("warning", "The address is not understood", "The page stays as it is.");
      this.address.show(this.shell?.page);
    }
  }

  setTheme(name) {
    document.documentElement.dataset.theme = name;
    store("livedata-theme", name);
    this.bridge.send("theme", { theme: name });
    this.showShell();
  }

  setCollapsed(collapsed) {
    this.collapsed = collapsed;
    $("app").classList.toggle("collapsed", collapsed);
    store("livedata-rail", collapsed ? "collapsed" : "open");
    this.showShell();
  }
}

const theme = () => document.documentElement.dataset.theme;

function noGrid(shell) {
  return shell ? { tag: "p", attrs: { class: "connecting" }, children: ["There is no grid of plots yet."] } : [];
}

function stored(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function store(name, value) {
  try { localStorage.setItem(name, value); } catch { /* private windows have none */ }
}

const bridge = await connect();
lessenPaints(window.Bokeh);
paintParts(window.Bokeh);
releasePlots(window.Bokeh);
labelLoneTimes(window.Bokeh);
tellTimesHere(window.Bokeh);
colourTips(window.Bokeh);
wrapLegends(window.Bokeh);
const page = new Page(bridge);
page.start();
window.livedata = page; // for those who look into a running page
