package crashfs

import (
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
)

// Kept says what of the things not synced a crash leaves behind.
type Kept struct {
	how  kept
	seed uint64
}

type kept uint8

const (
	keptNone kept = iota
	keptAll
	keptSome
	keptTorn
)

// None keeps nothing that was not synced, All keeps everything that was done.
var (
	None = Kept{how: keptNone}
	All  = Kept{how: keptAll}
)

// Seed keeps a random choice: of each sector the old content or that of any write
// since, of each file the old length or a later one, of each directory's changes some
// from the beginning on.
func Seed(seed uint64) Kept { return Kept{keptSome, seed} }

// Torn is Seed with some sectors in which the beginning of one content is followed by
// the end of another, as no disk in working order leaves them.
func Torn(seed uint64) Kept { return Kept{keptTorn, seed} }

// CrashImage returns the file system after a crash that came when the first prefix
// operations were done. Everything in it is durable; the log is that of the loads. It
// costs least for one prefix after the other, ascending.
func (s *FS) CrashImage(prefix int, k Kept) *FS {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.replayed == nil || s.replayed.ops > prefix {
		s.replayed = &state{names: map[string]int{}, files: map[int]*fileState{}}
	}
	for _, o := range s.log[s.replayed.ops:prefix] {
		s.replayed.apply(o)
	}
	image := s.replayed.crash(k)
	image.nextID = s.nextID
	return image
}

// state is what is durable and what is pending at a point of the log.
type state struct {
	ops     int            // that led here
	names   map[string]int // durable names
	pending []op           // changes of names since their directory was synced
	files   map[int]*fileState
}

// fileState is a file at a point of the log.
type fileState struct {
	durable content
	now     content
	pending map[int][]sector // by number: contents since the last sync, oldest first
	sizes   []int64          // lengths since the last sync, oldest first
	lost    map[int]int      // by number: how many of pending a later sync cannot save
	lostLen int              // how many of sizes
}

func (st *state) apply(o op) {
	st.ops++
	switch o.kind {
	case opLoad:
		f := st.file(o.node)
		f.now, f.durable = o.loaded.clone(), o.loaded.clone()
		st.names[o.path] = o.node
		st.pending = slices.DeleteFunc(st.pending, func(p op) bool { return p.path == o.path || p.to == o.path })
	case opCreate:
		st.file(o.node)
		st.pending = append(st.pending, o)
	case opRename, opRemove:
		st.pending = append(st.pending, o)
	case opWrite:
		f := st.file(o.node)
		from, to := f.now.write(o.off, o.data)
		f.changed(from, to)
	case opTruncate:
		f := st.file(o.node)
		from, to := f.now.truncate(o.off)
		f.changed(from, to)
	case opSync:
		st.file(o.node).sync(o.lost)
	case opSyncDir:
		st.syncDir(o.path)
	}
}

func (st *state) file(id int) *fileState {
	f, ok := st.files[id]
	if !ok {
		f = &fileState{pending: map[int][]sector{}, lost: map[int]int{}}
		st.files[id] = f
	}
	return f
}

// syncDir makes the changes of names in dir durable.
func (st *state) syncDir(dir string) {
	st.pending = slices.DeleteFunc(st.pending, func(o op) bool {
		if filepath.Dir(o.path) != dir {
			return false
		}
		rename(st.names, o)
		return true
	})
}

// rename applies a change of names.
func rename(names map[string]int, o op) {
	switch o.kind {
	case opCreate:
		names[o.path] = o.node
	case opRename:
		delete(names, o.path)
		names[o.to] = o.node
	case opRemove:
		delete(names, o.path)
	}
}

// changed notes that the sectors from up to to, and perhaps the length, have a new
// content.
func (f *fileState) changed(from, to int) {
	for i := from; i < to; i++ {
		f.pending[i] = append(f.pending[i], f.now.sector(i))
	}
	last := f.durable.size
	if n := len(f.sizes); n > 0 {
		last = f.sizes[n-1]
	}
	if f.now.size != last {
		f.sizes = append(f.sizes, f.now.size)
	}
}

// sync makes what is pending durable, or if it failed, notes that it never will be.
func (f *fileState) sync(failed bool) {
	if failed {
		for i, contents := range f.pending {
			f.lost[i] = len(contents)
		}
		f.lostLen = len(f.sizes)
		return
	}
	for i, contents := range f.pending {
		if len(contents) > f.lost[i] {
			f.durable.setSector(i, contents[len(contents)-1])
			delete(f.pending, i)
			delete(f.lost, i)
		}
	}
	if n := len(f.sizes); n > f.lostLen {
		f.durable.size = f.sizes[n-1]
		f.sizes, f.lostLen = nil, 0
	}
}

// crash returns what the state leaves behind.
func (st *state) crash(k Kept) *FS {
	rng := rand.New(rand.NewPCG(k.seed, uint64(k.how)))
	names := st.keptNames(k, rng)
	image := New()
	for _, path := range slices.Sorted(maps.Keys(names)) {
		id := names[path]
		image.load(path, &node{id: id, content: st.files[id].kept(k, rng)})
	}
	return image
}

// keptNames returns the names that a crash leaves: the durable ones, changed by as
// many of each directory's pending changes as k keeps.
func (st *state) keptNames(k Kept, rng *rand.Rand) map[string]int {
	names := maps.Clone(st.names)
	perDir := map[string]int{}
	for _, o := range st.pending {
		perDir[filepath.Dir(o.path)]++
	}
	for _, dir := range slices.Sorted(maps.Keys(perDir)) {
		perDir[dir] = k.pick(rng, perDir[dir])
	}
	for _, o := range st.pending {
		if dir := filepath.Dir(o.path); perDir[dir] > 0 {
			perDir[dir]--
			rename(names, o)
		}
	}
	return names
}

// pick returns how many of n changes, from the first on, are kept.
func (k Kept) pick(rng *rand.Rand, n int) int {
	switch k.how {
	case keptNone:
		return 0
	case keptAll:
		return n
	default:
		return rng.IntN(n + 1)
	}
}

// kept returns the content that a crash leaves of a file.
func (f *fileState) kept(k Kept, rng *rand.Rand) content {
	c := f.durable.clone()
	for _, i := range slices.Sorted(maps.Keys(f.pending)) {
		contents := append([]sector{f.durable.sector(i)}, f.pending[i]...)
		n := k.pick(rng, len(contents)-1)
		s := contents[n]
		if k.how == keptTorn && n > 0 && rng.IntN(4) == 0 {
			s = tear(contents[n-1], s, 1+rng.IntN(SectorSize-1))
		}
		c.setSector(i, s)
	}
	size := c.size
	if n := k.pick(rng, len(f.sizes)); n > 0 {
		size = f.sizes[n-1]
	}
	c.size = max(size, c.size, int64(c.sectors())*SectorSize)
	c.truncate(size)
	return c
}

// tear returns a sector that is new up to at and old from there on.
func tear(old, new sector, at int) sector {
	var s [SectorSize]byte
	if old != nil {
		s = *old
	}
	if new != nil {
		copy(s[:at], new[:at])
	} else {
		clear(s[:at])
	}
	return &s
}
