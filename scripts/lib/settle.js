// The wait, before a test, until the server has settled.

const PERIOD = 3000; // milliseconds of probes that make one median
const CHANGES = 2; // small changes in a row, from one period to the next, after which it has settled
const TOGETHER = 0.1; // how much all strategies together may change, as a share: their noise cancels
const EACH = 0.25; // how much each may
const ERRORS = 2; // or so many standard errors: what is less cannot be told from noise
const FLOOR = 0.5; // milliseconds: below it, the client's own noise is all there is

/**
 * Warms the server up and waits until it has settled: until the median batch durations of the strategies change by at most 10 % from
 * one period of three seconds to the next, on their geometric mean, and each by at most 25 %, or by no more than noise would, twice in
 * a row. A server that has just imported, or just started, is slower at first, and what is measured first would look slow.
 *
 * @param {import('k6/x/weaviate').Client} client
 * @param {import('k6/x/weaviate').QuerySets} sets
 * @param {import('k6/x/weaviate').Strategy[]} strategies
 * @param {import('k6/x/weaviate').Schedule} schedule says how long it waits at most, and what time it is
 * @returns {{ settled: boolean, after: number, drift: number } | undefined} whether it has settled, after how many milliseconds,
 *   and by how much the strategies together changed last, as a share; undefined when it did not wait
 */
export function settle(client, sets, strategies, schedule) {
  const limit = schedule.settle;
  if (limit === 0) {
    return undefined;
  }
  const start = schedule.elapsed(); // not Date.now(): somebody may set that clock
  const server = new Steadiness();
  for (let turn = 0; !server.settled && schedule.elapsed() - start < limit * 1000; ) {
    const periodStart = schedule.elapsed();
    /** @type {number[][]} */
    const durations = strategies.map(() => []);
    do {
      strategies.forEach((strategy, i) => {
        durations[i].push(client.probe(sets.at(turn % sets.length), { strategy }).duration);
      });
      turn += 1;
    } while (schedule.elapsed() - periodStart < PERIOD);
    server.add(durations);
  }
  if (!server.settled) {
    console.warn(
      `the server has not settled within ${limit} s: its batch durations still change by ${Math.round(100 * server.drift)} %. ` +
        'Something else keeps it busy (an import, compaction, another client), or SETTLE is too short'
    );
  }
  return { settled: server.settled, after: schedule.elapsed() - start, drift: server.drift };
}

/** Steadiness tells from the durations of period after period whether they have stopped changing. */
export class Steadiness {
  constructor() {
    this.small = 0; // changes in a row
    /** @type {{ median: number, error: number }[]} */
    this.before = []; // the period before, by strategy
    this.drift = 0; // the last change of all strategies together, as a share
  }

  get settled() {
    return this.small >= CHANGES;
  }

  /** @param {number[][]} durations those of one period, in milliseconds, a list for each strategy */
  add(durations) {
    const now = durations.map(summarize);
    if (this.before.length) {
      const changes = now.map((after, i) => change(this.before[i], after));
      const together = {
        size: changes.reduce((sum, { size }) => sum + size, 0) / changes.length,
        error: Math.hypot(...changes.map(({ error }) => error)) / changes.length,
      };
      this.drift = Math.expm1(Math.abs(together.size));
      this.small = isSmall(together, TOGETHER) && changes.every((each) => isSmall(each, EACH)) ? this.small + 1 : 0;
    }
    this.before = now;
  }
}

// isSmall says whether a change is within a limit, which is a share, or within noise.
function isSmall({ size, error }, limit) {
  return Math.abs(size) <= Math.max(Math.log1p(limit), ERRORS * error);
}

// change is the logarithm of the ratio of two medians, where twice and half weigh the same, and its standard error.
function change(before, after) {
  return {
    size: Math.abs(after.median - before.median) <= FLOOR ? 0 : Math.log(after.median / before.median),
    error: Math.hypot(before.error, after.error),
  };
}

// summarize returns the median of durations and the standard error of its logarithm, from the median absolute deviation, which outliers
// leave alone. (1.4826 makes a standard deviation of it, and 1.2533 is how much larger a median's error is than a mean's.)
function summarize(durations) {
  const middle = median(durations);
  const spread = 1.4826 * median(durations.map((duration) => Math.abs(Math.log(duration / middle))));
  return { median: middle, error: (1.2533 * spread) / Math.sqrt(durations.length) };
}

function median(values) {
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
