// The bridge to the server: one Bokeh model, found by name once the document is there.

import { unlistedDocument } from "./releasing.js";

const NAME = "livedata";
const LOOK_MS = 20;
const BEAT_MS = 10000;
const RETRY_MS = 2000;

async function findModel() {
  for (;;) {
    const doc = window.Bokeh?.documents?.[0];
    const model = doc?.get_model_by_name(NAME);
    if (model && doc.views_manager) return { doc, model };
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

export class Bridge {
  constructor(doc, model) {
    this.doc = doc;
    this.model = model;
    this.sent = 0;
    this.connected = true;
    setInterval(() => this.tell("beat", model.beat + 1), BEAT_MS);
  }

  // Calls `lost` when the connection is gone. Nothing is sent from then on; the page
  // is loaded anew, at the same place, as soon as the server answers.
  onLost(lost) {
    this.doc.on_event("connection_lost", () => {
      if (!this.connected) return;
      this.connected = false;
      lost();
      setInterval(() => {
        fetch(import.meta.url, { cache: "no-store" }).then(() => location.reload(), () => {});
      }, RETRY_MS);
    });
  }

  tell(name, value) {
    if (this.connected) this.model[name] = value;
  }

  // Calls `show` with a view now and whenever it changes; null: there is none.
  on(name, show) {
    const read = () => show(this.model[name] === "" ? null : JSON.parse(this.model[name]));
    this.model.properties[name].change.connect(read);
    if (this.model[name] !== "") read();
  }

  onChange(name, act) {
    this.model.properties[name].change.connect(() => act(this.model[name]));
  }

  // Calls `act` with each value, and lets it go: the same may come again, such as what
  // opens a figure that was closed in the meantime, and would be no change.
  onNews(name, act) {
    const { model } = this;
    model.properties[name].change.connect(() => {
      const news = model[name];
      if (news === null) return;
      model.setv({ [name]: null }, { silent: true });
      act(news);
    });
  }

  send(kind, payload = {}) {
    this.sent += 1; // equal messages in a row are two messages
    this.tell("inbox", JSON.stringify({ kind, n: this.sent, ...payload }));
  }

  // Returns a document that belongs to no session.
  newDocument() {
    return unlistedDocument(this.doc);
  }
}

export async function connect() {
  const { doc, model } = await findModel();
  return new Bridge(doc, model);
}
