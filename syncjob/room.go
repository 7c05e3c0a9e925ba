package syncjob

import (
	"errors"

	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
)

// checkRoom stops a job whose new items an ANSI store has no room for, before anything
// is written. Only where all of the other store might not fit are they read for that.
func (j *job) checkRoom(plan merge.Plan) error {
	for s := common; s <= local; s++ {
		creates := func(a merge.Action) bool { return a.Do[s].Op == merge.Create }
		if j.side[s].pst.Format() != pst.ANSI || !anyAction(plan, creates) {
			continue
		}
		tx, err := j.begin(s)
		if err != nil {
			return err
		}
		all, err := j.side[s.Other()].file.Size()
		if err != nil {
			return j.fail("read", s.Other(), err)
		}
		if err = tx.Room(all); errors.Is(err, pst.ErrFull) {
			var least int64
			if least, err = j.leastRoom(plan, s, creates); err == nil {
				err = tx.Room(least)
			}
		}
		if err != nil {
			return j.fail("write", s, err)
		}
	}
	return nil
}

func anyAction(plan merge.Plan, is func(merge.Action) bool) bool {
	for _, a := range plan.Actions {
		if is(a) {
			return true
		}
	}
	return false
}

// leastRoom is what the values of all new items of a side have at least, in bytes. What
// can not be read is held later.
func (j *job) leastRoom(plan merge.Plan, s merge.Side, creates func(merge.Action) bool) (total int64, err error) {
	for _, a := range plan.Actions {
		if err := j.ctx.Err(); err != nil {
			return 0, err
		}
		if !creates(a) {
			continue
		}
		m, err := j.side[s.Other()].pst.Message(pst.NID(nidOf(a.Ref[s.Other()])))
		if err == nil {
			total += leastBytes(m.Content)
		}
	}
	return total, nil
}

// leastBytes is what a message has in an ANSI store at least: a character is one byte.
func leastBytes(c pst.Content) int64 {
	total := int64(0)
	of := func(props []pst.Property) {
		for _, p := range props {
			if p.Tag.Type()&^pst.TypeMultiple == pst.TypeUnicode {
				total += p.Size() / 2
			} else {
				total += p.Size()
			}
		}
	}
	of(c.Props)
	for _, r := range c.Recipients {
		of(r)
	}
	for _, a := range c.Attachments {
		of(a.Props)
		if a.Embedded != nil {
			total += leastBytes(*a.Embedded)
		}
	}
	return total
}
