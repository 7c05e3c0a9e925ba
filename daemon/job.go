package daemon

import (
	"context"

	"pstsyncd/lockmgr"
)

// Job makes both stores of a claimed pair equal.
type Job interface {
	// Run works on the two claimed descriptors only, and neither closes nor releases them. When ctx ends it stops as
	// soon as it can, and leaves each store as it was before or as it is to be after.
	Run(ctx context.Context, pair *lockmgr.Pair) (Result, error)
}

// Result counts what a job has done to both stores together.
type Result struct {
	Added, Changed, Deleted int // items
	Conflicts               int // properties that both sides had changed
	Held                    int // items that were left alone and need a person or another try
	Unverified              int // items that the independent reader could not check
}

// Class says what an error of a job means for the next one.
type Class uint8

const (
	Retry  Class = iota // try again after a pause: busy, unreachable, changed underneath, no space
	Halt                // a person has to do something: a halted mass deletion, a missing right, a password
	Broken              // a store is damaged or no store: not tried again before the file changes
)
