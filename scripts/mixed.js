// Vector, keyword and hybrid searches in turn: in each batch the collections get different query types.
//   k6 run -e USERS=10 -e RUN_TIME=30s scripts/mixed.js
import { searchTest } from './lib/test.js';

export const { options, setup, run } = searchTest('mixed');

export default run;
