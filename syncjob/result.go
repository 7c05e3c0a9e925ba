package syncjob

import (
	"time"

	"pstsyncd/syncjob/merge"
)

// Result is what a job did. With DryRun it is what the job would have done.
type Result struct {
	Common, Local Counts
	Conflicts     int // properties that both sides had changed to different values
	Held          int // items and folders that were left alone
	Unverified    int // items that the independent reader could not check
	Private       int // items that stay out of common because they are marked private
	Halts         []Halted
	Unknown       []string // tokens of Options.Approve that no deletions wait for
	Holds         []Hold   // the first MaxHolds of what was held
	Took          time.Duration
}

// MaxHolds bounds the list of what was held; all are counted.
const MaxHolds = 100

// Counts is what was done to one store.
type Counts struct {
	Added, Changed, Deleted int   // items
	BytesRead, BytesWritten int64 // at the files, journal included
	Syncs                   int64
}

// Halted is a set of deletions that waits for approval: [Options.Approve].
type Halted struct {
	Store     string // "common" or "local": where items would be deleted
	Folder    string // path there
	Deletions int
	Of        int // items that the folder has
	Token     string
}

// Hold is something that was left alone.
type Hold struct {
	Store  string // "common" or "local"
	Folder string // path there
	Item   string // NID in hexadecimal; empty for a whole folder
	Reason string
	Alone  bool // all else in the folder went its way
}

// Settled reports whether both stores are equal now, and nobody has to look at
// anything.
func (r Result) Settled() bool { return r.Held == 0 && r.Conflicts == 0 && len(r.Halts) == 0 }

// include adds what was done by an attempt before.
func (r *Result) include(first Result) {
	for s := common; s <= local; s++ {
		to, from := r.counts(s), first.counts(s)
		to.Added += from.Added
		to.Changed += from.Changed
		to.Deleted += from.Deleted
		to.BytesRead += from.BytesRead
		to.BytesWritten += from.BytesWritten
		to.Syncs += from.Syncs
	}
}

func (r *Result) counts(s merge.Side) *Counts {
	if s == common {
		return &r.Common
	}
	return &r.Local
}

func (r *Result) hold(h Hold) {
	r.Held++
	if len(r.Holds) < MaxHolds {
		r.Holds = append(r.Holds, h)
	}
}

func (c *Counts) add(op merge.Op) {
	switch op {
	case merge.Create:
		c.Added++
	case merge.Update:
		c.Changed++
	case merge.Delete:
		c.Deleted++
	}
}
