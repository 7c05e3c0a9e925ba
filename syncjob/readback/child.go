package readback

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"runtime/metrics"
	"syscall"
	"time"

	"pstsyncd/syncjob/readback/witness"
)

// mark is the environment variable that tells a process it is the child.
const mark = "PSTSYNCD_READBACK_CHILD"

// IsChild says whether Verify started this process.
func IsChild() bool { return os.Getenv(mark) != "" }

// RunIfChild does the child's work and exits, in a process that Verify started;
// in any other it returns at once.
func RunIfChild() {
	if IsChild() {
		os.Exit(ChildMain(os.Stdin, os.Stdout))
	}
}

// ChildMain answers a parent over in and out until in ends, and returns the
// exit code. The parent decides when it is over, so signals meant for it are
// ignored.
func ChildMain(in io.Reader, out io.Writer) int {
	signal.Ignore(os.Interrupt, syscall.SIGTERM)
	p := &parent{
		in:  gob.NewDecoder(bufio.NewReader(in)),
		out: gob.NewEncoder(out),
	}
	var h hello
	if err := p.in.Decode(&h); err != nil {
		return fail(err)
	}
	p.size = h.Size
	limitMemory(h.Memory)
	if err := p.serve(); err != nil {
		return fail(err)
	}
	return 0
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// parent is the store as the child sees it: at the other end of two pipes.
type parent struct {
	in   *gob.Decoder
	out  *gob.Encoder
	size int64
}

func (p *parent) serve() error {
	var store *witness.Store
	for {
		var w Want
		if err := p.in.Decode(&w); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read item: %w", err)
		}
		o, opened := p.check(store, w)
		store = opened
		if err := p.out.Encode(ask{Outcome: &o}); err != nil {
			return fmt.Errorf("write outcome: %w", err)
		}
	}
}

// check opens the store when it is not open yet. A store that go-pst does not
// open leaves every item to be tried again, which costs a page.
func (p *parent) check(s *witness.Store, w Want) (outcome, *witness.Store) {
	if s == nil {
		opened, err := witness.Open(p)
		if err != nil {
			var c comparison
			c.unread([]uint32{w.NID}, err)
			return c.outcome, nil
		}
		s = opened
	}
	return compare(s, w), s
}

// ReadAt asks the parent. A read beyond the store's end is io.EOF, and nobody asked.
func (p *parent) ReadAt(b []byte, off int64) (int, error) {
	n := 0
	for n < len(b) {
		at := off + int64(n)
		if at < 0 || at >= p.size {
			return n, io.EOF
		}
		want := min(int64(len(b)-n), maxRead, p.size-at)
		data, err := p.read(at, int(want))
		n += copy(b[n:], data)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (p *parent) read(off int64, n int) ([]byte, error) {
	if err := p.out.Encode(ask{Off: off, Len: n}); err != nil {
		return nil, fmt.Errorf("ask for bytes: %w", err)
	}
	var r reply
	if err := p.in.Decode(&r); err != nil {
		return nil, fmt.Errorf("wait for bytes: %w", err)
	}
	if r.Fail != "" {
		return r.Data, errors.New(r.Fail)
	}
	if len(r.Data) != n {
		return r.Data, io.ErrUnexpectedEOF
	}
	return r.Data, nil
}

// limitMemory has the collector work harder as the process nears the limit, and
// ends it when that does not help.
func limitMemory(limit int64) {
	debug.SetMemoryLimit(limit * 3 / 4)
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
	}
	go func() {
		for range time.Tick(10 * time.Millisecond) {
			metrics.Read(samples)
			if used := samples[0].Value.Uint64() - samples[1].Value.Uint64(); used > uint64(limit) {
				os.Exit(exitMemory)
			}
		}
	}()
}
