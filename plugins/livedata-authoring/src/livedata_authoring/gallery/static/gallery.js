// Draws the pictures that come into view, and anew in another theme.

const root = document.documentElement;
const button = document.getElementById("theme");
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function draw(place) {
  const theme = root.dataset.theme;
  if (place.dataset.drawn === theme) return;
  place.dataset.drawn = theme;
  const item = window.livedataPictures[place.dataset.picture][theme];
  place.replaceChildren();
  Bokeh.embed.embed_item(JSON.parse(item), place);
}

const seen = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) seen.delete(entry.target);
    else { seen.add(entry.target); draw(entry.target); }
  }
}, { rootMargin: "300px" });

function use(theme) {
  root.dataset.theme = theme;
  button.textContent = theme === "dark" ? "Light" : "Dark";
  seen.forEach(draw);
}

button.addEventListener("click", () => use(root.dataset.theme === "dark" ? "light" : "dark"));
dark.addEventListener("change", () => use(dark.matches ? "dark" : "light"));
use(dark.matches ? "dark" : "light");
document.querySelectorAll("[data-picture]").forEach((place) => watcher.observe(place));
