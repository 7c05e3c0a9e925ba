package watch

import (
	"errors"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// maxNames bounds what a pump remembers; more different names in one batch count as an overflow.
const maxNames = 4096

// batch is what happened since the last batch was taken.
type batch struct {
	ops      map[string]fsnotify.Op // by path, all operations on it joined
	overflow bool                   // events were lost
	failure  error                  // the latest other error of the event source
}

// pump empties a notifier's channels all the time, whatever the loop is busy with: on Windows Add and Remove wait for
// the goroutine that sends the events, so a loop that calls them while nobody receives would wait for ever.
type pump struct {
	ready chan struct{} // holds one token when there is something to take

	mu  sync.Mutex
	now batch
}

// startPump begins to read n. It ends when n closes its channels.
func startPump(n notifier) *pump {
	p := &pump{ready: make(chan struct{}, 1), now: batch{ops: map[string]fsnotify.Op{}}}
	go p.run(n.events(), n.errors())
	return p
}

func (p *pump) run(events <-chan fsnotify.Event, failures <-chan error) {
	for events != nil || failures != nil {
		select {
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			p.addEvent(e)
		case err, ok := <-failures:
			if !ok {
				failures = nil
				continue
			}
			p.addFailure(err)
		}
		select {
		case p.ready <- struct{}{}:
		default:
		}
	}
}

func (p *pump) addEvent(e fsnotify.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, there := p.now.ops[e.Name]; !there && len(p.now.ops) >= maxNames {
		p.now.overflow = true
		return
	}
	p.now.ops[e.Name] |= e.Op
}

func (p *pump) addFailure(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if errors.Is(err, fsnotify.ErrEventOverflow) {
		p.now.overflow = true
	} else {
		p.now.failure = err
	}
}

// take returns what has come in and starts a new batch.
func (p *pump) take() batch {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.now
	p.now = batch{ops: map[string]fsnotify.Op{}}
	return b
}
