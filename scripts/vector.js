// nearVector on every collection at once.
//   k6 run -e USERS=10 -e RUN_TIME=30s scripts/vector.js
import { searchTest } from './lib/test.js';

export const { options, setup, run } = searchTest('vector');

export default run;
