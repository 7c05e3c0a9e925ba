package item

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
)

// Digest is a SHA-256 cut to 16 bytes. Two values with one digest are taken to
// be the same value.
type Digest [16]byte

// String returns the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// maxEmbedding bounds how deep messages inside messages are followed.
const maxEmbedding = 32

// Digest covers the type and the bytes of the value. Only a value that is not in
// memory can fail to be read; its digest is noted in Large, so that one goroutine at a
// time may ask, and one that is noted there is believed.
func (v Value) Digest() (Digest, error) {
	switch {
	case v.Large == nil:
		h := sha256.New()
		writeNumber(h, uint64(v.Type))
		h.Write(v.Data)
		return sum(h), nil
	case v.Large.Digest == nil:
		d, err := v.digestLarge()
		if err != nil {
			return Digest{}, err
		}
		v.Large.Digest = &d
	}
	return *v.Large.Digest, nil
}

func (v Value) digestLarge() (Digest, error) {
	h := sha256.New()
	writeNumber(h, uint64(v.Type))
	r, err := v.Large.Open()
	if err != nil {
		return Digest{}, fmt.Errorf("open large value: %w", err)
	}
	n, err := io.Copy(h, r)
	if closeErr := r.Close(); err == nil {
		err = closeErr
	}
	if err == nil && n != v.Large.Size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return Digest{}, fmt.Errorf("read large value of %d bytes: %w", v.Large.Size, err)
	}
	return sum(h), nil
}

// Digest covers all properties but those that skip (which may be nil) accepts.
func (p Props) Digest(skip func(Key) bool) (Digest, error) {
	digests, err := p.digests(skip)
	if err != nil {
		return Digest{}, err
	}
	return DigestAll(digests), nil
}

// Digests returns one digest for every property under its folded key, and one
// each for the lists of recipients and attachments where they are not empty.
// Properties that skip (which may be nil) accepts are left out, in recipients,
// attachments and embedded messages as well.
//
// A list is digested without regard to its order: stores renumber attachments
// and recipients when they save.
func (it *Item) Digests(skip func(Key) bool) (map[Key]Digest, error) {
	return it.digests(skip, 0)
}

// Digest covers the whole item as [Item.Digests] does.
func (it *Item) Digest(skip func(Key) bool) (Digest, error) { return it.digest(skip, 0) }

func (it *Item) digests(skip func(Key) bool, depth int) (map[Key]Digest, error) {
	all, err := it.Props.digests(skip)
	if err != nil {
		return nil, err
	}
	var recipients, attachments []Digest
	for i, r := range it.Recipients {
		d, err := r.Digest(skip)
		if err != nil {
			return nil, fmt.Errorf("recipient %d: %w", i, err)
		}
		recipients = append(recipients, d)
	}
	for i, a := range it.Attachments {
		d, err := a.digest(skip, depth)
		if err != nil {
			return nil, fmt.Errorf("attachment %d: %w", i, err)
		}
		attachments = append(attachments, d)
	}
	if len(recipients) > 0 {
		all[KeyRecipients] = digestSet(recipients)
	}
	if len(attachments) > 0 {
		all[KeyAttachments] = digestSet(attachments)
	}
	return all, nil
}

func (it *Item) digest(skip func(Key) bool, depth int) (Digest, error) {
	digests, err := it.digests(skip, depth)
	if err != nil {
		return Digest{}, err
	}
	return DigestAll(digests), nil
}

// DigestAll folds the digests of single properties into one.
func DigestAll(digests map[Key]Digest) Digest {
	h := sha256.New()
	for _, k := range sortedKeys(digests) {
		writeNumber(h, uint64(len(k)))
		io.WriteString(h, string(k))
		d := digests[k]
		h.Write(d[:])
	}
	return sum(h)
}

func (a Attachment) digest(skip func(Key) bool, depth int) (Digest, error) {
	props, err := a.Props.Digest(skip)
	if err != nil || a.Embedded == nil {
		return props, err
	}
	if depth >= maxEmbedding {
		return Digest{}, fmt.Errorf("messages embedded more than %d deep", maxEmbedding)
	}
	embedded, err := a.Embedded.digest(skip, depth+1)
	if err != nil {
		return Digest{}, fmt.Errorf("embedded message: %w", err)
	}
	h := sha256.New()
	h.Write(props[:])
	h.Write(embedded[:])
	return sum(h), nil
}

func (p Props) digests(skip func(Key) bool) (map[Key]Digest, error) {
	digests := make(map[Key]Digest, len(p)+2)
	for k, v := range p {
		if skip != nil && skip(k) {
			continue
		}
		d, err := v.Digest()
		if err != nil {
			return nil, fmt.Errorf("property %s: %w", k, err)
		}
		digests[k.Fold()] = d
	}
	return digests, nil
}

func digestSet(digests []Digest) Digest {
	slices.SortFunc(digests, func(a, b Digest) int { return bytes.Compare(a[:], b[:]) })
	h := sha256.New()
	for _, d := range digests {
		h.Write(d[:])
	}
	return sum(h)
}

func sortedKeys(m map[Key]Digest) []Key {
	return slices.Sorted(maps.Keys(m))
}

func writeNumber(h hash.Hash, n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	h.Write(b[:])
}

func sum(h hash.Hash) Digest { return Digest(h.Sum(nil)[:16]) }
