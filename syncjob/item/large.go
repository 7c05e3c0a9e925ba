package item

import "iter"

// Large yields the values that are not held in memory: those of the item, of its
// attachments and of messages within these, as deep as [Item.Digests] looks.
func (it *Item) Large() iter.Seq[Value] {
	return func(yield func(Value) bool) { it.large(yield, 0) }
}

func (it *Item) large(yield func(Value) bool, depth int) bool {
	if !it.Props.large(yield) {
		return false
	}
	for _, a := range it.Attachments {
		if !a.Props.large(yield) {
			return false
		}
		if a.Embedded != nil && depth < maxEmbedding && !a.Embedded.large(yield, depth+1) {
			return false
		}
	}
	return true
}

func (p Props) large(yield func(Value) bool) bool {
	for _, v := range p {
		if v.Large != nil && !yield(v) {
			return false
		}
	}
	return true
}
