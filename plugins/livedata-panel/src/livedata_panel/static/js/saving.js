// Files of what a plot shows: pictures are made here, data by the server.

const WORDS = { csv: "CSV", h5: "HDF5" };

export function fileName(title, suffix, now = new Date()) {
  const two = (n) => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const name = title.normalize("NFKD").replace(/[^\w.-]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 80);
  return `${name || "plot"}_${day}_${time}.${suffix}`;
}

export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Figures are transparent: a picture gets the ground that it has on the page.
export async function picture(view, kind) {
  const ground = getComputedStyle(view.el.closest(".card") ?? document.body).backgroundColor;
  const blob = await view.export(kind).to_blob();
  if (kind === "svg") {
    const text = await blob.text();
    const rect = `<rect width="100%" height="100%" fill="${ground}"/>`;
    return new Blob([text.replace(/(<svg[^>]*>)/, `$1${rect}`)], { type: "image/svg+xml" });
  }
  const image = await createImageBitmap(blob);
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext("2d");
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

// Asks the server for the data of a plot as it is shown (`which` tells of a pause or of
// sliders); says why if it has none.
export async function saveData({ id, title }, format, which, tell) {
  const query = `${new URLSearchParams({ cell: id, format })}${which ? `&${which}` : ""}`;
  try {
    const answer = await fetch(`plot-data?${query}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(await answer.text());
    download(await answer.blob(), fileName(title, format));
  } catch (error) {
    tell("error", `The data were not saved as ${WORDS[format]}`, error.message);
  }
}
