// What is checked before a test: each check ends it with a sentence that says what is wrong and what to type.
import exec from 'k6/execution';

/**
 * Checks that k6 runs the scenario that the variables ask for.
 *
 * @param {Record<string, any>} planned the scenario of the schedule
 * @param {string} name its name
 * @param {boolean} alternates whether several strategies alternate
 */
export function checkScenario(planned, name, alternates) {
  if (runsAsPlanned(planned, name)) {
    return;
  }
  if (exec.test.options.scenarios?.[name]) {
    exec.test.abort(
      'this archive was made with other USERS, SPAWN_RATE, RUN_TIME, STRATEGY or ROUNDS than are set now, and k6 runs what the ' +
        'archive says: set them when you make it, or run the script itself'
    );
  } else if (alternates) {
    exec.test.abort(
      "k6's -u, -d, -i and -s replace the scenario in which strategies alternate: use USERS, BLOCK and ROUNDS instead"
    );
  } else {
    console.warn(
      "k6's -u, -d, -i and -s replace the test's own scenario: USERS, SPAWN_RATE, RATE and RUN_TIME do nothing then, and every batch " +
        'counts, from the first one on'
    );
  }
}

/**
 * Whether k6 runs the scenario that the variables ask for.
 *
 * @param {Record<string, any>} planned the scenario of the schedule
 * @param {string} name its name
 */
export function runsAsPlanned(planned, name) {
  const actual = exec.test.options.scenarios?.[name];
  return Boolean(actual) && same(planned, actual);
}

function same(planned, actual) {
  return Object.entries(planned).every(([key, value]) =>
    key === 'stages'
      ? value.length === actual.stages.length &&
        value.every(({ target, duration }, i) => actual.stages[i].target === target && actual.stages[i].duration === duration)
      : actual[key] === value
  );
}

/**
 * Checks the server, the collections and one real batch by every strategy.
 *
 * @param {import('k6/x/weaviate').Client} client
 * @param {import('k6/x/weaviate').QuerySets} sets
 * @param {import('k6/x/weaviate').Strategy[]} strategies
 * @returns {{ server: import('k6/x/weaviate').Server, collections: import('k6/x/weaviate').Collection[] }} what it found
 */
export function check(client, sets, strategies) {
  try {
    const server = client.ready();
    const collections = client.collections(sets);
    checkCollections(collections, sets);
    checkTruth(collections, sets.truth);
    for (const strategy of strategies) {
      checkBatch(client.probe(sets.at(0), { strategy }));
    }
    return { server, collections };
  } catch (error) {
    exec.test.abort(error instanceof Error ? error.message : String(error));
    throw error; // abort has ended the test: nobody gets here
  }
}

function checkCollections(found, sets) {
  const byName = Object.fromEntries(found.map((collection) => [collection.name, collection]));
  const missing = sets.collections.filter((name) => !byName[name]);
  if (missing.length > 0) {
    throw new Error(
      `the server has no ${missing.join(', ')}: \`k6 x weaviate seed\` makes the nine of the songs; for collections of your own, ` +
        '`k6 x weaviate queries --collections …` makes query files, and -e QUERIES=… names them'
    );
  }
  for (const name of sets.collections) {
    const { objects, dimensions } = byName[name];
    if (objects === 0) {
      throw new Error(`collection ${name} is empty: import its objects (\`k6 x weaviate seed\` does if it is one of the songs)`);
    }
    if (sets.dimensions > 0 && dimensions > 0 && dimensions !== sets.dimensions) {
      throw new Error(
        `collection ${name} has vectors of ${dimensions} numbers and the query file of ${sets.dimensions}: make query ` +
          'files that match, with `k6 x weaviate queries --collections …`, or for the songs ' +
          `\`k6 x weaviate queries --dimensions ${dimensions}\``
      );
    }
  }
}

// checkTruth sees that the objects are those that the truth was made of, by their number. Those of a tenant are counted by nobody here.
function checkTruth(found, truth) {
  for (const { name, tenant, objects } of truth?.collections ?? []) {
    const now = found.find((collection) => collection.name === name)?.objects;
    if (!tenant && now !== objects) {
      throw new Error(
        `the truth was made of ${objects} objects of ${name}, and there are ${now}: make it anew, with \`k6 x weaviate truth\``
      );
    }
  }
}

function checkBatch(batch) {
  const failed = batch.results.find((result) => !result.ok);
  if (failed) {
    const way =
      batch.strategy.endsWith('grpc') || !(failed.status === 422 || failed.category === 'auth')
        ? ''
        : '. Over gRPC this may work, and STRATEGY=sequential-grpc,parallel-grpc compares without GraphQL';
    throw new Error(
      `a trial batch by ${batch.strategy} failed on ${failed.collection} (${failed.category}): ${failed.error}${way}`
    );
  }
}
