package syncjob

import (
	"cmp"
	"errors"
	"fmt"
	"iter"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/readback"
)

// verify compares what was committed with what was meant. It does so twice: the
// item as this program reads it must be what both sides agreed on, and the bytes
// as an independent program reads them must be those that this one read. A large value
// that was there before, and is still in the same place, is not read for that.
//
// A difference is reported, and nothing else is done about it: the item is
// recorded like others. Were it taken for a change that a person made, it would
// be copied over the original.
func (j *job) verify(done [2]bool) error {
	if j.opt.Readback == nil {
		return nil
	}
	var all []error
	for s := common; s <= local; s++ {
		if j.side[s].wrote {
			all = append(all, j.verifySide(s, done))
		}
	}
	return errors.Join(all...)
}

func (j *job) verifySide(s merge.Side, done [2]bool) error {
	st := j.side[s]
	size, err := st.file.Size()
	if err != nil {
		return j.fail("read back", s, err)
	}
	var failed error
	report, err := j.opt.Readback(j.ctx, st.file, size, j.wants(s, done, &failed))
	j.res.Unverified += report.Unverified
	for _, r := range report.Reasons {
		j.log.Debug("item could not be verified", "store", sideNames[s], "item", fmt.Sprintf("%x", r.NID), "reason", r.Reason)
	}
	if err = errors.Join(failed, report.Err(), err); err != nil {
		return j.fail("read back", s, err)
	}
	return nil
}

// wants yields the items of a side that were written, as they are now. An item
// that is not what was agreed on is a failure at once.
func (j *job) wants(s merge.Side, done [2]bool, failed *error) iter.Seq[readback.Want] {
	return func(yield func(readback.Want) bool) {
		for i := range j.done {
			o := &j.done[i]
			op := o.action.Do[s].Op
			if op != merge.Create && op != merge.Update || !o.complete(done) {
				continue
			}
			w, err := j.want(s, o)
			if err != nil {
				*failed = cmp.Or(*failed, err)
				continue
			}
			if !yield(w) {
				return
			}
		}
	}
}

func (j *job) want(s merge.Side, o *outcome) (readback.Want, error) {
	st := j.side[s]
	m, err := st.pst.Message(pst.NID(o.nid[s]))
	if err != nil {
		return readback.Want{}, err
	}
	it, err := st.toItem(m.Content)
	if err != nil {
		return readback.Want{}, err
	}
	st.values.recall(it)
	digests, err := it.Digests(j.opt.policy().Volatile)
	if err != nil {
		return readback.Want{}, err
	}
	if err := differs(item.ListDigests(digests), o.action.Agreed); err != nil {
		return readback.Want{}, fmt.Errorf("item 0x%x: %w", o.nid[s], err)
	}
	written := st.values.unknown(m.Content)
	st.values.learn(o.nid[s], it)
	return readback.FromContent(m.NID, written)
}

// differs names the first property in which an item is not what was meant.
func differs(have, want item.DigestList) error {
	for _, w := range want {
		if h, ok := have.Get(w.Key); !ok {
			return fmt.Errorf("property %s is not there, want digest %s: %w", w.Key, w.Digest, readback.ErrMismatch)
		} else if h != w.Digest {
			return fmt.Errorf("property %s has digest %s, want %s: %w", w.Key, h, w.Digest, readback.ErrMismatch)
		}
	}
	for _, h := range have {
		if _, ok := want.Get(h.Key); !ok {
			return fmt.Errorf("property %s has digest %s, want none: %w", h.Key, h.Digest, readback.ErrMismatch)
		}
	}
	return nil
}

// complete reports whether both sides have what the action gave them.
func (o *outcome) complete(done [2]bool) bool {
	for s := common; s <= local; s++ {
		if o.edits(s) && !done[s] {
			return false
		}
	}
	return true
}
