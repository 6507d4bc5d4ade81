// The shortest proof that k6 has the extension; it needs no server: nothing listens where it sends.
//
//   ./k6 run examples/smoke.js
import { check } from 'k6';
import { Client } from 'k6/x/weaviate';

export const options = { iterations: 1, thresholds: { checks: ['rate==1'] } };

const client = new Client({ url: 'http://127.0.0.1:1', grpc: '127.0.0.1:1', timeout: '5s' });

export default function () {
  const set = ['Articles', 'Authors'].map((collection) => ({ collection, bm25: { query: 'solar power' }, limit: 10 }));
  for (const strategy of /** @type {const} */ (['multi', 'parallel-graphql', 'parallel-grpc'])) {
    const batch = client.run(set, { strategy });
    check(batch, {
      'both members are counted': ({ total, failed }) => total === 2 && failed === 2,
      'and say why they failed': ({ results }) => results.every(({ category }) => category === 'connection'),
    });
  }
  let refused = '';
  try {
    client.parallelQuery([{ collection: 'Articles', nearVector: { vector: [] } }]);
  } catch (error) {
    refused = String(error);
  }
  check(refused, { 'an empty vector is refused': (text) => text.includes('vector') });
}
