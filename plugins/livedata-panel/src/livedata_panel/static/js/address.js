// The address of the page, and its title: which page is open, and a way back to those
// that were open before.

const LONGEST = 500; // as the server takes it
const WHOLE = document.title; // of the dashboard
const NAMES = { workflows: "Workflows", system: "System", layouts: "Manage grids" };
const OPENS = new Set(["add-plot", "add-grid", "add-template"]);

// Returns the page that the address names, empty if none; null: it is not understood.
export function hashPage() {
  try {
    const page = decodeURIComponent(location.hash.slice(1));
    return page.length > LONGEST ? null : page;
  } catch {
    return null;
  }
}

export class Address {
  constructor() {
    this.opens = false; // whether the next page is one that the user asked for
  }

  // Notes what the user does: some of it opens another page.
  note(kind) {
    if (OPENS.has(kind)) this.opens = true;
  }

  // The user opens a page; Back leads to the one before.
  go(page) {
    if (page !== hashPage()) history.pushState(null, "", `#${page}`);
  }

  // Has the address name the page that is open.
  show(page) {
    if (!page || hashPage() === page) return;
    if (this.opens) this.go(page);
    else history.replaceState(null, "", `#${page}`);
    this.opens = false;
  }
}

// Has the title say what is on the page first: tabs and bookmarks show little more.
export function entitle(page) {
  const name = page?.alone ? page.cells[0]?.title : page?.title ?? NAMES[page?.kind];
  document.title = name ? `${name} – ${WHOLE}` : WHOLE;
}
