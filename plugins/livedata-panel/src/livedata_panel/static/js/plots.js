// Figures in their cells: built from Bokeh models that the server attached, removed
// with them. Sees to equal pixels where a figure asks for them.

const EQUAL_ASPECT = "equal-aspect";

export class Plots {
  constructor(bridge) {
    this.bridge = bridge;
    this.shown = new Map(); // cell id -> {id, view, box, watch}
  }

  // Shows figure `id` in `slot`, in place of what was there.
  async show(cellId, id, slot) {
    const old = this.shown.get(cellId);
    if (old && old.id === id && old.slot === slot) return;
    const model = id ? this.bridge.figure(id) : null;
    if (id && !model) return; // it comes with one of the next messages
    const entry = { id, slot, view: null, box: null, watch: null };
    this.shown.set(cellId, entry);
    if (!model) {
      this.discard(old);
      return;
    }
    const box = document.createElement("div");
    box.className = "figure";
    entry.box = box;
    slot.append(box);
    keepZoom(old?.view?.model, model);
    const view = await this.bridge.doc.views_manager.build_view(model);
    if (this.shown.get(cellId) !== entry) {
      view.remove();
      box.remove();
      return;
    }
    entry.view = view;
    view.build(box);
    this.discard(old);
    makeRoomForLabels(view);
    if (model.tags.includes(EQUAL_ASPECT)) entry.watch = keepAspect(entry);
  }

  discard(entry) {
    if (!entry) return;
    entry.watch?.disconnect();
    entry.view?.remove();
    entry.box?.remove();
  }

  // Drops the figures of all cells but these.
  keepOnly(cellIds) {
    for (const [cellId, entry] of this.shown) {
      if (!cellIds.has(cellId)) {
        this.shown.delete(cellId);
        this.discard(entry);
      }
    }
  }

  // Shows all of the data again.
  reset(cellId) {
    this.shown.get(cellId)?.view?.reset?.();
  }

  async save(cellId, name) {
    const view = this.shown.get(cellId)?.view;
    if (!view) return;
    const blob = await view.export("png").to_blob();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name.replace(/[^\w.-]+/g, "_")}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

// Leaves the axes where the user has moved them meanwhile, if both figures reach equally
// far: the server may know an older place.
function keepZoom(from, to) {
  for (const name of ["x_range", "y_range"]) {
    const [its, mine] = [from?.[name], to[name]];
    if (its?.start === undefined || mine?.start === undefined) continue;
    if (its.reset_start !== mine.reset_start || its.reset_end !== mine.reset_end) continue;
    if (typeof its.start !== "number" || typeof its.end !== "number") continue;
    if (its.start !== mine.start || its.end !== mine.end) mine.setv({ start: its.start, end: its.end });
  }
}

// Bokeh lays a colour bar out once: labels that grow afterwards would be cut, and those
// that shrink leave a gap. Looked at once for all that a message changes.
function makeRoomForLabels(view) {
  for (const item of view.model.right) {
    const bar = view.renderer_views.get(item);
    let due = false;
    const look = () => {
      due = false;
      if (bar.is_destroyed) return;
      if (bar.children_views().some((part) => part.layout?.has_size_changed())) {
        view.invalidate_layout();
      }
    };
    item.color_mapper?.metrics_change?.connect(() => {
      if (!due) queueMicrotask(look);
      due = true;
    });
  }
}

// Sizes a figure's box so that one unit is equally long along both axes. Axes, labels
// and colour bar keep the room they need; only the frame between them is fitted.
function keepAspect(entry) {
  const fit = () => {
    const { view, slot, box } = entry;
    const frame = view.frame?.bbox;
    if (!frame || !view.bbox.width || !slot.clientWidth) return;
    const { x_range: x, y_range: y } = view.model;
    const ratio = Math.abs((x.reset_end - x.reset_start) / (y.reset_end - y.reset_start));
    if (!Number.isFinite(ratio) || ratio === 0) return;
    const aside = view.bbox.width - frame.width;
    const above = view.bbox.height - frame.height;
    const room = { width: slot.clientWidth - aside, height: slot.clientHeight - above };
    const width = Math.min(room.width, room.height * ratio);
    const target = [Math.round(width + aside), Math.round(width / ratio + above)];
    if (Math.abs(box.offsetWidth - target[0]) > 1 || Math.abs(box.offsetHeight - target[1]) > 1) {
      box.style.width = `${target[0]}px`;
      box.style.height = `${target[1]}px`;
    }
  };
  const watch = new ResizeObserver(() => requestAnimationFrame(fit));
  watch.observe(entry.slot);
  watch.observe(entry.box);
  const { inner_width, inner_height } = entry.view.model.properties;
  for (const side of [inner_width, inner_height]) {
    side.change.connect(() => requestAnimationFrame(fit));
  }
  requestAnimationFrame(() => requestAnimationFrame(fit));
  return watch;
}
