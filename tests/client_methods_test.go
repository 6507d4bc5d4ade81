package tests_test

import "testing"

// TestMethodsAreOrdinary: that methods are made when they are asked for shows nowhere.
func TestMethodsAreOrdinary(t *testing.T) {
	t.Parallel()
	runScript(t, newStub(t), `
		export const options = { iterations: 1 };
		const other = new Client();
		export default function () {
			equal(client instanceof Client, true, 'its class');
			equal(typeof client.parallelQuery, 'function', 'a method');
			equal(client.parallelQuery === client.parallelQuery, true, 'the same each time');
			equal(client.parallelQuery === other.parallelQuery, false, 'and each client has its own');
			equal('batchCreate' in client, true, 'in');
			equal('parallelquery' in client, false, 'not in');
			equal(client.parallelquery, undefined, 'no method');
			const names = [];
			for (const name in client) names.push(name);
			equal(names.includes('run') && names.includes('close'), true, 'for … in');
			const { collections } = client;
			equal(collections().length, 9, 'taken from its client');
			client.ready = () => 'mine';
			equal(client.ready(), 'mine', 'replaced');
			equal(typeof other.ready().version, 'string', 'for that client alone');
		}`)
}
