package syncjob

import (
	"fmt"
	"slices"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/state"
)

// keptOfDeleted is the size in bytes up to which a value of a deleted item goes
// into the history; the item itself is in Deleted Items.
const keptOfDeleted = 64 << 10

// Bounds of what is saved of the items that a job changes, in bytes of values.
const (
	maxEntry       = 64 << 20 // in one entry
	maxHistoryHeld = 8 << 20  // in memory; beyond, entries are written before the job is done
)

// replaced is what an edit overwrites or removes: what lost a conflict in an entry of its
// own. A loser that is too large to be saved is not to be overwritten, and is the error.
func (j *job) replaced(o *outcome, s merge.Side, it *item.Item) ([]state.Entry, error) {
	lost := map[item.Key]bool{}
	for _, c := range o.action.Conflicts {
		lost[c.Key] = c.Winner != s
	}
	reasons := []state.Reason{state.Conflict, state.Replaced}
	keepers := map[state.Reason]*keeper{}
	for _, r := range reasons {
		keepers[r] = newKeeper(j.entry(o, s, r, it.Class))
	}
	for _, k := range slices.Concat(o.action.Do[s].Set, o.action.Do[s].Remove) {
		reason := state.Replaced
		if lost[k] {
			reason = state.Conflict
		}
		if err := keepers[reason].keep(it, k); err != nil && lost[k] {
			return nil, fmt.Errorf("keep %s, which lost a conflict: %w", k, err)
		}
	}
	var entries []state.Entry
	for _, r := range reasons {
		if e := keepers[r].entry; !empty(&e.Before) || len(e.Omitted) > 0 {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// keeper puts values of an item into an entry, in memory.
type keeper struct {
	entry state.Entry
	left  int64 // bytes that it may still take
}

func newKeeper(e state.Entry) *keeper { return &keeper{entry: e, left: maxEntry} }

// keep takes what the item has under the key. What is too large is omitted, and that is
// the error.
func (kp *keeper) keep(it *item.Item, k item.Key) (err error) {
	left := kp.left
	defer func() {
		if err != nil {
			kp.left, kp.entry.Omitted = left, append(kp.entry.Omitted, k)
		}
	}()
	before := &kp.entry.Before
	switch k {
	case item.KeyRecipients:
		before.Recipients, err = kp.recipients(it.Recipients)
	case item.KeyAttachments:
		before.Attachments, err = kp.attachments(it.Attachments, 0)
	default:
		own, v, ok := it.Props.Find(k)
		if !ok {
			return nil
		}
		if v, err = kp.value(v); err == nil {
			before.Props[own] = v
		}
	}
	return err
}

// value is a value in memory.
func (kp *keeper) value(v item.Value) (item.Value, error) {
	data, err := v.Bytes(min(item.MaxJSONValue, kp.left))
	kp.left -= int64(len(data))
	return item.Value{Type: v.Type, Data: data}, err
}

// maxEmbedding bounds how deep messages inside messages are saved.
const maxEmbedding = 32

// attachments are attachments of which nothing has to be read later.
func (kp *keeper) attachments(from []item.Attachment, depth int) ([]item.Attachment, error) {
	if depth > maxEmbedding {
		return nil, item.ErrTooLarge
	}
	var to []item.Attachment
	for _, a := range from {
		props, err := kp.props(a.Props)
		if err != nil {
			return nil, err
		}
		copied := item.Attachment{Props: props}
		if a.Embedded != nil {
			copied.Embedded = &item.Item{Class: a.Embedded.Class}
			if copied.Embedded.Recipients, err = kp.recipients(a.Embedded.Recipients); err != nil {
				return nil, err
			}
			if copied.Embedded.Props, err = kp.props(a.Embedded.Props); err != nil {
				return nil, err
			}
			if copied.Embedded.Attachments, err = kp.attachments(a.Embedded.Attachments, depth+1); err != nil {
				return nil, err
			}
		}
		to = append(to, copied)
	}
	return to, nil
}

func (kp *keeper) recipients(from []item.Props) ([]item.Props, error) {
	var to []item.Props
	for _, r := range from {
		props, err := kp.props(r)
		if err != nil {
			return nil, err
		}
		to = append(to, props)
	}
	return to, nil
}

func (kp *keeper) props(from item.Props) (item.Props, error) {
	to := make(item.Props, len(from))
	for k, v := range from {
		v, err := kp.value(v)
		if err != nil {
			return nil, fmt.Errorf("property %s: %w", k, err)
		}
		to[k] = v
	}
	return to, nil
}

// deleted is an item that goes to Deleted Items, but for what is large.
func (j *job) deleted(o *outcome, s merge.Side, it *item.Item) state.Entry {
	kp := newKeeper(j.entry(o, s, state.Deleted, it.Class))
	e := &kp.entry
	for _, k := range it.Props.Keys() {
		if v := it.Props[k]; v.Size() <= keptOfDeleted && v.Large == nil {
			e.Before.Props[k] = v
		} else {
			e.Omitted = append(e.Omitted, k)
		}
	}
	_ = kp.keep(it, item.KeyRecipients) // or they are omitted
	if len(it.Attachments) > 0 {
		e.Omitted = append(e.Omitted, item.KeyAttachments)
	}
	return *e
}

func (j *job) entry(o *outcome, s merge.Side, reason state.Reason, class string) state.Entry {
	e := state.Entry{
		Time: j.began, Job: j.opt.Job, Pair: o.pair, Side: state.Side(s), NID: o.nid[s], Reason: reason,
		Before: item.Item{Class: class, Props: item.Props{}},
	}
	if f := j.folder(o.action.Folder); f != nil {
		e.Folder = f.Path[s]
	}
	return e
}

func empty(it *item.Item) bool {
	return len(it.Props) == 0 && len(it.Recipients) == 0 && len(it.Attachments) == 0
}
