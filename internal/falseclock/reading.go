package falseclock

import (
	"time"
	"unsafe"
)

// SetTo is a reading of the clocks after the one of the day was set by d, in whole seconds: what time.Now would say then.
func SetTo(t time.Time, d time.Duration) time.Time {
	const monotonic, seconds = 1 << 63, 30 // the layout of a time.Time that has both readings
	wall := (*uint64)(unsafe.Pointer(&t))  // there is no other way to make one
	if *wall&monotonic == 0 {
		panic("it has one reading only")
	}
	*wall += uint64(int64(d/time.Second)) << seconds //nolint:gosec // it wraps around as it should
	return t
}
