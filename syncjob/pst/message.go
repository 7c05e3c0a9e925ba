package pst

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// Bounds of what one message may hold: far above what programs write, and there
// so that a damaged file cannot make the reader run for ever.
const (
	maxEmbedded    = 32     // messages within messages
	maxAttachments = 20_000 // in a message and in all those within it
)

// Properties of attachments.
const (
	idAttachSize   = 0x0E20
	idAttachData   = 0x3701
	idAttachMethod = 0x3705
	idRenderingPos = 0x370B
)

// Message reads a whole item; only values over [LargeSize] are left in the
// file. ErrNotFound; ErrCorrupt for one that cannot be read whole.
func (r *reader) Message(nid NID) (*Message, error) {
	if !isMessage(nid) {
		return nil, fmt.Errorf("node %s is not a message: %w", nid, ErrNotFound)
	}
	n, err := r.view.Node(nid)
	if err != nil {
		return nil, fmt.Errorf("message %s: %w", nid, err)
	}
	cr := contentReader{view: r.view, left: maxAttachments}
	c, err := cr.content(n, maxEmbedded)
	if err != nil {
		return nil, fmt.Errorf("message %s: %w", nid, err)
	}
	c.Associated = nid.Type() == disk.NIDTypeAssocMessage
	return &Message{NID: nid, Folder: n.Parent, Content: *c}, nil
}

func isMessage(nid NID) bool {
	return nid.Type() == disk.NIDTypeNormalMessage || nid.Type() == disk.NIDTypeAssocMessage
}

// contentReader reads a message and those in it.
type contentReader struct {
	view ndb.View
	left int // attachments that may still be read
	held held
}

func (cr *contentReader) content(n ndb.Node, depth int) (*Content, error) {
	pc, err := ltp.OpenPC(cr.view, n)
	if err != nil {
		return nil, err
	}
	c := new(Content)
	if c.Props, err = readProps(pc, nil, &cr.held); err != nil {
		return nil, err
	}
	if c.Recipients, err = cr.recipients(n); err != nil {
		return nil, fmt.Errorf("recipients: %w", err)
	}
	if c.Attachments, err = cr.attachments(n, depth); err != nil {
		return nil, err
	}
	return c, nil
}

// readProps reads all properties but those that skip picks.
func readProps(pc *ltp.PC, skip func(ltp.Ref) bool, h *held) ([]Property, error) {
	var props []Property
	for ref, err := range pc.All() {
		if err != nil {
			return nil, err
		}
		if skip != nil && skip(ref) {
			continue
		}
		p, err := readProp(pc, ref, h)
		if err != nil {
			return nil, fmt.Errorf("property %s: %w", ref.Tag, err)
		}
		props = append(props, p)
	}
	sortProps(props)
	return props, nil
}

func sortProps(props []Property) {
	slices.SortFunc(props, func(a, b Property) int { return int(int64(a.Tag) - int64(b.Tag)) })
}

func readProp(pc *ltp.PC, ref ltp.Ref, h *held) (Property, error) {
	p := Property{Tag: ref.Tag}
	size, err := pc.Size(ref)
	if err != nil {
		return p, err
	}
	if !h.stays(ref, size) {
		if err := h.add(size); err != nil {
			return p, err
		}
		p.Data, err = pc.Value(ref)
		p.Data = slices.Clone(p.Data)
		return p, err
	}
	d, err := pc.Data(ref)
	if err != nil {
		return p, err
	}
	p.Large, err = largeOf(d)
	return p, err
}

func largeOf(d *ndb.Data) (*Large, error) {
	root, err := d.Root()
	if err != nil {
		return nil, err
	}
	return &Large{Size: d.Size(), ID: valueID(root, d.Size()), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(d.Reader()), nil
	}}, nil
}

// valueID makes one number of where a value is. The place is in it, and the size, because
// copies of a store that go on apart may give one block id to two values.
func valueID(root disk.BREF, size int64) uint64 {
	if root.IB == 0 {
		return 0
	}
	var b []byte
	for _, n := range []uint64{uint64(root.BID), root.IB, uint64(size)} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	h := fnv.New64a()
	h.Write(b)
	return h.Sum64()
}

// recipients reads the rows of a message's recipient table by their ids, which
// grow as recipients are added.
func (cr *contentReader) recipients(n ndb.Node) ([][]Property, error) {
	tc, err := cr.subtable(n, disk.NIDRecipientTable)
	if tc == nil || err != nil {
		return nil, err
	}
	var all [][]Property
	for row, err := range tc.Sorted() {
		if err != nil {
			return nil, err
		}
		props, err := cr.row(tc, row)
		if err != nil {
			return nil, fmt.Errorf("row %#x: %w", row.ID, err)
		}
		all = append(all, props)
	}
	return all, nil
}

