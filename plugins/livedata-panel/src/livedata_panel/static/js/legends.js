// What the user has turned off by clicks on a legend: known by label, which a new figure
// of the same data has too.

const OFF = { mute: ["muted", true], hide: ["visible", false] }; // by a legend's click policy

// Returns the labels that are off, and of those that were off before, the ones that the
// figure lacks: it may come back.
export function turnedOff(figure, before) {
  const all = entries(figure);
  const off = all.filter(({ item, name, value }) => item.renderers.every((one) => one[name] === value));
  const there = new Set(labels(all));
  return [...new Set([...before.filter((label) => !there.has(label)), ...labels(off)])];
}

// Turns off what has one of the labels.
export function turnOff(figure, which) {
  for (const { label, item, name, value } of entries(figure)) {
    if (which.includes(label)) for (const one of item.renderers) one[name] = value;
  }
}

// Calls `act` when the user turns something off or on.
export function onTurned(figure, act) {
  for (const { item, name } of entries(figure)) {
    for (const one of item.renderers) one.properties[name].change.connect(() => { if (!figure.following) act(); });
  }
}

function entries({ model }) {
  const legends = [...model?.references() ?? []].filter(({ type }) => type === "Legend");
  return legends.flatMap(({ click_policy: policy, items }) => (OFF[policy] ? items : [])
    .filter((item) => item.label?.value && item.renderers.length)
    .map((item) => ({ label: item.label.value, item, name: OFF[policy][0], value: OFF[policy][1] })));
}

const labels = (some) => some.map(({ label }) => label);
