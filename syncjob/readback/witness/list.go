package witness

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf16"
)

// Nodes of a folder with index i are i<<5 plus these. [MS-PST] 2.4.4.
const (
	nidRootFolder = 0x122

	typeFolder        = 0x02
	typeHierarchy     = 0x0D
	typeContents      = 0x0E
	typeAssociated    = 0x0F
	idDisplayName     = 0x3001
	idRowID           = 0x67F2
	maxFolderDepth    = 64
	maxFolderNameSize = 4096 // bytes
)

// Item says where a message is.
type Item struct {
	NID        uint32
	Folder     string // names from the root folder down, separated by '/'
	Associated bool
}

// Items lists every message of every normal folder, by the folders' tables. An
// error is of one table; the listing goes on with the next.
func (s *Store) Items() iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		w := walker{store: s, seen: map[uint32]bool{}, yield: yield}
		w.folder(nidRootFolder, "", 0)
	}
}

type walker struct {
	store *Store
	seen  map[uint32]bool
	yield func(Item, error) bool
}

// folder reports whether to go on.
func (w *walker) folder(nid uint32, path string, depth int) bool {
	if w.seen[nid] || depth > maxFolderDepth {
		return w.yield(Item{Folder: path}, fmt.Errorf("folder %#x: reached twice: %w", nid, ErrBroken))
	}
	w.seen[nid] = true
	if !w.items(nid, typeContents, path) || !w.items(nid, typeAssociated, path) {
		return false
	}
	rows, err := w.store.Table(nid&^0x1F|typeHierarchy, idDisplayName, idRowID)
	if err != nil {
		return w.yield(Item{Folder: path}, err)
	}
	for _, row := range rows {
		child, name, err := row.folder()
		if err != nil {
			if !w.yield(Item{Folder: path}, err) {
				return false
			}
			continue
		}
		if child&0x1F == typeFolder && !w.folder(child, join(path, name), depth+1) {
			return false
		}
	}
	return true
}

func (w *walker) items(folder, table uint32, path string) bool {
	rows, err := w.store.Table(folder&^0x1F|table, idRowID)
	if errors.Is(err, ErrNotFound) {
		return true
	}
	if err != nil {
		return w.yield(Item{Folder: path}, err)
	}
	for _, row := range rows {
		nid, err := row.id()
		if !w.yield(Item{NID: nid, Folder: path, Associated: table == typeAssociated}, err) {
			return false
		}
	}
	return true
}

// id is the row's PidTagLtpRowId.
func (r Row) id() (uint32, error) {
	for _, p := range r {
		if p.Tag>>16 == idRowID && len(p.property.Data) == 4 {
			return binary.LittleEndian.Uint32(p.property.Data), nil
		}
	}
	return 0, fmt.Errorf("row without an id: %w", ErrBroken)
}

func (r Row) folder() (nid uint32, name string, err error) {
	if nid, err = r.id(); err != nil {
		return 0, "", err
	}
	for _, p := range r {
		if p.Tag>>16 == idDisplayName {
			name, err = p.text()
		}
	}
	return nid, name, err
}

// text is the value as text: UTF-16, or bytes taken for Latin-1.
func (p Prop) text() (string, error) {
	r, err := p.Open()
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(r, maxFolderNameSize))
	if err != nil {
		return "", classify(fmt.Sprintf("property %#08x", p.Tag), err)
	}
	var units []uint16
	if p.Tag&0xFFFF == 0x001F {
		for ; len(b) >= 2; b = b[2:] {
			units = append(units, binary.LittleEndian.Uint16(b))
		}
	} else {
		for _, c := range b {
			units = append(units, uint16(c))
		}
	}
	return string(utf16.Decode(units)), nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}
