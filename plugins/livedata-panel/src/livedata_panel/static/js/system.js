// The system page: broker, workers, this server, what arrives, plugins, sessions.

import { h, render } from "./dom.js";
import { clockTime, count, plural, since } from "./format.js";

export function renderSystem(root, view, act) {
  render(root, h("div", { key: "system", class: "sheet" },
    h("div", { class: "sheet-header" },
      h("h1", null, "System"),
      h("span", { class: "muted" }, `livedata ${view.version}, instrument ${view.instrument}`)),
    section("Broker", h("p", null, dot(view.broker.tone), ` ${view.broker.text}`,
      view.broker.detail ? h("span", { class: "muted" }, ` ${view.broker.detail}`) : null)),
    section("Workers", table(["Service", "State", "Jobs", "Batch", "Behind", "Late", "Up", "Heard", "Host", "Version"],
      view.workers.map(workerRow), "No worker has been heard. Start one with livedata worker.")),
    section("Jobs", table(["Workflow", "Source", "State", "Job", ""],
      view.jobs.rows.map((job) => jobRow(job, act)), "No job has been heard."), more(view.jobs.more)),
    streams(view.arriving), topics(view.topics),
    view.server ? server(view.server, view.histories) : null,
    section("Messages to this dashboard", table(["Topic", "Streams", "Messages", "Rate", "Behind", "Skipped", "Unreadable", "Latest"],
      view.streams.map(streamRow), "Nothing has arrived yet.")),
    section("Plugins", table(["Plugin", "State", "Version", "Registers"],
      view.plugins.flatMap(pluginRow), "No plugins.")),
    section("Sessions", table(["Who", "Since", "Plots on screen"],
      view.sessions.map((s) => [s.own ? `${s.user} (you)` : s.user, since(s.since), count(s.plots)]),
      "")),
  ));
}

const dot = (tone) => h("span", { class: `dot tone-${tone}` });

function section(title, ...content) {
  return h("section", { class: "group" }, h("h2", null, title), content);
}

function table(headings, rows, none) {
  if (!rows.length) return h("p", { class: "muted" }, none);
  return h("div", { class: "table-box" }, h("table", null,
    h("thead", null, h("tr", null, headings.map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", null, rows.map((cells) => h("tr", null, cells.map((cell) => h("td", null, cell)))))));
}

// What reaches the workers; a stream that nothing maps is worth a look, if at all.
function streams(view) {
  if (!view.rows.length) return null;
  const heading = view.unmapped ? `Streams of workers, ${view.unmapped} of them not mapped` : "Streams of workers";
  return section(heading, table(["Topic", "Source", "Stream", "Rate", "Late", "Worker"],
    view.rows.map((row) => [row.topic, row.source,
      row.stream ?? h("span", { class: "pill tone-ageing" }, "not mapped"),
      `${count(row.rate)}/s`, known(row.late), row.service]), ""), more(view.more));
}

// What workers read and publish by topic, as their transport counts it.
function topics(view) {
  if (!view.rows.length) return null;
  return section("Topics of workers", table(["Topic", "Rate", "Data", "Behind", "Lost", "Not sent", "Worker"],
    view.rows.map((row) => [row.topic, `${count(row.rate)}/s`, `${count(row.mb_per_s)} MB/s`,
      row.lag === null ? "–" : plural(row.lag, "message", "messages"), lost(row.skipped), lost(row.unsent), row.service]),
    ""), more(view.more));
}

const lost = (number) => (number ? h("span", { class: "trouble" }, plural(number, "message", "messages")) : "0");

function jobRow(job, act) {
  const stop = h("button", { class: "button", "aria-label": `Stop ${job.title} on ${job.source_title}`,
    onclick: () => act.send("stop-job", { workflow: job.workflow, source: job.source, number: job.number }) }, "Stop");
  return [h("span", { title: job.workflow }, job.title), h("span", { title: job.source }, job.source_title),
    [h("span", { class: `pill tone-${job.tone}` }, `${job.state} ${since(job.since)}`),
      job.message ? h("span", { class: "trouble" }, ` ${job.message}`) : null,
      job.remark ? h("span", { class: "muted" }, ` ${job.remark}`) : null],
    h("span", { class: "muted", title: job.number }, job.number.slice(0, 8)), stop];
}

const more = (number) => (number ? h("p", { class: "muted" }, `and ${count(number)} more`) : null);

function server(view, histories) {
  const memory = view.memory ? `, ${count(Math.round(view.memory / 1e6))} MB of memory` : "";
  const kept = `Histories of plots take ${mega(histories.bytes)} of ${mega(histories.limit)} MB.`;
  return section("Event loop and memory",
    h("p", { class: "muted" }, `How late the server answers its browsers. Up ${since(view.started)}${memory}. ${kept}`),
    table(["Delay", "p50", "p95", "Longest"],
      view.loop.map((d) => [d.span, ms(d.p50), ms(d.p95), ms(d.max)]), ""),
    view.culprits.length ? table(["Held up by", "Longest", "Of it computing", "At", "Times"], view.culprits.map((c) =>
      [h("span", { title: c.detail }, c.where), ms(c.delay), ms(c.computing), clockTime(c.time), count(c.count)]), "") : null);
}

const mega = (bytes) => count(Math.round(bytes / 1e6));
const ms = (delay) => `${count(delay)} ms`;

function workerRow(worker) {
  return [h("span", { title: worker.worker }, worker.service), state(worker.tone, worker.state, worker.error),
    count(worker.jobs), worker.batch_s ? `${worker.batch_s} s` : "",
    worker.lag_s === null ? "–" : `${worker.lag_s.toFixed(1)} s`, known(worker.late), since(worker.started),
    `${since(worker.heard)} ago`, worker.host, worker.version];
}

function state(tone, text, more) {
  return [h("span", { class: `pill tone-${tone}` }, text), more ? h("span", { class: "trouble" }, more) : null];
}

function streamRow(stream) {
  const errors = stream.errors
    ? h("span", { class: "trouble", title: stream.last_error }, `${count(stream.errors)}: ${stream.last_error}`)
    : "0";
  return [stream.topic, plural(stream.streams, "stream", "streams"), count(stream.count),
    known(stream.rate, "/s"), known(stream.lag), known(stream.skipped), errors,
    stream.last ? `${since(stream.last)} ago` : ""];
}

/* What only a transport that counts can tell. */
function known(number, unit = "") {
  return number === null ? "–" : `${count(number)}${unit}`;
}

function pluginRow(plugin) {
  const problems = plugin.problems.map((text) => h("p", { class: "trouble" }, text));
  return [[h("span", { class: "plugin-name", title: plugin.distribution }, plugin.name),
    h("span", { class: `pill tone-${plugin.tone}` }, plugin.state), plugin.version,
    [plugin.registers || "nothing", problems]]];
}
