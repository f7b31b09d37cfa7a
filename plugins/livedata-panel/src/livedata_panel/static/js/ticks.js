// As many ticks as there is room for labels. Where the user has chosen a number, it stays.

const USUAL = 6; // Bokeh's, which nobody chose
const ROOM = { x: 48, time: 90, y: 32 }; // pixels for each label
const LEAST = 2;
const BESIDE_TIMES = 34; // half of a label may reach beyond the end of an axis of times

// Before a figure is shown: Bokeh lays labels out at ticks, whatever is beside the axis.
export function makeRoomForTimes(model) {
  if (model.below.some(isOfTimes)) model.min_border_right = Math.max(model.min_border_right ?? 0, BESIDE_TIMES);
}

export function fitTicks(view) {
  const { below, left, right } = view.model;
  const fits = [
    ...below.map((axis) => [axis, "width", isOfTimes(axis) ? ROOM.time : ROOM.x]),
    ...[...left, ...right].map((axis) => [axis, "height", ROOM.y]),
  ].filter(([axis]) => axis.ticker?.desired_num_ticks === USUAL);
  const fit = () => {
    const box = view.frame?.bbox;
    if (!box?.width || view.is_destroyed) return;
    for (const [axis, side, room] of fits) {
      const number = Math.min(Math.max(Math.floor(box[side] / room), LEAST), USUAL);
      if (axis.ticker.desired_num_ticks !== number) axis.ticker.desired_num_ticks = number;
    }
  };
  const { inner_width, inner_height } = view.model.properties;
  for (const side of [inner_width, inner_height]) side.change.connect(() => requestAnimationFrame(fit));
  requestAnimationFrame(fit);
}

// Bokeh takes how exact a time is told from the distance of ticks. Where there is but one,
// half of what the axis shows stands for it; else its label would be the year.
export function labelLoneTimes(Bokeh) {
  const formatter = Bokeh.Models.DatetimeTickFormatter.prototype;
  const { format_graphics: format } = formatter;
  formatter.format_graphics = function (ticks, view) {
    const span = view?.ranges?.[0]?.span;
    if (ticks.length !== 1 || !(span > 0)) return format.call(this, ticks, view);
    return format.call(this, [ticks[0], ticks[0] + span / 2], view).slice(0, 1);
  };
}

const isOfTimes = (axis) => axis.type === "DatetimeAxis";
