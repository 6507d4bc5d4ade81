// Tenants: each user of k6 has one of its own, writes into it and searches it.
//   k6 run examples/tenants.js
import { check } from 'k6';
import exec from 'k6/execution';
import { Client } from 'k6/x/weaviate';

const client = new Client();
const collection = 'TenantsExample';
const USERS = 3;
const tenantOf = (user) => `tenant-${user}`;

export const options = {
  vus: USERS,
  iterations: 5 * USERS,
  thresholds: {
    weaviate_write_failed: ['rate==0'],
    weaviate_query_failed: ['rate==0'],
    'weaviate_write_duration{operation:createTenant}': [],
    'weaviate_write_duration{operation:updateTenant}': [],
  },
};

export function setup() {
  client.deleteCollection(collection); // of a run that was cut short
  client.createCollection(collection, {
    multiTenancy: { enabled: true },
    properties: [{ name: 'title', dataType: ['text'] }],
  });
  client.createTenant(collection, Array.from({ length: USERS }, (_, i) => ({ name: tenantOf(i + 1) })));
}

export default function () {
  const tenant = tenantOf(exec.vu.idInTest);
  client.batchCreate([
    { class: collection, tenant, properties: { title: 'rain' }, vector: [1, 0, 0] },
    { class: collection, tenant, properties: { title: 'sun' }, vector: [0, 1, 0] },
  ]);
  const found = client.query({ collection, tenant, bm25: { query: 'rain' }, limit: 100 });
  check(found, { 'the tenant finds its own': ({ ok, objects }) => ok && objects === exec.vu.iterationInScenario + 1 });
}

export function teardown() {
  client.updateTenant(collection, [{ name: tenantOf(1), activityStatus: 'INACTIVE' }]);
  client.deleteTenant(collection, [tenantOf(2), tenantOf(3)]);
  client.deleteCollection(collection);
}
