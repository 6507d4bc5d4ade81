// The extension as a script uses it: one call a batch, and a row for each collection in k6's summary.
import { Client, loadQuerySets } from 'k6/x/weaviate';
import exec from 'k6/execution';

const sets = loadQuerySets('./queries.json', { limit: Number(__ENV.LIMIT) });
const client = new Client({
  strategy: __ENV.STRATEGY,
  timeout: __ENV.TIMEOUT,
  builtinMetrics: __ENV.BUILTIN_METRICS === 'true',
});

export const options = {
  scenarios: { all: { executor: 'constant-vus', vus: Number(__ENV.USERS), duration: __ENV.RUN_TIME } },
  thresholds: Object.fromEntries(sets.collections.map((name) => [`weaviate_query_duration{collection:${name}}`, []])),
};

export default function () {
  const batch = client.parallelQuery(sets.random());
  if (batch.outcome !== 'full') {
    exec.test.abort(`a batch is ${batch.outcome}: ${batch.results.find((member) => !member.ok).error}`);
  }
}
