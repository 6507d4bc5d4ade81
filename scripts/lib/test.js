// What the five tests have in common. A test is a query file, a schedule from the variables (STRATEGY, USERS, SPAWN_RATE,
// RUN_TIME, …) and one batch after the other.
import { sleep } from 'k6';
import exec from 'k6/execution';
import { Client, Schedule, loadQuerySets } from 'k6/x/weaviate';
import { compareResults } from './results.js';
import { settle } from './settle.js';
import { check, checkScenario, runsAsPlanned } from './setup.js';
import { checkStart, setupTimeout, waitForStart } from './start.js';

// Strategies that send all members in one request: the members share one time and have no durations of their own.
const ONE_REQUEST = ['multi', 'bulk'];

/**
 * Makes the parts of a k6 script that tests one search type.
 *
 * @param {string} searchType names the query file, unless QUERIES does: queries/<searchType>.json
 * @returns {{ sets: import('k6/x/weaviate').QuerySets, options: Record<string, any>, setup: () => void, run: () => void }}
 */
export function searchTest(searchType) {
  const sets = loadQuerySets(queryFile(searchType), { limit: Number(__ENV.LIMIT || 200), truth: __ENV.TRUTH || '' });
  const schedule = new Schedule();
  const client = new Client({ recallRate: Number(__ENV.RECALL_RATE || 0.1) });

  let planned; // whether k6 runs the schedule's scenario, and not one of -u and -d: each user asks once
  let block = NaN; // the block in which this user sent its last batch
  let turn = 0; // batches that this user has sent in this block

  return {
    sets,

    options: {
      scenarios: { [searchType]: schedule.scenario },
      thresholds: rows(sets, schedule.strategies),
      setupTimeout: setupTimeout(schedule),
      summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max'],
    },

    setup() {
      checkStart(schedule, 'this process began');
      checkScenario(schedule.scenario, searchType, schedule.strategies.length > 1);
      const found = check(client, sets, schedule.strategies);
      client.announce({
        ...found,
        sets,
        schedule: runsAsPlanned(schedule.scenario, searchType) ? schedule : undefined,
        comparison: schedule.strategies.length > 1 ? compareResults(client, sets, schedule.strategies) : undefined,
        settle: settle(client, sets, schedule.strategies, schedule),
      });
      waitForStart(schedule);
    },

    run() {
      planned ??= runsAsPlanned(schedule.scenario, searchType);
      if (!planned) {
        client.run(sets.at((exec.vu.idInTest * 7 + turn) % sets.length), { strategy: schedule.strategies[0] });
        turn += 1;
        return;
      }
      const now = schedule.now();
      if (now.wait !== 0) {
        // No batch starts at the end of a block, so that strategies do not overlap. At a fixed rate k6 starts the next iteration
        // in any case: a user that slept would be missing then.
        if (!schedule.rate) {
          sleep(Math.max(now.wait, 0.01));
        }
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

// queryFile is the file that QUERIES names, or the one in the folder that it names.
function queryFile(searchType) {
  const own = __ENV.QUERIES;
  if (!own) {
    return import.meta.resolve(`../../queries/${searchType}.json`);
  }
  return own.endsWith('.json') ? own : `${own}/${searchType}.json`;
}

// rows asks for the rows of k6's end-of-test summary: k6 shows a tag's value only where a threshold names it, and an empty
// threshold always passes. Only the phase measure counts, and no row mixes the times of two strategies.
function rows({ collections, truth }, strategies) {
  const thresholds = { 'weaviate_batch_failed{phase:measure}': [] };
  if (truth) {
    thresholds['weaviate_recall{phase:measure}'] = [];
  }
  for (const strategy of strategies) {
    const measured = strategies.length > 1 ? `phase:measure,strategy:${strategy}` : 'phase:measure';
    thresholds[`weaviate_batch_duration{${measured}}`] = [];
    if (!ONE_REQUEST.includes(strategy)) {
      for (const collection of collections) {
        thresholds[`weaviate_query_duration{collection:${collection},${measured}}`] = [];
      }
    }
  }
  for (const collection of collections) {
    thresholds[`weaviate_query_failed{collection:${collection},phase:measure}`] = [];
  }
  return thresholds;
}
