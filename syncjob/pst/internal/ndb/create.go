package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/vfs"
)

// Places of the first pages of a new store, after the maps of the first section.
const (
	createNBT = disk.FirstAMap + disk.PMapOffset + disk.PageSize
	createBBT = createNBT + disk.PageSize
)

// Create makes an empty store of one section, without any node, in the empty file f, and
// returns it, open and durable. It owns f from then on, also when it fails. A crash
// before it returns leaves a file that is no store; a name that means something should
// be given to the file afterwards.
func Create(f vfs.File, format disk.Format, crypt uint8, o Options) (*Store, error) {
	s := newStore(f, o)
	if err := s.create(format, crypt); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("create store: %w", err)
	}
	return s, nil
}

func (s *Store) create(format disk.Format, crypt uint8) error {
	size, err := s.f.Size()
	switch {
	case err != nil:
		return err
	case size != 0:
		return fmt.Errorf("file has %d bytes already", size)
	case crypt > disk.CryptCyclic:
		return fmt.Errorf("encoding %#x: %w", crypt, ErrUnsupported)
	}
	h := newHeader(format, crypt)
	if err := s.truncate(int64(h.Root.FileEOF)); err != nil {
		return err
	}
	s.setImage(headerImage{bytes: make([]byte, headerImageSize), format: format, header: h})
	if err := s.createPages(&h); err != nil {
		return err
	}
	if err := s.writeHeader(h); err != nil {
		return err
	}
	if err := s.sync(); err != nil {
		return err
	}
	s.setCounted(true)
	return nil
}

// newHeader returns the header of an empty store ([MS-PST] 2.2.2.6).
func newHeader(format disk.Format, crypt uint8) disk.Header {
	h := disk.Header{
		MagicClient:    disk.MagicClientPST,
		Version:        disk.VersionUnicode,
		ClientVersion:  19,
		PlatformCreate: 1,
		PlatformAccess: 1,
		NextP:          3,
		NextB:          disk.BlockIDStep,
		Unique:         1,
		Sentinel:       disk.HeaderSentinel,
		Crypt:          crypt,
		Root: disk.Root{
			FileEOF:   uint64(disk.SectionOffset(1)),
			AMapLast:  disk.FirstAMap,
			NBT:       disk.BREF{BID: 1, IB: createNBT},
			BBT:       disk.BREF{BID: 2, IB: createBBT},
			AMapValid: disk.AMapValid2,
		},
	}
	if format == disk.ANSI {
		h.Version = disk.VersionANSI
	}
	for t := range h.RgNID {
		h.RgNID[t] = firstIndex(disk.NIDType(t))
	}
	for i := range h.FM {
		h.FM[i], h.FP[i] = 0xFF, 0xFF
	}
	return h
}

// createPages writes all but the header, and sets its free space.
func (s *Store) createPages(h *disk.Header) error {
	page := func(off int64, marshal marshalFunc) error {
		b, err := s.marshalPage(marshal)
		if err != nil {
			return err
		}
		return s.write(b, off)
	}
	nbt := disk.BTPage{Trailer: disk.NewPageTrailer(disk.PageNBT, h.Root.NBT)}
	bbt := disk.BTPage{Trailer: disk.NewPageTrailer(disk.PageBBT, h.Root.BBT)}
	amap := disk.NewAMap(0)
	for _, ref := range []disk.BREF{h.Root.NBT, h.Root.BBT} {
		_, slot, _ := disk.SectionOf(int64(ref.IB))
		amap.Set(slot, disk.SlotsPerPage)
	}
	h.Root.AMapFree = uint64(amap.FreeSlots()) * disk.BlockAlign
	d := newDensityList(s.Format(), nil, 0, h.NextP)
	d.Flags = disk.DListBackfillComplete
	for _, p := range []struct {
		off     int64
		marshal marshalFunc
	}{
		{disk.DListOffset, d.Marshal},
		{disk.FirstAMap, amap.Marshal},
		{createNBT, nbt.Marshal},
		{createBBT, bbt.Marshal},
	} {
		if err := page(p.off, p.marshal); err != nil {
			return err
		}
	}
	return writeMapPages(page, 0)
}
