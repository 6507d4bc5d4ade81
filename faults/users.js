// Users who search until they are told to end, or so many TURNS. They tell what became of each batch, one after the other.
import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Client, loadQuerySets } from 'k6/x/weaviate';

const strategies = ['multi', 'parallel-grpc', 'bulk', 'sequential-grpc', 'parallel-graphql'];
const sets = loadQuerySets(__ENV.QUERIES, { limit: 5 });
const clients = [new Client({ timeout: __ENV.BATCH_LIMIT }), new Client({ timeout: __ENV.STRUCK_LIMIT || __ENV.BATCH_LIMIT })];
const struck = (__ENV.STRUCK || '').split(',');

export const options = {
  noConnectionReuse: __ENV.FRESH === 'true',
  scenarios: {
    all: { executor: 'per-vu-iterations', vus: Number(__ENV.USERS), iterations: 1, maxDuration: '10m', gracefulStop: '0s' },
  },
};

export default function () {
  const user = exec.vu.idInTest;
  const strategy = strategies[user % strategies.length];
  const client = clients[Number(struck.includes(strategy))];
  for (let turn = user; ; turn += 1) {
    const { outcome, duration, results } = client.run(sets.at(turn % sets.length), { strategy });
    const failed = results.filter((result) => !result.ok);
    const told = {
      user, strategy, outcome, duration, failures: failed.map(({ category, error }) => ({ category, error })),
    };
    if (__ENV.CONTROL ? http.post(__ENV.CONTROL, JSON.stringify(told)).body === 'end' : turn - user + 1 >= Number(__ENV.TURNS)) {
      return;
    }
    sleep(0.1); // faults are what is looked at, not a busy server
  }
}
