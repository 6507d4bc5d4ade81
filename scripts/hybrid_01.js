// Hybrid search with alpha 0.1 (mostly keywords) on every collection at once.
//   k6 run -e USERS=10 -e RUN_TIME=30s scripts/hybrid_01.js
import { searchTest } from './lib/test.js';

export const { options, setup, run } = searchTest('hybrid_01');

export default run;
