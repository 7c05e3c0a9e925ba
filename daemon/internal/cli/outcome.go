package cli

import (
	"encoding/json"
	"fmt"

	"pstsyncd/syncjob"
)

// outcome is what --json prints. Scripts rely on it.
type outcome struct {
	Common     outcomeOf `json:"common"`
	Local      outcomeOf `json:"local"`
	Conflicts  int       `json:"conflicts"`
	Held       int       `json:"held"`
	Unverified int       `json:"unverified"`
	TookMS     int64     `json:"took_ms"`
}

// outcomeOf is what was done to one store.
type outcomeOf struct {
	Added        int   `json:"added"`
	Changed      int   `json:"changed"`
	Deleted      int   `json:"deleted"`
	BytesRead    int64 `json:"bytes_read"`
	BytesWritten int64 `json:"bytes_written"`
	Syncs        int64 `json:"syncs"`
}

func (s *syncer) print(r syncjob.Result) error {
	if s.json {
		return json.NewEncoder(s.Stdout).Encode(outcome{
			Common: outcomeOf(r.Common), Local: outcomeOf(r.Local),
			Conflicts: r.Conflicts, Held: r.Held, Unverified: r.Unverified, TookMS: r.Took.Milliseconds(),
		})
	}
	would := ""
	if s.dry {
		would = "would be "
	}
	for _, side := range []struct {
		path string
		did  syncjob.Counts
	}{{s.pair.settings.Common, r.Common}, {s.pair.settings.Local, r.Local}} {
		_, err := fmt.Fprintf(s.Stdout, "%s: %s%d added, %d changed, %d deleted\n",
			side.path, would, side.did.Added, side.did.Changed, side.did.Deleted)
		if err != nil {
			return err
		}
	}
	return nil
}

// holdLines is how many things that are held are listed.
const holdLines = 10

func describe(h syncjob.Hold) string {
	if h.Item == "" {
		return fmt.Sprintf("folder %q of %s: %s", h.Folder, h.Store, h.Reason)
	}
	return fmt.Sprintf("folder %q of %s: item %s: %s", h.Folder, h.Store, h.Item, h.Reason)
}

// held tells what a person has to look at, and is an error when there is something.
func (s *syncer) held(r syncjob.Result) error {
	if r.Unverified > 0 {
		s.say("%d items could not be read back by the independent reader", r.Unverified)
	}
	for i, h := range r.Holds {
		if i == holdLines {
			s.say("held: and %d more", r.Held-i)
			break
		}
		s.say("held: %s", describe(h))
	}
	for _, token := range r.Unknown {
		s.say("--approve %s: no deletions wait for this token", token)
	}
	for _, h := range r.Halts {
		s.say("halted: %d of the %d items of folder %q of %s would be deleted", h.Deletions, h.Of, h.Folder, h.Store)
		s.say("hint: if that is right, run the same command with --approve %s", h.Token)
	}
	if r.Settled() {
		return nil
	}
	return fmt.Errorf("%w: %d held, %d in conflict", errHeld, r.Held, r.Conflicts)
}
