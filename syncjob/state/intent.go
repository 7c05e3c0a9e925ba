package state

import "iter"

// An intent says what will be true when the commits that are about to begin are
// done. It is written before the first of them. A run that finds an intent knows
// that the one before it was cut off, and can tell the items that it had created
// from those that a person added.

// AddIntent adds items, in the form in which they will be recorded.
func (tx *Tx) AddIntent(items ...Item) error {
	for _, it := range items {
		b, err := tx.encodeItem(it)
		if err != nil {
			return err
		}
		if err := tx.put(bucketIntent, key64(it.Pair), b); err != nil {
			return err
		}
	}
	return nil
}

// Intent yields the items of the intent. It ends with the first error.
func (tx *Tx) Intent() iter.Seq2[Item, error] { return tx.items(bucketIntent) }

// ClearIntent drops the intent.
func (tx *Tx) ClearIntent() error { return tx.empty(bucketIntent) }
