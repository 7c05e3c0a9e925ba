package lockmgr

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Pair is everything a job needs: the office lock of the common store and both stores claimed for writing.
type Pair struct {
	Office        *Office
	Common, Local *Claim
}

// AcquirePair tries once to take the office lock and both claims, in an order that is the same in every process. It
// takes all or nothing. Errors are those of AcquireOffice and Acquire, and ErrSameFile.
func AcquirePair(ctx context.Context, common, local string) (*Pair, error) {
	p, err := abandonable(ctx, func() (*Pair, error) { return acquirePair(common, local) })
	if err != nil {
		return nil, fmt.Errorf("claim stores: %w", err)
	}
	return p, nil
}

func acquirePair(common, local string) (*Pair, error) {
	if err := differ(common, local); err != nil {
		return nil, err
	}
	p := &Pair{}
	var err error
	if p.Office, err = AcquireOffice(common); err != nil {
		return nil, err
	}
	if p.Common, err = acquire(common, Write); err == nil {
		p.Local, err = acquire(local, Write)
	}
	if err != nil {
		return nil, errors.Join(err, p.Release())
	}
	return p, nil
}

// differ refuses one file under two names. A missing file is found out later.
func differ(common, local string) error {
	a, err := os.Stat(common)
	if err != nil {
		return nil
	}
	if b, err := os.Stat(local); err == nil && os.SameFile(a, b) {
		return fmt.Errorf("%s, %s: %w", common, local, ErrSameFile)
	}
	return nil
}

// Release gives everything up, in reverse order. A second call does nothing more.
func (p *Pair) Release() error {
	var errs []error
	for _, c := range []*Claim{p.Local, p.Common} {
		if c != nil {
			errs = append(errs, c.Release())
		}
	}
	if p.Office != nil {
		errs = append(errs, p.Office.Release())
	}
	return errors.Join(errs...)
}
