package state

import (
	"fmt"
	"time"
)

// Halt is a set of deletions that waits for a person.
type Halt struct {
	Token     string    `json:"token"`  // approves exactly this set
	Folder    string    `json:"folder"` // path on the side that would lose items
	Side      Side      `json:"side"`
	Deletions int       `json:"deletions"`
	Of        int       `json:"of"` // items that the folder has
	Since     time.Time `json:"since"`
}

// SetHalts replaces the halts by those of the last run. A halt that is still
// there keeps its time and its approval; other approvals are dropped.
func (tx *Tx) SetHalts(halts []Halt) error {
	for i := range halts {
		var old Halt
		ok, err := tx.getJSON(bucketHalts, []byte(halts[i].Token), &old)
		if err != nil {
			return err
		}
		if ok {
			halts[i].Since = old.Since
		}
	}
	approved := map[string][]byte{}
	for _, h := range halts {
		v, err := tx.get(bucketApprovals, []byte(h.Token))
		if err != nil {
			return err
		}
		if v != nil {
			approved[h.Token] = v
		}
	}
	if err := tx.empty(bucketHalts); err != nil {
		return err
	}
	if err := tx.empty(bucketApprovals); err != nil {
		return err
	}
	for _, h := range halts {
		if err := tx.putJSON(bucketHalts, []byte(h.Token), h); err != nil {
			return err
		}
		if v := approved[h.Token]; v != nil {
			if err := tx.put(bucketApprovals, []byte(h.Token), v); err != nil {
				return err
			}
		}
	}
	return nil
}

// Halts returns the halts of the last run, by token.
func (tx *Tx) Halts() ([]Halt, error) {
	var halts []Halt
	var bad error
	err := tx.scan(bucketHalts, nil, func(k, v []byte) bool {
		var h Halt
		bad = decodeJSON(bucketHalts, k, v, &h)
		halts = append(halts, h)
		return bad == nil
	})
	if err == nil {
		err = bad
	}
	return halts, err
}

// Approve allows the deletions of a halt, from now on; ErrNotFound when no halt
// has the token.
func (tx *Tx) Approve(token string, now time.Time) error {
	v, err := tx.get(bucketHalts, []byte(token))
	if err != nil {
		return err
	}
	if v == nil {
		return fmt.Errorf("halt %q: %w", token, ErrNotFound)
	}
	return tx.put(bucketApprovals, []byte(token), []byte(now.UTC().Format(time.RFC3339)))
}

// Approved reports whether a person allowed the deletions.
func (tx *Tx) Approved(token string) (bool, error) {
	v, err := tx.get(bucketApprovals, []byte(token))
	return v != nil, err
}
