// Keyword search on every collection at once.
//   k6 run -e USERS=10 -e RUN_TIME=30s scripts/bm25.js
import { searchTest } from './lib/test.js';

export const { options, setup, run } = searchTest('bm25');

export default run;
