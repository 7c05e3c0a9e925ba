package daemon

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// dirt is what has happened since a job took up what had happened before.
type dirt struct {
	triggers []string  // names, each once, in the order they came
	first    time.Time // when the first of it was noticed
	seq      uint64    // of the latest durable mark
}

func (d *dirt) clean() bool { return len(d.triggers) == 0 }

func (d *dirt) add(trigger string, first time.Time, seq uint64) {
	d.merge(dirt{triggers: []string{trigger}, first: first, seq: seq})
}

func (d *dirt) merge(later dirt) {
	if d.clean() || !later.clean() && later.first.Before(d.first) {
		d.first = later.first
	}
	for _, t := range later.triggers {
		if !slices.Contains(d.triggers, t) {
			d.triggers = append(d.triggers, t)
		}
	}
	d.seq = max(d.seq, later.seq)
}

// String is the form for the log.
func (d *dirt) String() string { return strings.Join(d.triggers, "+") }

// triggerName is how the log calls a store: by its base name, or where those are equal by its role.
func (o Options) triggerName(path string) string {
	if filepath.Base(o.Common) != filepath.Base(o.Local) {
		return filepath.Base(path)
	}
	if path == o.Common {
		return "common"
	}
	return "local"
}
