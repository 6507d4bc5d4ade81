// What writing costs: a collection is made, filled, read, emptied and deleted. Each call is measured.
//   k6 run examples/writes.js
import { check } from 'k6';
import { Client } from 'k6/x/weaviate';

const client = new Client(); // at WEAVIATE_URL and WEAVIATE_GRPC
const collection = 'WritesExample';
const OBJECTS = 100; // in each batchCreate

export const options = {
  vus: 2,
  iterations: 20,
  thresholds: {
    'weaviate_write_failed{operation:batchCreate}': ['rate<0.01'],
    'weaviate_write_duration{operation:batchCreate}': ['p(95)<5000'],
    'weaviate_write_objects{operation:batchCreate}': [], // an empty threshold: a row in the summary, with objects per second
    'weaviate_write_duration{operation:objectInsert}': [],
  },
};

export function setup() {
  client.deleteCollection(collection); // of a run that was cut short
  client.createCollection(collection, {
    description: 'made by examples/writes.js',
    vectorIndexType: 'hnsw',
    properties: [
      { name: 'title', dataType: ['text'] },
      { name: 'year', dataType: ['int'] },
    ],
  });
}

export default function () {
  const results = client.batchCreate(
    Array.from({ length: OBJECTS }, (_, i) => ({
      class: collection,
      properties: { title: `Document ${i}`, year: 1950 + (i % 70) },
      vector: randomVector(64),
    }))
  );
  check(results, {
    'every object was taken': (all) => all.every((result) => result.status === 'success'),
  });

  const inserted = client.objectInsert(collection, { properties: { title: 'One more' }, vector: randomVector(64) });
  const { objects } = client.fetchObjects(collection, { id: inserted.id, additional: ['vector'] });
  check(objects[0], {
    'it is there': (object) => object.properties.title === 'One more' && object.vector?.length === 64,
  });

  try {
    client.objectInsert(collection, { id: inserted.id }); // there is one of that id
  } catch (error) {
    const failed = /** @type {import('k6/x/weaviate').CallError} */ (error);
    check(failed, { 'a second one of that id is refused': ({ category, status }) => category === 'http' && status === 422 });
  }
}

export function teardown() {
  const old = { path: ['year'], operator: /** @type {const} */ ('LessThan'), valueInt: 1980 };
  const { matches } = client.batchDelete(collection, { where: old, dryRun: true });
  const deleted = client.batchDelete(collection, { where: old });
  check(deleted, { 'what was found is deleted': ({ successful, failed }) => successful === matches && failed === 0 });
  client.deleteCollection(collection);
}

function randomVector(length) {
  return Float32Array.from({ length }, () => Math.random() - 0.5);
}
