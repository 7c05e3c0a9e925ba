//go:build !linux && !darwin && !windows

package watch

// trustEvents: unknown systems are polled.
func trustEvents(string) (bool, string) { return false, "unknown" }
