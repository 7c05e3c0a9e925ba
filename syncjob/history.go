package syncjob

import (
	"cmp"
	"fmt"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/state"
)

// keptOfDeleted is the size in bytes up to which a value of a deleted item goes
// into the history; the item itself is in Deleted Items.
const keptOfDeleted = 64 << 10

// keepReplaced saves what an edit is about to overwrite or remove: what lost a
// conflict in an entry of its own. A loser that is too large to be saved is not
// overwritten.
func (j *job) keepReplaced(o *outcome, s merge.Side, it *item.Item) error {
	lost := map[item.Key]bool{}
	for _, c := range o.action.Conflicts {
		lost[c.Key] = c.Winner != s
	}
	entries := map[state.Reason]*state.Entry{}
	for _, k := range append(o.action.Do[s].Set, o.action.Do[s].Remove...) {
		reason := state.Replaced
		if lost[k] {
			reason = state.Conflict
		}
		if entries[reason] == nil {
			entries[reason] = j.entry(o, s, reason, it.Class)
		}
		if err := keep(entries[reason], it, k); err != nil && lost[k] {
			return fmt.Errorf("keep %s, which lost a conflict: %w", k, err)
		}
	}
	for _, reason := range []state.Reason{state.Conflict, state.Replaced} {
		if e := entries[reason]; e != nil && (!empty(&e.Before) || len(e.Omitted) > 0) {
			j.history = append(j.history, *e)
		}
	}
	return nil
}

// keep puts what the item has under the key into the entry, in memory. What is
// too large is omitted, and that is the error.
func keep(e *state.Entry, it *item.Item, k item.Key) error {
	omit := func(err error) error {
		if err != nil {
			e.Omitted = append(e.Omitted, k)
		}
		return err
	}
	switch k {
	case item.KeyRecipients:
		e.Before.Recipients = it.Recipients
		return nil
	case item.KeyAttachments:
		attachments, err := inMemory(it.Attachments, 0)
		e.Before.Attachments = attachments
		return omit(err)
	}
	own, v, ok := it.Props.Find(k)
	if !ok {
		return nil
	}
	data, err := v.Bytes(item.MaxJSONValue)
	if err != nil {
		return omit(err)
	}
	e.Before.Props[own] = item.Value{Type: v.Type, Data: data}
	return nil
}

// maxEmbedding bounds how deep messages inside messages are saved.
const maxEmbedding = 32

// inMemory copies attachments so that nothing has to be read of them later.
func inMemory(from []item.Attachment, depth int) ([]item.Attachment, error) {
	if depth > maxEmbedding {
		return nil, item.ErrTooLarge
	}
	var to []item.Attachment
	for _, a := range from {
		props, err := propsInMemory(a.Props)
		if err != nil {
			return nil, err
		}
		copied := item.Attachment{Props: props}
		if a.Embedded != nil {
			copied.Embedded = &item.Item{Class: a.Embedded.Class, Recipients: a.Embedded.Recipients}
			if copied.Embedded.Props, err = propsInMemory(a.Embedded.Props); err != nil {
				return nil, err
			}
			if copied.Embedded.Attachments, err = inMemory(a.Embedded.Attachments, depth+1); err != nil {
				return nil, err
			}
		}
		to = append(to, copied)
	}
	return to, nil
}

func propsInMemory(from item.Props) (item.Props, error) {
	to := make(item.Props, len(from))
	for k, v := range from {
		data, err := v.Bytes(item.MaxJSONValue)
		if err != nil {
			return nil, fmt.Errorf("property %s: %w", k, err)
		}
		to[k] = item.Value{Type: v.Type, Data: data}
	}
	return to, nil
}

// keepDeleted saves an item that is about to go to Deleted Items, but for what
// is large.
func (j *job) keepDeleted(o *outcome, s merge.Side, it *item.Item) {
	e := j.entry(o, s, state.Deleted, it.Class)
	for _, k := range it.Props.Keys() {
		if v := it.Props[k]; v.Size() <= keptOfDeleted && v.Large == nil {
			e.Before.Props[k] = v
		} else {
			e.Omitted = append(e.Omitted, k)
		}
	}
	e.Before.Recipients = it.Recipients
	if len(it.Attachments) > 0 {
		e.Omitted = append(e.Omitted, item.KeyAttachments)
	}
	j.history = append(j.history, *e)
}

func (j *job) entry(o *outcome, s merge.Side, reason state.Reason, class string) *state.Entry {
	e := &state.Entry{
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

// saveHistory makes the entries durable; it has to come before the commits that
// overwrite what is in them.
func (j *job) saveHistory() error {
	if len(j.history) == 0 {
		return nil
	}
	type place struct {
		side state.Side
		nid  uint32
	}
	pairs := map[place]uint64{} // entries can be older than the ids of their pairs
	for _, o := range j.done {
		for s, nid := range o.nid {
			pairs[place{state.Side(s), nid}] = o.pair
		}
	}
	err := j.state.Update(func(tx *state.Tx) error {
		for _, e := range j.history {
			e.Pair = cmp.Or(e.Pair, pairs[place{e.Side, e.NID}])
			if _, err := tx.AddHistory(e); err != nil {
				return err
			}
		}
		return nil
	})
	j.history = nil
	return err
}
