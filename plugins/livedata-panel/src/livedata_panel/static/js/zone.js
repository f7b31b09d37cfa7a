// Times come in UTC and are told in the zone of whoever looks: on axes and under the pointer.

const MINUTE = 60_000;

export function tellTimesHere(Bokeh) {
  const formatter = Bokeh.Models.DatetimeTickFormatter.prototype;
  const { format_graphics: format } = formatter;
  formatter.format_graphics = function (ticks, view) {
    return format.call(this, ticks.map(here), view);
  };

  // Ticks at full hours and midnights of this zone; of the last time where clocks change.
  const ticker = Bokeh.Models.DatetimeTicker.prototype;
  const { get_ticks: find } = ticker;
  ticker.get_ticks = function (low, high, ...rest) {
    const shift = here(high) - high;
    const { major, minor } = find.call(this, low + shift, high + shift, ...rest);
    const back = (tick) => tick - shift;
    return { major: major.map(back), minor: minor.map(back) };
  };

  const formatters = Bokeh.require("core/util/templating").DEFAULT_FORMATTERS;
  const { datetime } = formatters;
  formatters.datetime = (time, ...rest) => datetime(here(time), ...rest);
}

// The time that reads in UTC as this one reads here.
const here = (time) => time - new Date(time).getTimezoneOffset() * MINUTE;
