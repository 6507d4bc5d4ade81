// The check before a test: it ends the test with a sentence that says what is wrong and what to type.
import exec from 'k6/execution';

/**
 * Checks the server, the collections and one real batch by every strategy.
 *
 * @param {import('k6/x/weaviate').Client} client
 * @param {import('k6/x/weaviate').QuerySets} sets
 * @param {string[]} strategies
 */
export function check(client, sets, strategies) {
  try {
    client.ready();
    checkCollections(client.collections(), sets);
    for (const strategy of strategies) {
      checkBatch(client.probe(sets.at(0), { strategy }));
    }
  } catch (error) {
    exec.test.abort(error.message);
  }
}

function checkCollections(found, sets) {
  const byName = Object.fromEntries(found.map((collection) => [collection.name, collection]));
  const missing = sets.collections.filter((name) => !byName[name]);
  if (missing.length > 0) {
    throw new Error(
      `the server has no ${missing.join(', ')}: make the collections with \`k6 x weaviate seed\`, ` +
        'or name a query file for your own with -e QUERIES=FILE (`k6 x weaviate queries` makes one)'
    );
  }
  for (const name of sets.collections) {
    const { objects, dimensions } = byName[name];
    if (objects === 0) {
      throw new Error(`collection ${name} is empty: fill it with \`k6 x weaviate seed\``);
    }
    if (sets.dimensions > 0 && dimensions > 0 && dimensions !== sets.dimensions) {
      throw new Error(
        `collection ${name} has vectors of ${dimensions} numbers and the query file of ${sets.dimensions}: make query ` +
          `files that match with \`k6 x weaviate queries --dimensions ${dimensions}\``
      );
    }
  }
}

function checkBatch(batch) {
  const failed = batch.results.find((result) => !result.ok);
  if (failed) {
    throw new Error(
      `a trial batch by ${batch.strategy} failed on ${failed.collection} (${failed.category}): ${failed.error}`
    );
  }
}
