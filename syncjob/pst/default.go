package pst

import (
	"errors"
	"fmt"
	"strings"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Container classes of the folders that [File.Default] finds.
const (
	ClassAppointment = "IPF.Appointment"
	ClassContact     = "IPF.Contact"
)

// defaultEntries are the properties of the root folder and the Inbox that name
// the default folder of a class. [MS-OXOSFLD] 2.2.3.
var defaultEntries = map[string]uint16{
	ClassAppointment: 0x36D0,
	ClassContact:     0x36D1,
	"IPF.Journal":    0x36D2,
	"IPF.StickyNote": 0x36D3,
	"IPF.Task":       0x36D4,
}

// Default finds the default folder of a container class: the one that the root
// folder or the Inbox names, if it is there and of that class, else the first
// folder directly below the IPM subtree that is of the class, else the first
// one of a class derived from it. ErrNotFound when there is none.
func (r *reader) Default(class string) (NID, error) {
	nid, err := r.namedDefault(class)
	if err == nil || !errors.Is(err, ErrNotFound) {
		return nid, err
	}
	top, err := r.IPMSubtree()
	if err != nil {
		return 0, err
	}
	derived := NID(0)
	for id, err := range r.subfolders(top) {
		if err != nil {
			return 0, err
		}
		got, err := r.classOf(id)
		if err != nil {
			return 0, err
		}
		if strings.EqualFold(got, class) {
			return id, nil
		}
		if derived == 0 && isClass(got, class) {
			derived = id
		}
	}
	if derived == 0 {
		return 0, fmt.Errorf("default folder of class %s: %w", class, ErrNotFound)
	}
	return derived, nil
}

// namedDefault follows the entry ids on the root folder and the Inbox.
func (r *reader) namedDefault(class string) (NID, error) {
	id, ok := defaultEntries[class]
	if !ok {
		return 0, ErrNotFound
	}
	holders := []NID{disk.NIDRootFolder}
	if inbox, err := r.receiveFolder(); err == nil && inbox != disk.NIDRootFolder {
		holders = append(holders, inbox)
	}
	for _, holder := range holders {
		pc, err := r.openPC(holder)
		if err != nil {
			return 0, err
		}
		nid, err := r.entryOf(pc, id)
		if errors.Is(err, ErrNotFound) || nid.Type() != disk.NIDTypeNormalFolder {
			continue
		}
		if err != nil {
			return 0, err
		}
		got, err := r.classOf(nid)
		if err != nil {
			return 0, err
		}
		if isClass(got, class) {
			return nid, nil
		}
	}
	return 0, ErrNotFound
}

// tagReceiveFolder is the column of the receive folder table that holds the NID
// of the folder.
const tagReceiveFolder Tag = 0x66050003

// receiveFolder is the folder that the receive folder table names for every
// message class: the Inbox of a store that mail is delivered to.
func (r *reader) receiveFolder() (NID, error) {
	tc, err := r.openTC(disk.NIDReceiveFolderTable)
	if err != nil {
		return 0, err
	}
	for row, err := range tc.All() {
		if err != nil {
			return 0, err
		}
		class, _, err := row.Cell(PidTagMessageClass)
		if err != nil {
			return 0, err
		}
		if row.Has(tagReceiveFolder) && len(class) == 0 {
			return NID(row.Uint32(tagReceiveFolder)), nil
		}
	}
	return 0, ErrNotFound
}

func (r *reader) classOf(folder NID) (string, error) {
	pc, err := r.openPC(folder)
	if err != nil {
		return "", err
	}
	class, err := r.textOf(pc, idContainerClass)
	if err != nil {
		return "", fmt.Errorf("class of folder %s: %w", folder, err)
	}
	return class, nil
}

// isClass reports whether class is want or derived from it.
func isClass(class, want string) bool {
	if len(class) > len(want) && class[len(want)] == '.' {
		class = class[:len(want)]
	}
	return strings.EqualFold(class, want)
}
