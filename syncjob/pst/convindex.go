package pst

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// The conversation index, node 0xE01, leads from a conversation to the messages
// in it. It is undocumented; every message of the stores of Outlook that have one
// was found in it as described here. Its heap begins with a root item:
const (
	convTree        = 0  // heap id of a B-tree, from the key of a conversation to the item with its messages
	convQueued      = 4  // not 0: new messages wait in node 0xE41 to be entered
	convLastMessage = 8  // the highest message id that was entered
	convRootSize    = 56 // bytes in all
)

// convQueueSize is the size of an entry of node 0xE41: the operation, the key, the
// message.
const (
	convQueueSize = 12
	convAdd       = 1
)

// convNone is the key of a message without a conversation.
const convNone = 0xFFFFFFFF

// conversationKey is the key of a PidTagConversationId in the index.
func conversationKey(id []byte) uint32 {
	if len(id) != 16 {
		return convNone
	}
	var folded uint32
	for i, b := range id {
		folded ^= uint32(b) << (15 - i)
	}
	return 0xFFFF0000 ^ folded
}

// conversation is a message that leaves one conversation, by key, and joins
// another; convNone is none.
type conversation struct {
	message  NID
	from, to uint32
}

// gone reports whether the message is not to be found in the index any more.
func (c conversation) gone() bool { return c.from != convNone && c.to == convNone }

// noteConversation remembers a message for the conversation index: a new one, one
// whose conversation, by PidTagConversationId, is another than before, or one that
// is no more.
func (tx *Tx) noteConversation(message NID, from, to []byte) {
	tx.conversations = append(tx.conversations, conversation{message, conversationKey(from), conversationKey(to)})
}

// flushConversations brings the index of a store that has one up to date: at once,
// or where the index is one to be filled later, by its queue.
func (tx *Tx) flushConversations() error {
	if len(tx.conversations) == 0 {
		return nil
	}
	n, err := tx.tx.Node(nidConversationIndex)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	heap, err := ltp.EditHeap(tx.tx, n.Data)
	if err != nil {
		return fmt.Errorf("conversation index: %w", err)
	}
	if err := tx.enterConversations(n, heap); err != nil {
		return fmt.Errorf("conversation index: %w", err)
	}
	tx.conversations = nil
	return nil
}

// enterConversations changes the index in heap, the data of node n.
func (tx *Tx) enterConversations(n ndb.Node, heap *ltp.HeapEditor) error {
	at, err := heap.UserRoot()
	if err != nil {
		return err
	}
	item, err := heap.Item(at)
	if err != nil {
		return err
	}
	root := slices.Clone(item)
	if len(root) != convRootSize {
		return nil // another version of something undocumented
	}
	if binary.LittleEndian.Uint32(root[convQueued:]) != 0 {
		return tx.queueConversations()
	}
	tree, err := ltp.EditBTH(heap, disk.HID(binary.LittleEndian.Uint32(root[convTree:])))
	if err != nil {
		return err
	}
	last := binary.LittleEndian.Uint32(root[convLastMessage:])
	for _, c := range tx.conversations {
		last = max(last, uint32(c.message))
		if err := c.enter(heap, tree); err != nil {
			return err
		}
	}
	binary.LittleEndian.PutUint32(root[convLastMessage:], last)
	if _, err := heap.Realloc(at, root); err != nil {
		return err
	}
	if n.Data, err = heap.Flush(); err != nil {
		return err
	}
	return tx.tx.PutNode(n)
}

// queueConversations appends the messages to the queue. What is no more stays in it:
// how Outlook takes something out is not known.
func (tx *Tx) queueConversations() error {
	n, err := tx.tx.Node(nidConversationQueue)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var b []byte
	for _, c := range tx.conversations {
		if c.gone() {
			continue
		}
		b = binary.LittleEndian.AppendUint32(b, convAdd)
		b = binary.LittleEndian.AppendUint32(b, c.to)
		b = binary.LittleEndian.AppendUint32(b, uint32(c.message))
	}
	if len(b) == 0 {
		return nil
	}
	if n.Data, err = appendData(tx.tx, n.Data, b, convQueueSize); err != nil {
		return err
	}
	return tx.tx.PutNode(n)
}
