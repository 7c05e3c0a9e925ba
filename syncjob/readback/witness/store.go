package witness

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	gopst "github.com/mooijtech/go-pst/v6/pkg"
)

// Store is a PST file as go-pst sees it. Not safe for concurrent use.
type Store struct {
	file     *gopst.File
	nbt, bbt *lookup
}

// Open reads the header, and nothing else, of the store in r. Reads go through
// a small cache, as go-pst asks for a byte or two at a time; the bytes of r
// must not change while the Store is in use.
func Open(r io.ReaderAt) (s *Store, err error) {
	const op = "open"
	defer guard(op, &err)
	file := &gopst.File{Reader: gopst.NewDefaultReader(newCache(r))}
	if err := readHeader(file); err != nil {
		return nil, classify(op, err)
	}
	s = &Store{
		file: file,
		nbt:  &lookup{file: file, kind: gopst.BTreeTypeNode},
		bbt:  &lookup{file: file, kind: gopst.BTreeTypeBlock},
	}
	if s.nbt.root, err = file.GetNodeBTreeOffset(); err != nil {
		return nil, classify(op, err)
	}
	if s.bbt.root, err = file.GetBlockBTreeOffset(); err != nil {
		return nil, classify(op, err)
	}
	file.NodeBTree, file.BlockBTree = s.nbt, s.bbt
	return s, nil
}

// readHeader is what gopst.New does before it loads the trees and the name map.
func readHeader(file *gopst.File) error {
	ok, err := file.IsValidSignature()
	if err != nil {
		return err
	}
	if !ok {
		return gopst.ErrFileSignatureInvalid
	}
	if _, err := file.GetContentType(); err != nil {
		return err
	}
	if file.FormatType, err = file.GetFormatType(); err != nil {
		return err
	}
	if file.FormatType == gopst.FormatTypeUnicode4k {
		return fmt.Errorf("4K pages: %w", ErrCannot)
	}
	if file.EncryptionType, err = file.GetEncryptionType(); err != nil {
		return err
	}
	return fitsIdentifiers(file)
}

// fitsIdentifiers looks at bidNextB, at 516 in a Unicode header: go-pst cuts
// every block id to 32 bits.
func fitsIdentifiers(file *gopst.File) error {
	if file.FormatType != gopst.FormatTypeUnicode {
		return nil
	}
	var next [8]byte
	if _, err := file.Reader.ReadAt(next[:], 516); err != nil {
		return err
	}
	if binary.LittleEndian.Uint64(next[:])>>32 != 0 {
		return fmt.Errorf("block ids over 32 bits: %w", ErrCannot)
	}
	return nil
}

// Has says whether the node B-tree has an entry for nid.
func (s *Store) Has(nid uint32) (ok bool, err error) {
	op := fmt.Sprintf("node %#x", nid)
	defer guard(op, &err)
	_, err = s.node(nid)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, classify(op, err)
}

func (s *Store) node(nid uint32) (gopst.BTreeNode, error) {
	node, err := s.file.GetNodeBTreeNode(gopst.Identifier(nid))
	if err == nil {
		return node, nil
	}
	if s.nbt.err != nil {
		return node, s.nbt.err
	}
	return node, ErrNotFound
}

// because adds to an error of go-pst what it does not pass on: why a B-tree
// lookup inside it came to nothing.
func (s *Store) because(err error) error {
	if err == nil {
		return nil
	}
	if lookupErr := errors.Join(s.nbt.err, s.bbt.err); lookupErr != nil {
		return fmt.Errorf("%w: %w", err, lookupErr)
	}
	return err
}
