package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"pstsyncd/lockmgr"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

// The sides of a pair.
const (
	common = 0
	local  = 1
)

// scene is one change on one side. An item is known by its name, which no
// other has.
type scene struct {
	side       int
	verb       string // added, corrected, deleted
	folder     string
	class      string // of an item to be added
	name       string
	properties map[string]any // set by adding or correcting
}

var scenes = []scene{
	{local, "added", "Contacts", "IPM.Contact", "Ada Lovelace", map[string]any{
		"PidTagDisplayName": "Ada Lovelace", "PidTagGivenName": "Ada", "PidTagSurname": "Lovelace",
		"PidTagCompanyName": "Analytical Engines", "PidLidFileUnder": "Lovelace, Ada",
	}},
	{common, "added", "Contacts", "IPM.Contact", "Grace Hopper", map[string]any{
		"PidTagDisplayName": "Grace Hopper", "PidTagGivenName": "Grace", "PidTagSurname": "Hopper",
		"PidLidFileUnder": "Hopper, Grace",
	}},
	{common, "added", "Calendar", "IPM.Appointment", "Compiler day", map[string]any{
		"PidTagSubject": "Compiler day", "PidLidLocation": "Room 1",
		"PidLidAppointmentStartWhole": "2030-05-02T08:00:00Z", "PidLidAppointmentEndWhole": "2030-05-02T16:00:00Z",
	}},
	{common, "corrected", "Contacts", "", "Ada Lovelace", map[string]any{"PidTagBusinessTelephoneNumber": "+44 20 1815"}},
	{local, "corrected", "Calendar", "", "Compiler day", map[string]any{"PidLidLocation": "Room 2"}},
	{local, "deleted", "Contacts", "", "Grace Hopper", nil},
	{common, "deleted", "Calendar", "", "Compiler day", nil},
}

// stage is where scenes are played.
type stage struct {
	*app
	pair  *pair
	names [2]string     // the stores' paths
	jobs  chan struct{} // filled when the daemon has finished a job
}

// playAll plays the scenes once the daemon has done the job that every start
// begins with, and counts the changes that did not arrive.
func (s *stage) playAll(ctx context.Context) (missed int, err error) {
	select {
	case <-s.jobs:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	for _, sc := range scenes {
		arrived, err := s.play(ctx, sc)
		if err != nil {
			return missed, err
		}
		if !arrived {
			missed++
		}
	}
	return missed, nil
}

// play makes the change on its side, and reports whether it arrived on the other.
func (s *stage) play(ctx context.Context, sc scene) (bool, error) {
	if err := s.change(ctx, sc); err != nil {
		return false, fmt.Errorf("demo: %s: %w", sc.name, err)
	}
	began := time.Now()
	fmt.Fprintf(s.Stdout, "%-11s  %-9s  %-12s  ", filepath.Base(s.names[sc.side]), sc.verb, sc.name)
	patience := time.NewTimer(demoPatience)
	defer patience.Stop()
	for {
		select {
		case <-s.jobs:
		case <-patience.C:
			fmt.Fprintf(s.Stdout, "did not arrive\n")
			return false, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
		there, err := s.arrived(ctx, sc)
		if err != nil {
			return false, err
		}
		if there {
			fmt.Fprintf(s.Stdout, "in %s after %.1f s\n", filepath.Base(s.names[1-sc.side]), time.Since(began).Seconds())
			return true, nil
		}
	}
}

// change does what the verbs put and rm do.
func (s *stage) change(ctx context.Context, sc scene) error {
	return s.app.change(ctx, storeFlags{}, s.names[sc.side], func(tx *pst.Tx) ([]string, error) {
		line := map[string]any{"class": sc.class, "properties": sc.properties}
		if sc.verb != "added" {
			nid, found, err := find(tx, sc)
			if err != nil {
				return nil, err
			}
			if !found {
				return nil, fmt.Errorf("%q: %w", sc.name, pst.ErrNotFound)
			}
			if sc.verb == "deleted" {
				return nil, tx.MoveToDeletedItems(nid)
			}
			line = map[string]any{"id": idOf(nid), "properties": sc.properties}
		}
		text, err := json.Marshal(line)
		if err != nil {
			return nil, err
		}
		_, err = (&putter{tx: tx, folder: sc.folder}).all(strings.NewReader(string(text)))
		return nil, err
	})
}

// arrived looks at the other side.
func (s *stage) arrived(ctx context.Context, sc scene) (there bool, err error) {
	store, err := (&storeFlags{}).open(ctx, s.app, s.names[1-sc.side], lockmgr.Read)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	nid, found, err := find(store, sc)
	if err != nil || !found || sc.verb == "deleted" {
		return found != (sc.verb == "deleted"), err
	}
	return matches(store, nid, sc)
}

// contents is what finding an item needs of a store or of a change of one.
type contents interface {
	items
	FolderByPath(string) (pst.NID, error)
	Items(pst.NID) iter.Seq2[pst.Row, error]
}

// find looks for the item of a scene.
func find(store contents, sc scene) (pst.NID, bool, error) {
	folder, err := store.FolderByPath(sc.folder)
	if err != nil {
		return 0, false, err
	}
	for row, err := range store.Items(folder) {
		if err != nil {
			return 0, false, err
		}
		it, err := readItem(store, row.NID)
		if err != nil {
			return 0, false, err
		}
		if mapi.DisplayName(it) == sc.name {
			return row.NID, true, nil
		}
	}
	return 0, false, nil
}

// matches says whether the item has what the scene has set: putting that again
// would change nothing.
func matches(store contents, nid pst.NID, sc scene) (bool, error) {
	it, err := readItem(store, nid)
	if err != nil {
		return false, err
	}
	text, err := json.Marshal(map[string]any{"id": idOf(nid), "properties": sc.properties})
	if err != nil {
		return false, err
	}
	line, err := mapi.NewDecoder(strings.NewReader(string(text))).Decode(func(string) (*item.Item, error) { return it, nil })
	return err == nil && line.Changes.Empty(), err
}
