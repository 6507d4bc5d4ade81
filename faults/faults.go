// Package faults shows what becomes of a measurement when something breaks, with real parts: a real Weaviate, a proxy that spoils
// the way to it, and k6 as it is. It consists of tests: `make faults` runs all of them and prints a table of what held, `make test`
// runs the short ones. They need Linux, whose /proc says which processes run.
package faults
