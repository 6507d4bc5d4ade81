// The wait for START: processes that share a run begin their first block at the same moment.
import { sleep } from 'k6';
import exec from 'k6/execution';

/**
 * Ends the test when START has passed: what begins late sends by one strategy while the others send by the next.
 *
 * @param {import('k6/x/weaviate').Schedule} schedule
 * @param {string} after what is over by now, for the message
 * @returns {number} seconds until START; 0 when none is set
 */
export function checkStart(schedule, after) {
  const left = schedule.untilStart() ?? 0;
  if (left < 0) {
    exec.test.abort(
      `START passed ${(-left).toFixed(1)} s before ${after}: set a later one for all processes that share the run, so that ` +
        'each has the time to start, to check the server and to wait until it has settled (SETTLE)'
    );
  }
  return left;
}

/**
 * Waits for START.
 *
 * @param {import('k6/x/weaviate').Schedule} schedule
 */
export function waitForStart(schedule) {
  sleep(checkStart(schedule, 'the checks of setup() were over'));
}

/**
 * How long setup() may take: ten minutes, and what it waits for START.
 *
 * @param {import('k6/x/weaviate').Schedule} schedule
 */
export function setupTimeout(schedule) {
  return `${600 + Math.ceil(Math.max(0, schedule.untilStart() ?? 0))}s`;
}
