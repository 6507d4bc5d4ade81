// A test of scripts/ whose users, once two blocks have ended, take memory until there is none left.
import { Schedule } from 'k6/x/weaviate';
import { searchTest } from '../scripts/lib/test.js';

const test = searchTest('bm25');
const schedule = new Schedule();
const kept = [];

export const { options, setup } = test;

export default function () {
  test.run();
  if (schedule.now().block >= 2) {
    kept.push(new Uint8Array(4 << 20).fill(1));
  }
}
