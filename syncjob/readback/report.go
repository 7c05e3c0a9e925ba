package readback

import (
	"errors"
	"fmt"
	"strings"
)

// kept bounds the mismatches and reasons that a Report spells out.
const kept = 100

// ErrMismatch: the store does not hold what was meant to be written.
var ErrMismatch = errors.New("read-back differs from what was written")

// Mismatch is one value that go-pst reads differently.
type Mismatch struct {
	Path      []uint32 // the node, then subnodes inside it
	Tag       uint32   // 0 when it is about the node, a row or an attachment as a whole
	Want, Got Value
	Detail    string // what else there is to say, or empty
}

func (m Mismatch) String() string {
	var b strings.Builder
	b.WriteString(where(m.Path))
	if m.Tag != 0 {
		fmt.Fprintf(&b, " property %#08x: wrote %v, go-pst reads %v", m.Tag, m.Want, m.Got)
	}
	if m.Detail != "" {
		b.WriteString(": " + m.Detail)
	}
	return b.String()
}

func where(path []uint32) string {
	parts := make([]string, len(path))
	for i, nid := range path {
		parts[i] = fmt.Sprintf("%#x", nid)
	}
	return "item " + strings.Join(parts, "/")
}

// Unverifiable is one item about which go-pst has nothing to say.
type Unverifiable struct {
	NID    uint32
	Reason string
}

// Report is the outcome of a read-back. Lists hold the first 100.
type Report struct {
	Items      int // wants looked at
	Checked    int // values compared
	Equal      int // values equal
	Mismatched int // values, rows or nodes that differ
	Unverified int // items that go-pst could not, or not wholly, read
	Mismatches []Mismatch
	Reasons    []Unverifiable
	BytesRead  int64 // from the store
}

// Err is nil when nothing differs, else a [*MismatchError]. That something
// could not be verified is no error.
func (r Report) Err() error {
	if r.Mismatched == 0 {
		return nil
	}
	return &MismatchError{Count: r.Mismatched, Mismatches: r.Mismatches}
}

// MismatchError is an [ErrMismatch] with particulars.
type MismatchError struct {
	Count      int
	Mismatches []Mismatch // the first of them
}

func (e *MismatchError) Error() string {
	text := ErrMismatch.Error()
	if len(e.Mismatches) > 0 {
		text += ": " + e.Mismatches[0].String()
	}
	if e.Count > 1 {
		text += fmt.Sprintf(" (and %d more)", e.Count-1)
	}
	return text
}

// Is makes a MismatchError an ErrMismatch.
func (e *MismatchError) Is(target error) bool { return target == ErrMismatch }

func (r *Report) add(nid uint32, o outcome) {
	r.Checked += o.Checked
	r.Equal += o.Equal
	r.Mismatched += o.Mismatched
	r.Mismatches = append(r.Mismatches, o.Mismatches[:min(len(o.Mismatches), kept-len(r.Mismatches))]...)
	if o.Cannot != "" {
		r.unverified(nid, o.Cannot)
	}
}

func (r *Report) unverified(nid uint32, reason string) {
	r.Unverified++
	if len(r.Reasons) < kept {
		r.Reasons = append(r.Reasons, Unverifiable{NID: nid, Reason: reason})
	}
}

// outcome is what there is to say of one want.
type outcome struct {
	Checked, Equal, Mismatched int
	Mismatches                 []Mismatch
	Cannot                     string // the first thing that could not be read, or empty
}

func (o *outcome) equal() { o.Checked++; o.Equal++ }

func (o *outcome) differs(m Mismatch) {
	o.Checked++
	o.Mismatched++
	if len(o.Mismatches) < kept {
		o.Mismatches = append(o.Mismatches, m)
	}
}

func (o *outcome) cannot(reason string) {
	if o.Cannot == "" {
		o.Cannot = reason
	}
}
