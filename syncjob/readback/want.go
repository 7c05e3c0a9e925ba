package readback

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
)

// Value stands for the raw bytes of a property's value.
type Value struct {
	Size int64    // bytes, -1 for Absent
	Sum  [32]byte // SHA-256
}

// Absent is wanted of a property that must not be there, and read of one that is not.
var Absent = Value{Size: -1}

// Of is the Value of b.
func Of(b []byte) Value { return Value{Size: int64(len(b)), Sum: sha256.Sum256(b)} }

// OfReader is the Value of what r yields.
func OfReader(r io.Reader) (Value, error) {
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return Value{}, err
	}
	v := Value{Size: n}
	h.Sum(v.Sum[:0])
	return v, nil
}

// String is the size and the head of the digest.
func (v Value) String() string {
	if v == Absent {
		return "nothing"
	}
	return fmt.Sprintf("%d bytes, sha256 %x", v.Size, v.Sum[:8])
}

// Want is what an item is to look like. Properties that it does not name are
// not looked at.
type Want struct {
	NID   uint32 // of the node; of an attachment the subnode, where 0 is whichever attachment fits
	Gone  bool   // no such node must exist
	Props map[uint32]Value
	// Parts says that Recipients and Attachments are all there are, in any
	// order. Without it neither is looked at.
	Parts       bool
	Recipients  []map[uint32]Value // rows of the recipient table, by tag
	Attachments []Want
	Embedded    *Want // of an attachment: the message in it
}

// size is the bytes of all values wanted.
func (w Want) size() int64 {
	var n int64
	for _, v := range w.Props {
		n += max(v.Size, 0)
	}
	for _, row := range w.Recipients {
		for _, v := range row {
			n += max(v.Size, 0)
		}
	}
	for _, a := range w.Attachments {
		n += a.size()
	}
	if w.Embedded != nil {
		n += w.Embedded.size()
	}
	return n
}

// ofSection is OfReader for a value that is short more often than not.
func ofSection(r *io.SectionReader) (Value, error) {
	if r.Size() > 64<<10 {
		return OfReader(r)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		return Value{}, err
	}
	return Of(b.Bytes()), nil
}
