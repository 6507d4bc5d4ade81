// Users of an idle client. Each opens its connections by a batch that is not measured, and then waits until all have done so.
import { Client, loadQuerySets } from 'k6/x/weaviate';
import exec from 'k6/execution';
import { sleep } from 'k6';

const sets = loadQuerySets('./queries.json', { limit: Number(__ENV.LIMIT) });
const client = new Client({ strategy: __ENV.STRATEGY });

export const options = {
  scenarios: { all: { executor: 'constant-vus', vus: Number(__ENV.USERS), duration: __ENV.RUN_TIME } },
  thresholds: Object.fromEntries(sets.collections.map((name) => [`weaviate_query_duration{collection:${name}}`, []])),
  summaryTrendStats: ['p(50)', 'p(99)', 'count'],
};

export default function () {
  if (exec.vu.iterationInScenario === 0) {
    client.probe(sets.random());
    sleep(1);
  }
  const batch = client.parallelQuery(sets.random());
  if (batch.outcome !== 'full') {
    exec.test.abort(`a batch is ${batch.outcome}: ${batch.results.find((member) => !member.ok).error}`);
  }
}

export function handleSummary(data) {
  return { stdout: JSON.stringify(data.metrics) };
}
