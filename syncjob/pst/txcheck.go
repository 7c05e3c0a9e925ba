package pst

import "fmt"

// checkContent says why a message cannot be stored, before anything of it is.
func (tx *Tx) checkContent(c *Content, depth int) error {
	if depth == 0 {
		return fmt.Errorf("over %d messages within messages: %w", maxEmbedded, ErrInvalid)
	}
	if err := tx.checkProps(c.Props, false); err != nil {
		return err
	}
	if err := tx.checkRecipients(c.Recipients); err != nil {
		return err
	}
	return tx.checkAttachments(c.Attachments, false, depth)
}

// checkEdit is checkContent for a change.
func (tx *Tx) checkEdit(e *Edit) error {
	if err := tx.checkEdited(e); err != nil {
		return err
	}
	c := Content{Props: e.Set}
	if e.Recipients != nil {
		c.Recipients = *e.Recipients
	}
	if e.Attachments != nil {
		c.Attachments = *e.Attachments
	}
	return tx.tx.Room(c.bytes())
}

func (tx *Tx) checkEdited(e *Edit) error {
	if err := tx.checkProps(e.Set, false); err != nil {
		return err
	}
	if e.Recipients != nil {
		if err := tx.checkRecipients(*e.Recipients); err != nil {
			return err
		}
	}
	if e.Attachments == nil {
		return nil
	}
	return tx.checkAttachments(*e.Attachments, true, maxEmbedded)
}

func (tx *Tx) checkRecipients(all [][]Property) error {
	for i, r := range all {
		if err := tx.checkProps(r, false); err != nil {
			return fmt.Errorf("recipient %d: %w", i+1, err)
		}
		for _, p := range r {
			if p.Large != nil {
				return fmt.Errorf("recipient %d: property %s: %d bytes: %w", i+1, p.Tag, p.Large.Size, ErrTooLarge)
			}
		}
	}
	return nil
}

func (tx *Tx) checkAttachments(all []Attachment, keep bool, depth int) error {
	if len(all) > maxAttachments {
		return fmt.Errorf("%d attachments: %w", len(all), ErrTooLarge)
	}
	for i := range all {
		a := &all[i]
		if a.kept() {
			if keep {
				continue
			}
			return fmt.Errorf("attachment %d: a new message has none to be kept: %w", i+1, ErrInvalid)
		}
		if err := tx.checkAttachment(a, depth); err != nil {
			return fmt.Errorf("attachment %d: %w", i+1, err)
		}
	}
	return nil
}

func (tx *Tx) checkAttachment(a *Attachment, depth int) error {
	if err := tx.checkProps(a.Props, true); err != nil {
		return err
	}
	for _, p := range a.Props {
		if p.Tag.Type() == TypeObject && p.Tag.ID() != idAttachData {
			return fmt.Errorf("property %s: only the data of an attachment is an object: %w", p.Tag, ErrInvalid)
		}
	}
	if a.Embedded == nil {
		return nil
	}
	return tx.checkContent(a.Embedded, depth-1)
}
