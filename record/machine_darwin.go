package record

import "syscall"

func cpuModel() string {
	model, _ := syscall.Sysctl("machdep.cpu.brand_string") // empty when it does not tell
	return model
}
