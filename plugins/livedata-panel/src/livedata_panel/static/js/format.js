// Times, ages and counts as people read them.

// Made once: making one is much dearer than formatting.
const CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
let offset = 0;

// The server's clock is the reference: browsers' clocks may be wrong.
export function setClock(serverMs) {
  offset = serverMs - Date.now();
}

export function now() {
  return Date.now() + offset;
}

export function age(ms) {
  const s = Math.max(0, ms) / 1000;
  if (s < 60) return `${Math.floor(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d`;
}

export function since(timeMs) {
  return timeMs === null || timeMs === undefined ? "" : age(now() - timeMs);
}

export function clockTime(timeMs) {
  if (timeMs === null || timeMs === undefined) return "";
  return CLOCK.format(timeMs);
}

export function count(n) {
  return n.toLocaleString("en-GB");
}

export function plural(n, one, many) {
  return `${count(n)} ${n === 1 ? one : many}`;
}
