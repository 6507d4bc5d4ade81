// What a script without the extension does to know as much: nine requests by http.batch, all at once on connections that are kept,
// their status, the errors inside of their replies, the objects and the time of each collection.
import exec from 'k6/execution';
import http from 'k6/http';
import { check } from 'k6';
import { Counter, Trend } from 'k6/metrics';
import { SharedArray } from 'k6/data';

const url = `${__ENV.WEAVIATE_URL}/v1/graphql`;
const limit = Number(__ENV.LIMIT);

// readBatches makes the requests of all batches, once, so that none has to be made while it runs.
function readBatches() {
  const file = JSON.parse(open('./queries.json'));
  return file.sets.map((set) =>
    set.queries.map(({ collection }) => ({
      method: 'POST',
      url,
      body: JSON.stringify({
        query: `{Get{m0:${collection}(limit:${limit},nearVector:{vector:${JSON.stringify(set.vector)}}){title artist _additional{id}}}}`,
      }),
      params: { headers: { 'Content-Type': 'application/json' }, tags: { collection }, timeout: __ENV.TIMEOUT },
    }))
  );
}

// Either every user has them, or all share them, and each call decodes those that it sends.
const batches = __ENV.SHARED === 'true' ? new SharedArray('batches', readBatches) : readBatches();

const collections = batches[0].map(({ params }) => params.tags.collection);
const durations = collections.map((collection) => new Trend(`query_duration_${collection}`, true));
const objects = new Counter('objects');

export const options = {
  scenarios: { all: { executor: 'constant-vus', vus: Number(__ENV.USERS), duration: __ENV.RUN_TIME } },
  batch: 9,
  batchPerHost: 9, // k6's own 6 would send three of them later, on new connections
};

export default function () {
  const replies = http.batch(batches[Math.floor(Math.random() * batches.length)]);
  for (let i = 0; i < replies.length; i += 1) {
    const reply = replies[i];
    const found = reply.status === 200 ? reply.json('data.Get.m0.#') : undefined;
    const good = check(reply, {
      'status is 200': () => reply.status === 200,
      'no errors': () => reply.json('errors') === undefined,
      'has objects': () => found !== undefined,
    });
    if (!good) {
      exec.test.abort(`${collections[i]}: ${reply.status} ${reply.error}`);
    }
    durations[i].add(reply.timings.duration);
    objects.add(found, { collection: collections[i] });
  }
}