// subtable opens a table kept in a subnode, nil where there is none.
func (cr *contentReader) subtable(n ndb.Node, nid NID) (*ltp.TC, error) {
	sub, err := cr.view.Subnode(n.Sub, nid)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return ltp.OpenTC(cr.view, sub)
}

// row reads the cells that are there, without the row's own id and version.
func (cr *contentReader) row(tc *ltp.TC, row ltp.Row) ([]Property, error) {
	if err := cr.held.add(0); err != nil {
		return nil, err
	}
	var props []Property
	for _, col := range tc.Columns() {
		if col.Tag == ltp.TagRowID || col.Tag == ltp.TagRowVer {
			continue
		}
		b, ok, err := row.Cell(col.Tag)
		if err != nil {
			return nil, fmt.Errorf("cell %s: %w", col.Tag, err)
		}
		if !ok {
			continue
		}
		if err := cr.held.add(int64(len(b))); err != nil {
			return nil, err
		}
		props = append(props, Property{Tag: col.Tag, Data: slices.Clone(b)})
	}
	sortProps(props)
	return props, nil
}

// attachments reads the attachments that a message's attachment table lists.
func (cr *contentReader) attachments(n ndb.Node, depth int) ([]Attachment, error) {
	tc, err := cr.subtable(n, disk.NIDAttachmentTable)
	if tc == nil || err != nil {
		return nil, err
	}
	rows, err := tc.Rows()
	if err != nil {
		return nil, fmt.Errorf("attachment table: %w", err)
	}
	if cr.left -= rows; cr.left < 0 {
		return nil, fmt.Errorf("over %d attachments: %w", maxAttachments, ErrCorrupt)
	}
	var all []Attachment
	for id, err := range tc.IDs() {
		if err != nil {
			return nil, fmt.Errorf("attachment table: %w", err)
		}
		sub, err := cr.view.Subnode(n.Sub, NID(id))
		if errors.Is(err, ErrNotFound) {
			return nil, disk.Corruptf("attachment table", -1, "row %#x without its attachment", id)
		}
		if err != nil {
			return nil, fmt.Errorf("attachment %#x: %w", id, err)
		}
		a, err := cr.attachment(sub, depth)
		if err != nil {
			return nil, fmt.Errorf("attachment %#x: %w", id, err)
		}
		all = append(all, a)
	}
	return all, nil
}

func (cr *contentReader) attachment(n ndb.Node, depth int) (Attachment, error) {
	a := Attachment{Number: n.NID}
	pc, err := ltp.OpenPC(cr.view, n)
	if err != nil {
		return a, err
	}
	isObject := func(ref ltp.Ref) bool { return ref.Tag.Type() == TypeObject }
	if a.Props, err = readProps(pc, isObject, &cr.held); err != nil {
		return a, err
	}
	for ref, err := range pc.All() {
		if err != nil {
			return a, err
		}
		if !isObject(ref) {
			continue
		}
		if err := cr.object(n, pc, ref, &a, depth); err != nil {
			return a, fmt.Errorf("object of property %s: %w", ref.Tag, err)
		}
	}
	sortProps(a.Props)
	return a, nil
}

// object reads what a TypeObject property of an attachment refers to: an
// embedded message, or the bytes of an OLE object.
func (cr *contentReader) object(n ndb.Node, pc *ltp.PC, ref ltp.Ref, a *Attachment, depth int) error {
	nid, _, err := pc.Object(ref)
	if err != nil {
		return err
	}
	sub, err := cr.view.Subnode(n.Sub, nid)
	if err != nil {
		return err
	}
	if nid.Type() == disk.NIDTypeNormalMessage && ref.Tag.ID() == idAttachData {
		if depth == 0 {
			return fmt.Errorf("over %d messages within messages: %w", maxEmbedded, ErrCorrupt)
		}
		a.Embedded, err = cr.content(sub, depth-1)
		return err
	}
	if sub.Sub != 0 {
		return fmt.Errorf("object %s with subnodes: %w", nid, ErrUnsupported)
	}
	d, err := cr.view.Data(sub.Data)
	if err != nil {
		return err
	}
	p := Property{Tag: ref.Tag}
	if cr.held.leaves(TypeObject, d.Size()) {
		if p.Large, err = largeOf(d); err != nil {
			return err
		}
	} else if err := cr.held.add(d.Size()); err != nil {
		return err
	} else if p.Data, err = readAll(d, d.Size()); err != nil {
		return err
	}
	a.Props = append(a.Props, p)
	return nil
}

// Prop finds a property of the content by its id.
func (c *Content) Prop(id uint16) (Property, bool) { return findProp(c.Props, id) }

func findProp(props []Property, id uint16) (Property, bool) {
	i := slices.IndexFunc(props, func(p Property) bool { return p.Tag.ID() == id })
	if i < 0 {
		return Property{}, false
	}
	return props[i], true
}
