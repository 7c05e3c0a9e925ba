package readback

import (
	"bufio"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// deathError: the child is gone, or had to go, before it was done with an item.
type deathError struct{ reason string }

func (e *deathError) Error() string { return e.reason }

// child is this program, started again to read with go-pst.
type child struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	in     *gob.Encoder
	out    *gob.Decoder
	stderr *head
}

// start runs the child. That it cannot is a death too: nothing got verified.
func start(h hello) (*child, error) {
	if IsChild() {
		return nil, &deathError{"a reader process does not start another: RunIfChild was not called"}
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, &deathError{"start reader: " + err.Error()}
	}
	c := &child{cmd: exec.Command(exe), stderr: &head{}}
	c.cmd.Env = append(os.Environ(), mark+"=1")
	c.cmd.Stderr = c.stderr
	stdin, inErr := c.cmd.StdinPipe()
	stdout, outErr := c.cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		return nil, &deathError{"start reader: " + err.Error()}
	}
	if err := c.cmd.Start(); err != nil {
		return nil, &deathError{"start reader: " + err.Error()}
	}
	c.stdin, c.in, c.out = stdin, gob.NewEncoder(stdin), gob.NewDecoder(bufio.NewReader(stdout))
	if err := c.in.Encode(h); err != nil {
		return nil, c.died(err)
	}
	return c, nil
}

// check sends one want and serves reads until its outcome comes.
func (c *child) check(ctx context.Context, w Want, store *meter, l Limits) (outcome, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, l.Time, fmt.Errorf("took longer than %v", l.Time))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { c.cmd.Process.Kill() })
	defer stop()
	o, err := c.converse(w, store)
	switch {
	case err == nil:
		return o, nil
	case ctx.Err() != nil:
		return outcome{}, c.died(context.Cause(ctx))
	case errors.Is(err, errBytes):
		return outcome{}, c.died(fmt.Errorf("read more than %d bytes beyond what was wanted", l.Bytes))
	}
	return outcome{}, c.died(err)
}

func (c *child) converse(w Want, store *meter) (outcome, error) {
	if err := c.in.Encode(w); err != nil {
		return outcome{}, err
	}
	for {
		var a ask
		if err := c.out.Decode(&a); err != nil {
			return outcome{}, err
		}
		if a.Outcome != nil {
			return *a.Outcome, nil
		}
		r, err := store.read(a)
		if err != nil {
			return outcome{}, err
		}
		if err := c.in.Encode(r); err != nil {
			return outcome{}, err
		}
	}
}

// died ends the child and says of what, in its own words where it left some.
func (c *child) died(cause error) *deathError {
	c.stdin.Close()
	c.cmd.Process.Kill()
	c.cmd.Wait()
	if c.cmd.ProcessState.ExitCode() == exitMemory {
		return &deathError{"reader outgrew its memory limit"}
	}
	if errors.Is(cause, io.EOF) || errors.Is(cause, io.ErrUnexpectedEOF) {
		return &deathError{strings.TrimSpace("reader ended: " + c.cmd.ProcessState.String() + " " + c.stderr.line())}
	}
	return &deathError{"reader stopped: " + cause.Error()}
}

// stopGrace is how long a child may take to notice that there is no more.
const stopGrace = 5 * time.Second

// stop lets the child finish. A second call, or one after its death, does nothing.
func (c *child) stop() {
	if c.cmd.ProcessState != nil {
		return
	}
	c.stdin.Close()
	timer := time.AfterFunc(stopGrace, func() { c.cmd.Process.Kill() })
	defer timer.Stop()
	c.cmd.Wait()
}

// head keeps the beginning of what the child says on stderr.
type head struct{ b []byte }

func (h *head) Write(p []byte) (int, error) {
	h.b = append(h.b, p[:min(len(p), 1024-len(h.b))]...)
	return len(p), nil
}

func (h *head) line() string {
	line, _, _ := strings.Cut(string(h.b), "\n")
	return line
}
