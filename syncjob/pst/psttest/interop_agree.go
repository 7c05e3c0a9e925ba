package psttest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
)

// Disagreements are, in words, the values that differ between two readers'
// listings of one store. What only one of them lists is none: some readers skip
// classes of items, or types of values.
func Disagreements(a, b Listing) []string {
	var found []string
	items := b.ByNID()
	for _, x := range a.Items {
		y, ok := items[x.NID]
		if !ok || x.NID == 0 {
			continue
		}
		found = append(found, differ(fmt.Sprintf("item %v in %s", x.NID, x.Folder), x.Props, y.Props)...)
		found = append(found, differInParts(x, y)...)
	}
	return found
}

func differInParts(x, y ReadItem) []string {
	var found []string
	if len(x.Recipients) != len(y.Recipients) {
		found = append(found, fmt.Sprintf("item %v: %d recipients, %d recipients", x.NID, len(x.Recipients), len(y.Recipients)))
	}
	if len(x.Attachments) != len(y.Attachments) {
		return append(found, fmt.Sprintf("item %v: %d attachments, %d attachments", x.NID, len(x.Attachments), len(y.Attachments)))
	}
	for i := range x.Attachments {
		where := fmt.Sprintf("item %v attachment %d", x.NID, i)
		found = append(found, differ(where, x.Attachments[i], y.Attachments[i])...)
	}
	return found
}

// Changes are, in words, how a later listing of a store, or of a part of it,
// by one reader differs from an earlier one: items and values that came or
// went, and values that changed.
func Changes(before, after Listing) []string {
	var found []string
	olds, news := before.ByNID(), after.ByNID()
	for _, x := range before.Items {
		if _, ok := news[x.NID]; !ok {
			found = append(found, fmt.Sprintf("item %v in %s is gone", x.NID, x.Folder))
		}
	}
	for _, y := range after.Items {
		x, ok := olds[y.NID]
		if !ok {
			found = append(found, fmt.Sprintf("item %v in %s is new", y.NID, y.Folder))
			continue
		}
		where := fmt.Sprintf("item %v in %s", x.NID, x.Folder)
		if x.Folder != y.Folder {
			found = append(found, where+" is in "+y.Folder)
		}
		found = append(found, cameOrWent(where, x.Props, y.Props)...)
		found = append(found, differ(where, x.Props, y.Props)...)
		found = append(found, differInParts(x, y)...)
	}
	return found
}

// Outside is the listing without the items of these folders.
func (l Listing) Outside(folders ...string) Listing {
	l.Items = slices.DeleteFunc(slices.Clone(l.Items), func(it ReadItem) bool {
		return slices.Contains(folders, it.Folder)
	})
	return l
}

func cameOrWent(where string, a, b Values) []string {
	var found []string
	for _, tag := range slices.Sorted(maps.Keys(a)) {
		if _, ok := b[tag]; !ok {
			found = append(found, fmt.Sprintf("%s property %#08x is gone", where, uint32(tag)))
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(b)) {
		if _, ok := a[tag]; !ok {
			found = append(found, fmt.Sprintf("%s property %#08x is new", where, uint32(tag)))
		}
	}
	return found
}

// differ compares the values that both sides give.
func differ(where string, a, b Values) []string {
	var found []string
	for _, tag := range slices.Sorted(maps.Keys(a)) {
		x, y := a[tag], b[tag]
		if x != nil && y != nil && !bytes.Equal(x, y) {
			found = append(found, fmt.Sprintf("%s property %#08x: %s, %s", where, uint32(tag), brief(x), brief(y)))
		}
	}
	return found
}

func brief(b []byte) string {
	if len(b) > 24 {
		return fmt.Sprintf("%d bytes %x…", len(b), b[:24])
	}
	return fmt.Sprintf("%d bytes %x", len(b), b)
}
