// The axis of a picture: where a moment stands between 0 and 1, and which part of that is in view.
//
// A moment is [nanoseconds, number of events before it]. Much may happen in no time, and nothing for long: so the axis
// is time, or the order of events, or the middle between the two.

class Axis {
  constructor(ends, mode) {
    [this.time, this.place] = ends;
    this.mode = this.time ? mode : "order";
    this.from = 0;
    this.to = 1;
  }

  // Where a moment stands on the whole axis.
  whole([time, place]) {
    const byTime = this.time ? time / this.time : 0;
    const byPlace = this.place ? place / this.place : 0;
    if (this.mode === "time") return byTime;
    return this.mode === "order" ? byPlace : (byTime + byPlace) / 2;
  }

  // Where it stands in what is in view: less than 0 or more than 1 is out of it.
  at(moment) {
    return (this.whole(moment) - this.from) / (this.to - this.from);
  }

  view(from, to) {
    const span = Math.min(1, Math.max(0.0005, to - from));
    this.from = Math.min(1 - span, Math.max(0, from));
    this.to = this.from + span;
  }

  zoom(factor, middle = 0.5) {
    const span = (this.to - this.from) * factor;
    const centre = this.from + (this.to - this.from) * middle;
    this.view(centre - span * middle, centre + span * (1 - middle));
  }

  pan(share) {
    const span = this.to - this.from;
    this.view(this.from + share * span, this.from + share * span + span);
  }

  // Moments in view that are far enough apart for their times to be written, of those that something happens at.
  ticks(moments, most) {
    if (this.mode === "time") return this.roundTicks(most);
    const found = [];
    for (const moment of [...moments].sort((one, other) => this.whole(one) - this.whole(other))) {
      const at = this.at(moment);
      const last = found[found.length - 1];
      if (at < 0 || at > 1 || (last && (at - last.at < 1 / most || last.moment[0] === moment[0]))) continue;
      found.push({ at, moment });
    }
    return found.map(({ at, moment }) => ({ at, text: duration(moment[0]) }));
  }

  roundTicks(most) {
    const begin = this.from * this.time, end = this.to * this.time;
    const least = (end - begin) / most;
    const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
    const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= least) || power * 10;
    const found = [];
    for (let time = Math.ceil(begin / step) * step; time <= end; time += step) {
      found.push({ at: (time - begin) / (end - begin || 1), text: duration(time) });
    }
    return found;
  }
}

// Time where it tells things apart; the middle where a good part of them happens at once.
function bestMode(picture) {
  const times = new Set();
  let moments = 0;
  for (const lane of picture.lanes) {
    for (const moment of [...lane.bars.map((bar) => bar[0]), ...lane.marks.map((mark) => mark[0])]) {
      times.add(Math.floor((100 * moment[0]) / (picture.ends[0] || 1)));
      moments += 1;
    }
  }
  return times.size >= Math.min(12, moments / 2) ? "time" : "both";
}
