package tests_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
)

// TestSteadiness simulates servers whose truth is known, two hundred of each, and counts how many are said to have settled within ten
// periods, and when.
func TestSteadiness(t *testing.T) {
	t.Parallel()
	lib, err := filepath.Abs(filepath.Join("..", "scripts", "lib", "settle.js"))
	require.NoError(t, err)
	result := run(t, 0, k6run.Options{Stdin: `
		import { check, randomSeed } from 'k6';
		import { Steadiness } from '` + filepath.ToSlash(lib) + `';
		const SERVERS = 200;
		export const options = { thresholds: { checks: ['rate==1'] } };
		function normal() {
			return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
		}
		// level(period) is how long three strategies' batches take, of which a period has a few, with a log spread of 0.4.
		function simulate(level, batches) {
			let settled = 0, periods = 0;
			for (let i = 0; i < SERVERS; i++) {
				const server = new Steadiness();
				let period = 0;
				for (; !server.settled && period < 10; period++) {
					server.add([1, 1.1, 0.6].map((factor) => (
						Array.from({ length: batches }, () => factor * level(period) * Math.exp(0.4 * normal())))));
				}
				settled += server.settled ? 1 : 0;
				periods += period;
			}
			return { settled: settled / SERVERS, periods: periods / SERVERS };
		}
		export default function () {
			randomSeed(1);
			const quiet = simulate(() => 50, 20);
			const few = simulate(() => 150, 7);
			const halves = simulate((period) => 50 * (1 + 5 * Math.pow(0.5, period)), 20);
			const restless = simulate((period) => (period % 2 ? 50 : 90), 20);
			const small = simulate(() => 0.5, 20);
			console.log(JSON.stringify({ quiet, few, halves, restless, small }));
			check(null, {
				'a quiet server settles': () => quiet.settled > 0.95 && quiet.periods < 5,
				'so it does when probes are few': () => few.settled > 0.95 && few.periods < 5,
				'one that gets faster is waited for': () => halves.settled > 0.95 && halves.periods > 6,
				'a restless one does not': () => restless.settled < 0.02,
				'noise below a millisecond is none': () => small.periods === 3,
			});
		}`}, "run", "--quiet", "-")
	t.Log(result.Stderr)
}
