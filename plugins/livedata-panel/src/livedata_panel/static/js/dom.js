// A small virtual DOM: views are functions from data to nodes; `render` brings an
// element's children up to date and keeps focus, scroll positions and hover.
// Text becomes text nodes, so names from the wire are never markup.

export function h(tag, attrs, ...children) {
  return {
    tag,
    attrs: attrs ?? {},
    children: children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false),
  };
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(path, label) {
  const attrs = { viewBox: "0 0 24 24", class: "icon", "aria-hidden": label ? null : "true" };
  return h("svg", attrs, label ? h("title", null, label) : null, h("path", { d: path }));
}

export function render(parent, children) {
  const wanted = [children].flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false);
  const byKey = new Map();
  const free = [];
  for (const node of [...parent.childNodes]) {
    const key = node.livedataKey;
    if (key !== undefined) byKey.set(key, node);
    else free.push(node);
  }
  const nodes = wanted.map((item) => update(take(item, byKey, free), item, parent));
  // What goes first, so that what stays is not moved: a node that is moved loses focus, and
  // is given it back.
  for (const node of [...byKey.values(), ...free]) node.remove();
  let place = parent.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else {
      const focused = node.contains?.(document.activeElement) ? document.activeElement : null;
      parent.insertBefore(node, place);
      focused?.focus({ preventScroll: true });
    }
  }
}

function take(item, byKey, free) {
  if (typeof item !== "object") {
    const at = free.findIndex((node) => node.nodeType === Node.TEXT_NODE);
    return at < 0 ? null : free.splice(at, 1)[0];
  }
  const key = item.attrs.key;
  if (key !== undefined) {
    const node = byKey.get(key);
    byKey.delete(key);
    if (node && node.localName === item.tag) return node;
    node?.remove();
    return null;
  }
  const at = free.findIndex((node) => node.localName === item.tag);
  return at < 0 ? null : free.splice(at, 1)[0];
}

function update(node, item, parent) {
  if (typeof item !== "object") {
    const text = String(item);
    if (!node) return document.createTextNode(text);
    if (node.data !== text) node.data = text;
    return node;
  }
  if (!node) {
    const svg = item.tag === "svg" || parent.namespaceURI === SVG;
    node = svg ? document.createElementNS(SVG, item.tag) : document.createElement(item.tag);
    if (item.attrs.key !== undefined) node.livedataKey = item.attrs.key;
  }
  setAttributes(node, item.attrs);
  if (!item.attrs.keep) render(node, item.children);
  setValue(node, item.attrs);
  return node;
}

const PROPERTIES = new Set(["value", "checked", "key", "keep"]);

function setAttributes(node, attrs) {
  const before = node.livedataAttrs ?? {};
  for (const name of Object.keys(before)) {
    if (!(name in attrs) && !PROPERTIES.has(name) && !name.startsWith("on")) {
      node.removeAttribute(name);
    }
  }
  for (const [name, value] of Object.entries(attrs)) {
    if (PROPERTIES.has(name)) continue;
    if (name.startsWith("on")) node[name] = value;
    else if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else if (before[name] !== value || !node.hasAttribute(name)) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.livedataAttrs = attrs;
}

function setValue(node, attrs) {
  // What somebody types is not overwritten by an echo of what they typed before.
  const typing = document.activeElement === node && node.tagName !== "SELECT" && node.value !== node.livedataValue;
  if ("value" in attrs && !typing && node.value !== attrs.value) node.value = attrs.value;
  if (node.value === attrs.value) node.livedataValue = attrs.value;
  if ("checked" in attrs && node.checked !== attrs.checked) node.checked = attrs.checked;
}
