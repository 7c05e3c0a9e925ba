// Package mapi stands between a store and the items that are synchronised: it
// turns the content of a PST message into an [item.Item] and back, and knows
// what the properties are called and what they are for.
//
// Start with [FromPST] and [ToPST]. [Name] and [ParseName] translate between
// property keys and the canonical names of [MS-OXPROPS]. [Volatile],
// [NewestWins] and [PrivateItem] say how a property or an item is to be treated
// when it is compared and copied. [Encoder] and [Decoder] are the one-line JSON
// form of items; [DisplayName] and [Series] describe them for people.
//
// # What an item has and what it has not
//
// An item has every property of the message, its recipients, its attachments
// and what is embedded in them, except those that a store assigns or computes
// by itself ([Volatile]): they are dropped by [FromPST] and never written by
// [ToPST].
//
// # Text
//
// All strings of an item are UTF-16. A String8 value is decoded by the code page that
// its message names (PidTagMessageCodepage), or else by that of the store, wherever
// it is met, in Unicode stores too. In an ANSI store all strings become String8 in the
// code page of the store, which the message then names; what the item itself has as
// PidTagMessageCodepage goes into a named property beside it, and [FromPST] puts it
// back. A message that is changed keeps the code page that its other strings are in.
//
// Text is converted as a whole or not at all, and back to the same UTF-16:
// a character that the code page lacks, or has a look-alike for, and bytes that it
// does not define are a [CodePageError]. Nothing but ASCII is read from or written to a
// store of which nobody knows the code page. Values that are not in memory are
// converted as they are read.
//
// What is not a string stays as it is, text inside binary values too: one-off entry
// ids, compressed RTF and HTML say themselves which code page they are in. Names of
// properties are Unicode in every store.
//
// # Properties without a name
//
// A property whose id is in the range of named properties but which the store
// has no name for keeps its id as its key, 0x8123. Such an id means something
// else in another store, so it is never written there as it is: [ToPST] files
// it as a named property of the set [UnnamedSet] with that id as its number,
// and [FromPST] turns that name back into the plain key. Nothing is lost, and
// nothing gets a meaning that it did not have.
//
// Binary values are copied as they are, also where entry ids of the store are
// inside (members of distribution lists, links to contacts). Outlook does the
// same when it copies a list, and falls back to the addresses kept beside them.
// A recurrence pattern is parsed to describe it, and never rewritten. Associated
// items are converted like others; that they are associated is for the caller to
// keep.
//
// Everything here is safe for concurrent use except Encoder and Decoder.
package mapi
