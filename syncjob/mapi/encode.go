package mapi

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"pstsyncd/syncjob/item"
)

// Entry is an item of a store with what a listing says about it.
type Entry struct {
	ID     string // node id in hexadecimal without 0x
	Folder string // path below the IPM subtree
	Item   *item.Item
}

// Encoder writes items as JSON, one line for each:
//
//	{"id":"200024","folder":"Contacts","class":"IPM.Contact","name":"Ada","modified":"2024-05-31T14:00:00Z",
//	 "properties":{"PidTagDisplayName":"Ada","PidLidFileUnder":"Ada"},
//	 "recipients":[{"PidTagDisplayName":"Bob"}],
//	 "attachments":[{"properties":{"PidTagAttachDataBinary":"AAEC"}},{"properties":{},"item":{"properties":{}}}]}
//
// Recipients and attachments are left out when there are none. "class", "name"
// and "modified" repeat properties, for those who only list. Properties are in
// the order of their keys. A property is named as [Name] says; its value is
//
//   - a string, a number or a Boolean; numbers are exact, also of 64 bits, and
//     currency has up to four digits after the point;
//   - a string for a time, RFC 3339 in UTC with up to seven digits of a second;
//   - a string for a GUID, {xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx};
//   - base64 for binary values and objects;
//   - an array for a multi-valued property;
//   - {"type":"0x0102","value":…}, the same with the property type of
//     [MS-OXCDATA] 2.11.1 in front, where the name does not tell the type: the
//     property has no canonical name and is not a string, a list of strings, a
//     32-bit number or a Boolean, or is stored with a type that is not its usual
//     one;
//   - {"type":"0x0040","raw":"…"}, base64 of the stored bytes, for values that
//     cannot be written in any of these forms: a time past the year 9999, half a
//     surrogate pair, infinity, a list or number of impossible length.
//
// In a PST the subject begins with a mark that says how long its prefix ("RE: ")
// is. It is taken off the text and goes into the member "subject_prefix", as the
// number of characters; without that member the subject has no mark, and one that is
// changed keeps the mark it has.
//
// [Decoder] reads all of this back to equal values.
type Encoder struct{ w *bufio.Writer }

// NewEncoder returns an encoder that writes to w, a line at a time.
func NewEncoder(w io.Writer) *Encoder { return &Encoder{bufio.NewWriterSize(w, 64<<10)} }

// Encode writes one line. Values that are not in memory are streamed.
func (e *Encoder) Encode(entry Entry) error {
	out := &jsonWriter{w: e.w}
	out.text("{")
	out.member("id", entry.ID)
	out.member("folder", entry.Folder)
	out.member("class", entry.Item.Class)
	out.member("name", DisplayName(entry.Item))
	if t, ok := entry.Item.Props.Time(item.KeyModified); ok {
		out.member("modified", t.Format(time.RFC3339Nano))
	}
	out.content(entry.Item)
	out.text("}\n")
	if out.err != nil {
		return fmt.Errorf("write item %s: %w", entry.ID, out.err)
	}
	if err := e.w.Flush(); err != nil {
		return fmt.Errorf("write item %s: %w", entry.ID, err)
	}
	return nil
}

// DisplayName is what a listing calls the item: its display name, else its
// subject, else what it is filed under; empty when it has none of them.
func DisplayName(it *item.Item) string {
	for _, k := range []item.Key{item.KeyDisplayName, item.KeySubject, KeyFileUnder} {
		v, ok := it.Props.String(k)
		if k == item.KeySubject {
			v, _, _ = cutSubjectMark(v)
		}
		if ok && strings.TrimSpace(v) != "" {
			return v
		}
	}
	return ""
}
