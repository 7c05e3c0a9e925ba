package check_test

import (
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// The stores that are broken.
const (
	empty    = "outlook-empty.pst"
	mixed    = "outlook-mixed.pst"
	ansi     = "new-ansi.pst"
	withFAI  = "outlook-password.pst" // associated messages, an id map in use
	oldStore = "outlook97-ansi.pst"   // ends within a section
)

// What is in them.
const (
	subtree       disk.NID = 0x8022 // of empty and mixed
	trash         disk.NID = 0x8062 // below it
	rootHierarchy disk.NID = 0x12D
	lowMessage    disk.NID = 0x24     // below those of messages
	spare         disk.NID = 0x501    // no node of them, and none that the checker knows
	person        disk.NID = 0x2000A4 // of mixed: recipients, no attachments
	mail          disk.NID = 0x200084 // of mixed, with an attachment
	attachment    disk.NID = 0x8025   // of mail
)

// breakage is a way to break a good store.
type breakage struct {
	code     string
	warn     bool              // it is a warning
	where    string            // the place, with @ for an id with its offset
	on       string            // the store
	store    func(s *store)    // before it is put together again
	file     func(im *image)   // and after
	sections int64             // that it is made to have
	far      func(e *extended) // in these
	n        int               // findings of that code, if not 1
	nANSI    int               // in an ANSI store, if not n
	unicode  bool              // the ANSI store has no such thing
	also     []string          // codes of what follows from it
}

// breakages break one thing in a good store. What follows from it is in also.
var breakages = slices.Concat(ndbBreakages, ltpBreakages, messagingBreakages, []breakage{
	{code: "truncated", where: "nbt page @", n: 3, nANSI: 1, on: empty, file: func(im *image) { im.b = im.b[:im.hdr.Root.NBT.IB+1] }, also: append([]string{"eof"}, noNodes...)},
	{code: "entangled", where: "check", on: empty, store: entangle, also: []string{"contents-row", "attachment-row", "attachment-flag", "attachment-property", "message-property", "subnode"}},
})
