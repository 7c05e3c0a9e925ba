// Package mapi stands between a store and the items that are synchronised: it
// turns the content of a PST message into an [item.Item] and back, and knows
// what the properties are called and what they are for.
//
// Start with [FromPST] and [ToPST]. [Name] and [ParseName] translate between
// property keys and the canonical names of [MS-OXPROPS]. [Volatile],
// [NewestWins] and [PrivateItem] say how a property or an item is to be treated
// when it is compared and copied. [Encoder] and [Decoder] are the one-line JSON
// form of items. [ParseEntryID], [ParseOneOff], [ParseWrapped] and
// [ParseRecurrence] read the structures inside binary values.
//
// # What an item has and what it has not
//
// An item has every property of the message, its recipients, its attachments
// and what is embedded in them, except those that a store assigns or computes
// by itself ([Volatile]): they are dropped by [FromPST] and never written by
// [ToPST]. All strings are UTF-16; a String8 value is decoded by the code page
// of the message, or else of the store.
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
// The recurrence pattern is parsed to check
// and to describe it, and never rewritten. Associated items are converted like
// others; that they are associated is for the caller to keep.
//
// Everything here is safe for concurrent use except Encoder and Decoder.
package mapi
