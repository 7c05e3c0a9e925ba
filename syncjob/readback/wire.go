package readback

// The parent writes to the child, as gob on its standard input: one hello, then
// for each item one Want. The child answers on its standard output with any
// number of asks for bytes, each met with a reply, and at last the outcome.

type hello struct {
	Size   int64 // of the store, bytes
	Memory int64 // limit, bytes
}

type ask struct {
	Off     int64
	Len     int
	Outcome *outcome // set: the item is done, and nothing is asked for
}

type reply struct {
	Data []byte
	Fail string // why Data is not what was asked for
}

// maxRead is the most bytes of one ask.
const maxRead = 1 << 20

// exitMemory is the child's exit code when it outgrows its limit.
const exitMemory = 3
