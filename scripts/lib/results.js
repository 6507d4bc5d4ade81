// Before strategies are compared: do they find the same? A strategy that is faster because it finds something else is not faster.

const KEPT = 20; // differences that are told one by one
const LIMIT = 60000; // milliseconds of searching: what is not compared by then is not compared

/**
 * Asks every query set by every strategy and compares the objects that each collection returned with what the first strategy
 * got. The first is asked twice: a query that it answers differently itself (the server breaks ties as it likes, or somebody
 * writes) tells nothing about the others, and counts as unsteady.
 *
 * @param {import('k6/x/weaviate').Client} client
 * @param {import('k6/x/weaviate').QuerySets} sets
 * @param {import('k6/x/weaviate').Strategy[]} strategies
 * @returns {import('k6/x/weaviate').Comparison} how many sets were compared, and what differs
 */
export function compareResults(client, sets, strategies) {
  let spent = 0;
  /** @type {import('k6/x/weaviate').Comparison} */
  const found = { sets: 0, unsteady: 0, different: 0, differences: [] };
  const [first, ...others] = strategies;
  for (let set = 0; set < sets.length && spent < LIMIT; set += 1) {
    const ask = (strategy) => {
      const { duration, results } = client.probe(sets.at(set), { strategy, ids: true });
      spent += duration;
      return results;
    };
    const expected = ask(first);
    const steady = ask(first).map((member, i) => !difference(member, expected[i]));
    found.unsteady += steady.filter((same) => !same).length;
    for (const strategy of others) {
      ask(strategy).forEach((member, i) => {
        const text = difference(member, expected[i]);
        if (text && steady[i]) {
          found.different += 1;
          if (found.differences.length < KEPT) {
            found.differences.push({ set, collection: member.collection, strategy, text });
          }
        }
      });
    }
    found.sets += 1;
  }
  if (found.different > 0) {
    const { set, collection, strategy, text } = found.differences[0];
    console.warn(
      `${found.different} queries found other objects by another strategy than ${first}, so their times do not compare. ` +
        `The first: query set ${set}, ${collection}, ${strategy}: ${text}`
    );
  }
  return found;
}

// difference says how a member's objects differ from those expected, whatever their order; '' when they do not.
function difference(member, expected) {
  if (!member.ok || !expected.ok) {
    return member.ok === expected.ok ? '' : member.error || `found ${member.objects} objects, where ${expected.error}`;
  }
  if (member.objects !== expected.objects) {
    return `${member.objects} objects instead of ${expected.objects}`;
  }
  const known = new Set(expected.ids);
  const others = member.ids.filter((id) => !known.has(id)).length;
  return others > 0 ? `${others} of ${member.objects} objects are others` : '';
}
