package merge

import "pstsyncd/syncjob/item"

// Plan is what [Reconcile] decided.
type Plan struct {
	Actions []Action // by folder, pair and refs
	Holds   []Hold   // in the same order
	Halts   []Halt   // by folder and side
}

// Conflicts counts the properties on which both sides had something to say.
func (p Plan) Conflicts() int {
	n := 0
	for _, a := range p.Actions {
		n += len(a.Conflicts)
	}
	return n
}

// Action is everything that is to happen to one item on both sides. An action
// without edits only records that the sides agree.
type Action struct {
	Pair   PairID    // 0: paired by this action
	Folder FolderID  // where the item belongs when the action is done
	Ref    [2]string // by Side; "" where the item is to be created, or is gone
	Do     [2]Edit   // by Side: what is to be done to it
	// Agreed is the next base. It is what both sides hold when the action is done;
	// nil with Forget.
	Agreed    Digests
	Forget    bool // the pair is over: drop the base
	Conflicts []Conflict
}

// Op is what is to be done to one item of one side.
type Op uint8

// The operations. All values come from the other side.
const (
	Nothing Op = iota
	Create     // make a copy of the other side's item in Action.Folder
	Update     // Set, Remove and Move
	Delete
)

// String returns a word for logs and tests.
func (o Op) String() string { return [...]string{"nothing", "create", "update", "delete"}[o&3] }

// Edit is what is to be done to one item of one side.
type Edit struct {
	Op     Op
	Set    []item.Key // take these from the other side; folded, ascending
	Remove []item.Key // drop these; folded, ascending
	Move   bool       // move to the folder of the action
}

// Conflict is a property that both sides changed to different values. The losing
// value is still on the losing side when the plan is made, and is overwritten by
// carrying it out: save it first.
type Conflict struct {
	Key    item.Key
	Winner Side
}

// Hold is an item that is left alone and has to be looked at again by the next
// run, whether or not it changes until then.
type Hold struct {
	Pair   PairID // 0: not paired
	Folder FolderID
	Ref    [2]string // "" where there is none
	Reason Reason
}

// Reason is why an item is held.
type Reason uint8

// The reasons.
const (
	UnreadableItem Reason = iota // this item could not be read
	FolderHeld                   // its folder is held, be it for another item
	Halted                       // its deletion waits for approval
	NowPrivate                   // it was marked private after the other side got it
)

// String returns words for people.
func (r Reason) String() string {
	switch r {
	case UnreadableItem:
		return "item can not be read"
	case FolderHeld:
		return "folder is held"
	case NowPrivate:
		return "item is marked private now, and common has it from before: delete it there, or take the mark off"
	default:
		return "deletion waits for approval"
	}
}

// Halt is a set of deletions that waits for approval.
type Halt struct {
	Folder    FolderID
	Side      Side   // where the items would be deleted
	Deletions int    // items that would be deleted
	Of        int    // items that the folder has
	Token     string // approves exactly this set
}
