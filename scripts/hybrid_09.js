// Hybrid search with alpha 0.9 (mostly vector) on every collection at once.
//   k6 run -e USERS=10 -e RUN_TIME=30s scripts/hybrid_09.js
import { searchTest } from './lib/test.js';

export const { options, setup, run } = searchTest('hybrid_09');

export default run;
