package readback

import (
	"fmt"

	"pstsyncd/syncjob/pst"
)

// computed are the properties, by id, that the engine sets by itself: flags,
// sizes, row ids and versions, and the change keys it drops or renews.
var computed = map[uint16]bool{
	0x0E07: true, 0x0E08: true, 0x0E20: true, 0x0E21: true,
	0x65E2: true, 0x65E3: true, 0x67F2: true, 0x67F3: true,
}

// FromContent wants of node nid everything that c has, except what the engine
// computes by itself. Large values are read through for their digests.
func FromContent(nid pst.NID, c pst.Content) (Want, error) {
	w := Want{NID: uint32(nid), Parts: true}
	var err error
	if w.Props, err = fromProps(c.Props); err != nil {
		return Want{}, err
	}
	for i, row := range c.Recipients {
		cells, err := fromProps(row)
		if err != nil {
			return Want{}, fmt.Errorf("recipient %d: %w", i, err)
		}
		w.Recipients = append(w.Recipients, cells)
	}
	for i, a := range c.Attachments {
		part, err := fromAttachment(a)
		if err != nil {
			return Want{}, fmt.Errorf("attachment %d: %w", i, err)
		}
		w.Attachments = append(w.Attachments, part)
	}
	return w, nil
}

func fromAttachment(a pst.Attachment) (Want, error) {
	w := Want{NID: uint32(a.Number)}
	var err error
	if w.Props, err = fromProps(a.Props); err != nil {
		return Want{}, err
	}
	if a.Embedded != nil {
		sub, err := FromContent(0, *a.Embedded)
		if err != nil {
			return Want{}, fmt.Errorf("embedded message: %w", err)
		}
		w.Embedded = &sub
	}
	return w, nil
}

func fromProps(props []pst.Property) (map[uint32]Value, error) {
	values := make(map[uint32]Value, len(props))
	for _, p := range props {
		if computed[p.Tag.ID()] {
			continue
		}
		v, err := fromProperty(p)
		if err != nil {
			return nil, fmt.Errorf("property %#08x: %w", uint32(p.Tag), err)
		}
		values[uint32(p.Tag)] = v
	}
	return values, nil
}

func fromProperty(p pst.Property) (Value, error) {
	if p.Large == nil {
		return Of(p.Data), nil
	}
	r, err := p.Large.Open()
	if err != nil {
		return Value{}, err
	}
	defer r.Close()
	return OfReader(r)
}
