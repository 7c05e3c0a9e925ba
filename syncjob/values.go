package syncjob

import (
	"slices"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// values is what is known of those values of a store that are not in memory. With it, an
// item that has changed is not read for a photo that has not.
type values struct {
	known map[valueName]item.Digest
	items map[uint32][]state.Large // of the items that were read, by NID
}

// valueName is a value's name in its store, which keeps it as long as the store goes on
// from the state that was recorded.
type valueName struct {
	id  uint64
	typ item.Type
}

func newValues() values {
	return values{known: map[valueName]item.Digest{}, items: map[uint32][]state.Large{}}
}

// remember takes over what was recorded of an item.
func (v *values) remember(recorded []state.Large) {
	for _, l := range recorded {
		v.known[valueName{l.ID, l.Type}] = l.Digest
	}
}

// recall gives the values of an item the digests that are known.
func (v *values) recall(it *item.Item) {
	for large := range it.Large() {
		if d, ok := v.known[valueName{large.Large.ID, large.Type}]; ok && large.Large.ID != 0 {
			large.Large.Digest = &d
		}
	}
}

// learn notes the digests of an item whose digests were asked for.
func (v *values) learn(nid uint32, it *item.Item) {
	var all []state.Large
	for large := range it.Large() {
		if l := large.Large; l.ID != 0 && l.Digest != nil {
			all = append(all, state.Large{ID: l.ID, Type: large.Type, Digest: *l.Digest})
		}
	}
	v.items[nid] = all
	v.remember(all)
}

// of returns what to record of an item of which was is recorded.
func (v *values) of(nid uint32, was []state.Large) []state.Large {
	if all, ok := v.items[nid]; ok {
		return all
	}
	return was
}

// unknown returns the content without the values that are known.
func (v *values) unknown(c pst.Content) pst.Content {
	c.Props = v.unknownProps(c.Props)
	c.Attachments = slices.Clone(c.Attachments)
	for i, a := range c.Attachments {
		c.Attachments[i].Props = v.unknownProps(a.Props)
		if a.Embedded != nil {
			embedded := v.unknown(*a.Embedded)
			c.Attachments[i].Embedded = &embedded
		}
	}
	return c
}

func (v *values) unknownProps(props []pst.Property) []pst.Property {
	return slices.DeleteFunc(slices.Clone(props), func(p pst.Property) bool {
		if p.Large == nil {
			return false
		}
		_, ok := v.known[valueName{p.Large.ID, item.Type(p.Tag.Type())}]
		return ok && p.Large.ID != 0
	})
}
