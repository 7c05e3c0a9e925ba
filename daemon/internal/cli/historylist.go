package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// historyLine is what --json prints of an entry. Scripts rely on it.
type historyLine struct {
	Number     uint64       `json:"number"`
	Time       time.Time    `json:"time"`
	Job        string       `json:"job"`
	Reason     state.Reason `json:"reason"`
	Store      string       `json:"store"` // "common" or "local"
	Folder     string       `json:"folder"`
	Item       string       `json:"item"`
	Name       string       `json:"name"`
	Properties []string     `json:"properties"`
	Omitted    []string     `json:"omitted"` // properties that were too large to be kept
}

// entries gives each entry of the history to tell, the oldest first.
func (p *pair) entries(tell func(historyLine) error) error {
	return p.view(func(tx *state.Tx) error {
		for e, err := range tx.History(0) {
			if err != nil {
				return err
			}
			if err := tell(lineOf(e)); err != nil {
				return err
			}
		}
		return nil
	})
}

func lineOf(e state.Entry) historyLine {
	l := historyLine{
		Number: e.Number, Time: e.Time, Job: e.Job, Reason: e.Reason, Store: sideOf(e), Folder: e.Folder,
		Item: idOf(pst.NID(e.NID)), Name: mapi.DisplayName(&e.Before), Properties: []string{}, Omitted: []string{},
	}
	for _, k := range e.Before.Props.Keys() {
		l.Properties = append(l.Properties, mapi.Name(k, e.Before.Props[k].Type))
	}
	if len(e.Before.Recipients) > 0 {
		l.Properties = append(l.Properties, string(item.KeyRecipients))
	}
	if len(e.Before.Attachments) > 0 {
		l.Properties = append(l.Properties, string(item.KeyAttachments))
	}
	for _, k := range e.Omitted {
		l.Omitted = append(l.Omitted, mapi.Name(k, 0))
	}
	return l
}

// sideOf is which of the stores an entry is about.
func sideOf(e state.Entry) string { return [...]string{"common", "local"}[e.Side&1] }

// shownProperties is how many properties of an entry the list names.
const shownProperties = 4

func (a *app) listHistory(p *pair) error {
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	err := p.entries(func(l historyLine) error {
		props := strings.Join(l.Properties[:min(len(l.Properties), shownProperties)], " ")
		if more := len(l.Properties) - shownProperties; more > 0 {
			props += fmt.Sprintf(" and %d more", more)
		}
		_, err := fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			l.Number, l.Time.UTC().Format(time.DateTime), l.Reason, l.Store, l.Folder, l.Item, l.Name, props)
		return err
	})
	return errors.Join(err, table.Flush())
}

// entry finds the entry of a number.
func (p *pair) entry(number string) (found state.Entry, err error) {
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return found, usagef("%q is no number of an entry", number)
	}
	err = p.view(func(tx *state.Tx) error {
		for e, err := range tx.History(n) {
			found = e
			return err
		}
		return nil
	})
	if err == nil && (found.Number != n || n == 0) {
		err = fmt.Errorf("entry %d: %w", n, errNoEntry)
	}
	return found, err
}
