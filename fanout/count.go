package fanout

import "strconv"

// Count is a number with what it counts: 1 query, 2 queries.
func Count[N ~int | ~int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(int64(n), 10) + " " + many
}
