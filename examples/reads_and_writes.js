// What writes cost the searches: the vector test of scripts/, with WRITES writes each second beside it, of WRITE_OBJECTS objects
// each. Run it without and with them, and set the two side by side:
//   mkdir without_writes with_writes
//   k6 run -e USERS=5 -e RUN_TIME=1m -e WRITES=0 --out weaviate=without_writes/vector.weaviate examples/reads_and_writes.js
//   k6 run -e USERS=5 -e RUN_TIME=1m -e WRITES=5 --out weaviate=with_writes/vector.weaviate examples/reads_and_writes.js
//   k6 x weaviate report --compare without_writes with_writes
//
// WRITE_INTO names the collection that is written to. One of those that are searched shows what it is to search what is written;
// by default it is one of its own, which is made before and deleted after. The variables of scripts/ hold here, too.
import exec from 'k6/execution';
import { Client } from 'k6/x/weaviate';
import { searchTest } from '../scripts/lib/test.js';

const WRITES = Number(__ENV.WRITES || 5); // each second, a whole number; 0 for none
const OBJECTS = Number(__ENV.WRITE_OBJECTS || 100); // in each
const OWN = 'WrittenBeside';
const INTO = __ENV.WRITE_INTO || OWN;
const WRITERS = 10; // writes in flight at most

// The objects have these ids, over and over: each is written anew, and the collection does not grow without end.
const KEPT = 10000;
const idOf = (i) => `77726974-7465-6e00-8000-${String(i % KEPT).padStart(12, '0')}`; // "written" in hexadecimal digits

const searches = searchTest('vector');
const client = new Client();

export const options = searches.options;
if (WRITES > 0) {
  // As long as the searches, whose scenario has stages or one duration.
  const { stages, duration } = searches.options.scenarios.vector;
  options.scenarios.writes = {
    exec: 'write',
    executor: 'ramping-arrival-rate',
    startRate: WRITES,
    timeUnit: '1s',
    stages: (stages || [{ duration }]).map((stage) => ({ target: WRITES, duration: stage.duration })),
    preAllocatedVUs: WRITERS,
    gracefulStop: '32s',
  };
  options.thresholds['weaviate_write_duration{operation:batchCreate}'] = [];
  options.thresholds['weaviate_write_objects{operation:batchCreate}'] = [];
}

export function setup() {
  if (WRITES > 0 && INTO === OWN) {
    client.deleteCollection(OWN); // of a run that was cut short
    client.createCollection(OWN, {
      description: 'made by examples/reads_and_writes.js',
      properties: [{ name: 'title', dataType: ['text'] }],
    });
  }
  searches.setup();
}

export default searches.run;

export function write() {
  const first = exec.scenario.iterationInTest * OBJECTS;
  client.batchCreate(
    Array.from({ length: OBJECTS }, (_, i) => ({
      class: INTO,
      id: idOf(first + i),
      properties: { title: `written beside ${first + i}` },
      vector: Float32Array.from({ length: searches.sets.dimensions }, () => Math.random() - 0.5),
    }))
  );
}

export function teardown() {
  if (WRITES === 0) {
    return;
  }
  if (INTO === OWN) {
    client.deleteCollection(OWN);
    return;
  }
  const where = { path: ['id'], operator: /** @type {const} */ ('Like'), valueText: idOf(0).slice(0, 24) + '*' };
  while (client.batchDelete(INTO, { where }).successful > 0); // no more than 10,000 at once
}
