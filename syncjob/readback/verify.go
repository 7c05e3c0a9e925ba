package readback

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"
)

// Limits of a read-back. A zero field is its default.
type Limits struct {
	Time   time.Duration // for one item, default 30 s
	Memory int64         // of the child in bytes, default 64 MiB
	Bytes  int64         // read for one item beyond the size of the values wanted, default 64 MiB
}

func (l Limits) orDefault() Limits {
	if l.Time == 0 {
		l.Time = 30 * time.Second
	}
	if l.Memory == 0 {
		l.Memory = 64 << 20
	}
	if l.Bytes == 0 {
		l.Bytes = 64 << 20
	}
	return l
}

// maxDeaths is how many children may die before the rest goes unverified.
const maxDeaths = 3

// Verify holds each want against the store of size bytes in r, which must not
// change meanwhile. It reads r from one goroutine.
//
// The error is of ctx or of r; the items not reached then count nowhere.
// Everything else that keeps an item from being verified, up to a child that
// cannot be started, is counted in the report.
func Verify(ctx context.Context, r io.ReaderAt, size int64, wants iter.Seq[Want], l Limits) (Report, error) {
	v := &verifier{store: &meter{r: r, size: size}, limits: l.orDefault()}
	defer v.stop()
	for w := range wants {
		v.report.Items++
		if err := v.item(ctx, w); err != nil {
			return v.finish(), fmt.Errorf("read back %#x: %w", w.NID, err)
		}
	}
	return v.finish(), nil
}

type verifier struct {
	store  *meter
	limits Limits
	child  *child // nil: not started
	deaths int
	last   string // what the last child died of
	report Report
}

func (v *verifier) finish() Report {
	v.report.BytesRead = v.store.total
	return v.report
}

// item has one want checked, and counts it.
func (v *verifier) item(ctx context.Context, w Want) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if v.deaths >= maxDeaths {
		v.report.unverified(w.NID, "given up: "+v.last)
		return nil
	}
	o, err := v.check(ctx, w)
	var dead *deathError
	switch {
	case err == nil:
		v.report.add(w.NID, o)
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case v.store.err != nil:
		return v.store.err
	case errors.As(err, &dead):
		v.deaths++
		v.last = dead.reason
		v.report.unverified(w.NID, dead.reason)
		return nil
	}
	return err
}

func (v *verifier) check(ctx context.Context, w Want) (outcome, error) {
	if v.child == nil {
		c, err := start(hello{Size: v.store.size, Memory: v.limits.Memory})
		if err != nil {
			return outcome{}, err
		}
		v.child = c
	}
	v.store.left = v.limits.Bytes + 2*w.size()
	o, err := v.child.check(ctx, w, v.store, v.limits)
	if err != nil {
		v.stop()
	}
	return o, err
}

func (v *verifier) stop() {
	if v.child != nil {
		v.child.stop()
		v.child = nil
	}
}

// meter serves the child's reads and counts them.
type meter struct {
	r     io.ReaderAt
	size  int64 // of the store
	total int64 // bytes read
	left  int64 // bytes that may still be read for this item
	err   error // of r, which is not the child's doing
	buf   []byte
}

// errBytes: the item cost more reading than its size explains.
var errBytes = errors.New("too many bytes read")

// read answers one ask. The answer is good until the next one.
func (m *meter) read(a ask) (reply, error) {
	if a.Len < 0 || a.Len > maxRead || a.Off < 0 || a.Off > m.size-int64(a.Len) {
		return reply{}, fmt.Errorf("asked for %d bytes at %d", a.Len, a.Off)
	}
	if m.left -= int64(a.Len); m.left < 0 {
		return reply{}, errBytes
	}
	m.buf = slices.Grow(m.buf[:0], a.Len)
	b := m.buf[:a.Len]
	n, err := m.r.ReadAt(b, a.Off)
	m.total += int64(n)
	if n < a.Len {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		m.err = err
		return reply{}, err
	}
	return reply{Data: b}, nil
}
