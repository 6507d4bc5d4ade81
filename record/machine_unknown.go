//go:build !linux

package record

import "time"

// What only Linux tells without more ado: 0 stands for unknown.

func cpuQuota() float64 { return 0 }

func cpuThrottled() time.Duration { return 0 }

func residentMemory() int64 { return 0 }
