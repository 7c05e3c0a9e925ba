package syncjob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"path/filepath"
	"time"

	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/readback"
	"pstsyncd/syncjob/state"
	"pstsyncd/syncjob/vfs"
)

// The sides, by the names that the stores have here.
const (
	common = merge.Left
	local  = merge.Right
)

var sideNames = [2]string{"common", "local"}

// Options say what is to be brought together, and how.
type Options struct {
	FS            vfs.FS // nil: vfs.OS
	Common, Local Endpoint
	Maps          []FolderMap // empty: the Contacts and the Calendar of both stores
	// State is what was agreed on before. The caller opens it, at [StatePath], and
	// closes it.
	State *state.DB
	// DryRun finds out what would be done, and writes nothing, to the state neither.
	DryRun bool
	// Readback compares what was committed with what was meant. Nil: it is taken on
	// trust.
	Readback Readback
	// Approve are tokens of [Halted]: these deletions are carried out.
	Approve []string

	Prefer       merge.Preference // who wins a conflict: PreferLeft is common
	BrakeItems   int              // both 0: 10 items and 25 percent
	BrakePercent int
	Private      bool // items marked private go to common too

	Job    string       // names the job in the history; empty: the time it began
	Logger *slog.Logger // nil logs nothing
}

// Endpoint is one of the stores.
type Endpoint struct {
	Path string
	// File is the store, already open for reading and writing, and claimed from other
	// programs. It is not closed. Nil: Run opens Path, and closes it.
	File     vfs.File
	Password string
	// CodePage is that of the texts of an ANSI store that names none; 0: unknown, and
	// only ASCII is read and written there.
	CodePage int
}

// FolderMap is a pair of folders, by their paths below the IPM subtree.
type FolderMap struct{ Common, Local string }

// Readback reads items in a way that is not ours; see [readback.Verify].
type Readback func(ctx context.Context, r io.ReaderAt, size int64, wants iter.Seq[readback.Want]) (readback.Report, error)

// StatePath names the state file of a pair of stores in a folder.
func StatePath(dir, common, local string) string {
	sum := sha256.Sum256([]byte(absolute(common) + "\x00" + absolute(local)))
	return filepath.Join(dir, hex.EncodeToString(sum[:8])+".state")
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return filepath.Clean(path)
}

func (o Options) withDefaults(now time.Time) (Options, error) {
	if o.FS == nil {
		o.FS = vfs.OS
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Job == "" {
		o.Job = now.UTC().Format("20060102T150405.000")
	}
	if o.State == nil {
		return o, fmt.Errorf("no state given: %w", ErrOptions)
	}
	for s := common; s <= local; s++ {
		if cp := o.endpoint(s).CodePage; cp != 0 {
			if _, err := pst.DecodeString8(cp, nil); err != nil {
				return o, fmt.Errorf("code page %d of %s is not known: %w", cp, sideNames[s], ErrOptions)
			}
		}
	}
	seen := map[[2]string]bool{}
	for _, m := range o.Maps {
		for s, path := range [2]string{m.Common, m.Local} {
			if path == "" {
				return o, fmt.Errorf("map %q=%q: a path is empty: %w", m.Common, m.Local, ErrOptions)
			}
			if at := [2]string{sideNames[s], path}; seen[at] {
				return o, fmt.Errorf("folder %q of %s is mapped twice: %w", path, sideNames[s], ErrOptions)
			} else {
				seen[at] = true
			}
		}
	}
	return o, nil
}

func (o Options) policy() merge.Policy {
	return merge.Policy{
		Prefer:       o.Prefer,
		Volatile:     mapi.Volatile,
		Quiet:        mapi.NewestWins,
		BrakeItems:   o.BrakeItems,
		BrakePercent: o.BrakePercent,
	}
}

func (o Options) endpoint(s merge.Side) Endpoint { return [2]Endpoint{o.Common, o.Local}[s] }
