package item

import (
	"maps"
	"slices"
	"strings"
	"unique"
)

// KeyDigest is the digest of one property.
type KeyDigest struct {
	Key    Key // folded
	Digest Digest
}

// DigestList is what [Item.Digests] returns in the form in which many items are
// held at once: in ascending order of keys, each key once. Equal keys of
// different items share memory.
type DigestList []KeyDigest

// ListDigests sorts digests into a list.
func ListDigests(m map[Key]Digest) DigestList {
	l := make(DigestList, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		l = append(l, KeyDigest{Key(unique.Make(string(k)).Value()), m[k]})
	}
	return l
}

// Get returns the digest of one property, false when the item does not have it.
func (l DigestList) Get(k Key) (Digest, bool) {
	i, ok := slices.BinarySearchFunc(l, k, func(e KeyDigest, k Key) int {
		return strings.Compare(string(e.Key), string(k))
	})
	if !ok {
		return Digest{}, false
	}
	return l[i].Digest, true
}
