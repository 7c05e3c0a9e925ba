package mapi

import (
	"encoding/binary"
	"maps"
	"slices"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
)

// keyMessageCodepage is PidTagMessageCodepage, the code page of the String8 values of
// a message. [MS-OXCMSG] 2.2.1.5.
const (
	keyMessageCodepage item.Key = "0x3FFD"
	tagMessageCodepage pst.Tag  = 0x3FFD0003
)

// keyOriginalCodepage is PidTagMessageCodepage as the item has it, in a message whose
// own PidTagMessageCodepage has to say something else: its String8 values are in
// the code page of the store that it was copied to, and have to be read by that. A
// Boolean stands for an item that has none.
var keyOriginalCodepage = item.NamedKey(copySet, tagMessageCodepageID)

const tagMessageCodepageID = uint32(tagMessageCodepage >> 16)

// copySet is the property set of what is kept beside a copy so that nothing of the
// original gets lost.
var copySet = item.MustGUID("{5d0f7ac2-9b3e-4c51-8a6d-2f1e70c4b893}")

// messageCodePage is the code page that the message names for its String8 values,
// if it is one that can be decoded, else that of what it is in.
func messageCodePage(props []pst.Property, outer codePage) codePage {
	i := slices.IndexFunc(props, func(p pst.Property) bool { return p.Tag == tagMessageCodepage })
	if i < 0 || len(props[i].Data) != 4 {
		return outer
	}
	if own := codePage(int32(binary.LittleEndian.Uint32(props[i].Data))); own != UnknownCodePage && own.known() {
		return own
	}
	return outer
}

// namesCodePage reports whether a value of PidTagMessageCodepage names a code page.
func namesCodePage(v item.Value) bool { return v.Type == item.TypeInt32 && len(v.Data) == 4 }

// restoreCodepage gives an item the PidTagMessageCodepage of its original.
func restoreCodepage(props item.Props) {
	v, ok := props[keyOriginalCodepage]
	if !ok {
		return
	}
	delete(props, keyOriginalCodepage)
	delete(props, keyMessageCodepage)
	if v.Type != item.TypeBool {
		props[keyMessageCodepage] = v
	}
}

// CodePageOf is the code page of a store's String8 values; a [pst.File] is one, and so is
// a [pst.Tx]. What an ANSI store holds in a code page that nobody has named is not
// guessed at; in Unicode stores such values are rare, and Western.
func CodePageOf(store interface {
	Format() pst.Format
	CodePage() int
	CodePageNamed() bool
}) int {
	if store.Format() == pst.ANSI && !store.CodePageNamed() {
		return UnknownCodePage
	}
	return store.CodePage()
}

// fit prepares the properties of a message whose String8 values would be read by
// outer, and returns the code page by which they will be. What the item has as its
// PidTagMessageCodepage goes beside the one that this takes.
func (outer codePage) fit(props item.Props) (codePage, item.Props) {
	v, ok := props[keyMessageCodepage]
	if !ok || !namesCodePage(v) {
		return outer, props
	}
	switch own := codePage(int32(binary.LittleEndian.Uint32(v.Data))); {
	case own == outer:
		return outer, props
	case outer != UnknownCodePage:
		return outer, outer.beside(props, v)
	case own.known():
		return own, props // better than ASCII
	default:
		return outer, props
	}
}

// beside has the properties name cp, and keeps what the item has instead.
func (cp codePage) beside(props item.Props, original item.Value) item.Props {
	props = maps.Clone(props)
	props[keyMessageCodepage] = item.Int32(int32(cp))
	props[keyOriginalCodepage] = original
	return props
}

// fitChanges is fit for changes of a message that has String8 values, which stay
// what they are. outer is the code page that it would be read by if it named none.
func (outer codePage) fitChanges(c Changes, old []pst.Property) (codePage, Changes) {
	now := messageCodePage(old, outer)
	if slices.Contains(c.Remove, keyMessageCodepage) && now != outer {
		c.Set = now.beside(c.Set, item.Bool(true))
		return now, c
	}
	cp, set := now.fit(c.Set)
	c.Set = set
	return cp, c
}

// hasString8 reports whether any value of a message is String8.
func hasString8(c pst.Content) bool {
	of := func(props []pst.Property) bool {
		return slices.ContainsFunc(props, func(p pst.Property) bool { return p.Tag.Type()&^pst.TypeMultiple == pst.TypeString8 })
	}
	return of(c.Props) || slices.ContainsFunc(c.Recipients, of) ||
		slices.ContainsFunc(c.Attachments, func(a pst.Attachment) bool {
			return of(a.Props) || a.Embedded != nil && hasString8(*a.Embedded)
		})
}
