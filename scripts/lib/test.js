// What the five tests have in common. A test is a query file, a schedule from the variables (STRATEGY, USERS, SPAWN_RATE,
// RUN_TIME, …) and one batch after the other.
import { sleep } from 'k6';
import exec from 'k6/execution';
import { Client, Schedule, loadQuerySets } from 'k6/x/weaviate';
import { check } from './setup.js';

/**
 * Makes the parts of a k6 script that tests one search type.
 *
 * @param {string} searchType names the query file, unless QUERIES does: queries/<searchType>.json
 * @returns {{ options: object, setup: () => void, run: () => void }}
 */
export function searchTest(searchType) {
  const file = __ENV.QUERIES || import.meta.resolve(`../../queries/${searchType}.json`);
  const sets = loadQuerySets(file, { limit: Number(__ENV.LIMIT || 200) });
  const schedule = new Schedule();
  const client = new Client();

  let block = null;
  let turn = 0; // batches that this user has sent in this block

  return {
    options: {
      scenarios: { [searchType]: schedule.scenario },
      thresholds: rows(sets.collections, schedule.strategies),
      setupTimeout: '10m',
      summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max'],
    },

    setup() {
      check(client, sets, schedule.strategies);
    },

    run() {
      const now = schedule.now();
      if (now.wait !== 0) {
        sleep(Math.max(now.wait, 0.01)); // no batch starts at the end of a block, so that strategies do not overlap
        return;
      }
      if (now.block !== block) {
        block = now.block;
        turn = 0;
      }
      // Every strategy of a round sees the same sequence of query sets, and every user another part of it.
      const offset = exec.vu.idInTest * 7 + (now.round + 1) * 13;
      client.run(sets.at((offset + turn) % sets.length), now);
      turn += 1;
    },
  };
}

// rows asks for the rows of k6's end-of-test summary: k6 shows a tag's value only where a threshold names it, and an empty
// threshold always passes. Only the phase measure counts.
function rows(collections, strategies) {
  const thresholds = {
    'weaviate_batch_duration{phase:measure}': [],
    'weaviate_batch_failed{phase:measure}': [],
  };
  if (strategies.length > 1) {
    for (const strategy of strategies) {
      thresholds[`weaviate_batch_duration{phase:measure,strategy:${strategy}}`] = [];
    }
  }
  const timesMembers = strategies.some((strategy) => strategy !== 'multi' && strategy !== 'bulk');
  for (const collection of collections) {
    if (timesMembers) {
      // The members of multi and bulk share one time.
      thresholds[`weaviate_query_duration{collection:${collection},phase:measure}`] = [];
    }
    thresholds[`weaviate_query_failed{collection:${collection},phase:measure}`] = [];
  }
  return thresholds;
}
