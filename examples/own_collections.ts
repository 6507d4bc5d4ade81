// Collections of your own, in TypeScript: what k6 runs as it is, and what an editor checks against index.d.ts.
//
//   ./k6 run -e TEXT='solar power' examples/own_collections.ts
import { check } from 'k6';
import type { Options } from 'k6/options';
import { Client, type Batch, type Query } from 'k6/x/weaviate';

const collections = (__ENV.COLLECTIONS || 'SongLyrics,SongLyrics_400k').split(',');

const client = new Client({ timeout: '5s' });

export const options: Options = {
  vus: 2,
  duration: '5s',
  thresholds: {
    weaviate_batch_failed: ['rate<0.01'],
    weaviate_batch_duration: ['p(95)<500'],
    // An empty threshold gives k6's summary a row for each collection.
    ...Object.fromEntries(collections.map((name) => [`weaviate_query_duration{collection:${name}}`, []])),
  },
};

function search(collection: string): Query {
  return { collection, bm25: { query: __ENV.TEXT || 'love in the rain' }, limit: 20 };
}

export default function (): void {
  const batch: Batch = client.parallelQuery(collections.map(search));
  check(batch, { 'every collection answered': ({ outcome }) => outcome === 'full' });
}
