// What a figure does not follow: axes and colours that the user holds. What is missed is
// kept, the newest of each, and taken in afterwards.

export class Held {
  constructor() {
    this.models = new Map(); // id of a model -> {model, missed: {attribute: value}}
  }

  // Holds the limits of a model, or lets them go and gives it the newest.
  set(model, on) {
    if (!model) return;
    if (on && !this.models.has(model.id)) this.models.set(model.id, { model, missed: {} });
    else if (!on && this.models.has(model.id)) {
      const { missed } = this.models.get(model.id);
      this.models.delete(model.id);
      model.setv(missed);
    }
  }

  has(model) {
    return this.models.has(model.id);
  }

  // Returns whether an event sets what is held; its value is noted.
  misses({ kind, model, attr, new: value }) {
    if (kind !== "ModelChanged" || (attr !== "low" && attr !== "high")) return false;
    const held = this.models.get(model.id);
    if (held) held.missed[attr] = value;
    return Boolean(held);
  }
}

// What the user has chosen for a cell, kept when its figure or the page is made anew.
export class CellTools {
  constructor(memory) {
    this.memory = memory;
  }

  of(cellId) {
    return { x: false, y: false, colour: false, reference: null, ...this.memory.of(cellId) };
  }

  change(cellId, changes) {
    this.memory.note(cellId, changes);
  }
}

export const axisRange = (figure, name) => figure?.model?.[`${name}_range`] ?? null;

// Sought once: a figure of other models is another figure.
const mappers = new WeakMap();

export function colourMappers(figure) {
  if (!figure?.model) return [];
  if (!mappers.has(figure)) {
    mappers.set(figure, [...figure.model.references()].filter(({ properties }) =>
      "low" in properties && "high" in properties && "palette" in properties));
  }
  return mappers.get(figure);
}
