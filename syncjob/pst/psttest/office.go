package psttest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs"
)

// OfficeTime is when the contacts of an [Office] were last changed.
var OfficeTime = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// TagCompany is the property that contacts of an [Office] share most: 97 values.
const TagCompany pst.Tag = 0x3A16001F

// Office makes contacts like those of Outlook: about 50 properties, 20 of them
// named, with a compressed note of 3 KB on every fourth.
type Office struct{ ids map[pst.PropName]uint16 }

// officeNames are the named properties of a contact, by their types.
var officeNames = map[pst.PropType][]pst.PropName{
	pst.TypeUnicode: {
		address(0x8005), address(0x8080), address(0x8082), address(0x8083), address(0x8084),
		address(0x8062), address(0x801B), address(0x8045), address(0x8046), address(0x8048), common(0x8554),
	},
	pst.TypeInt32:                    {address(0x8006), address(0x8029), common(0x8510), common(0x8552), common(0x8501)},
	pst.TypeInt32 | pst.TypeMultiple: {address(0x8027), address(0x8028)},
	pst.TypeBoolean:                  {common(0x8503), common(0x8506), common(0x850E)},
}

func address(id uint32) pst.PropName { return pst.PropName{GUID: propertySet(0x04), ID: id} }
func common(id uint32) pst.PropName  { return pst.PropName{GUID: propertySet(0x08), ID: id} }

// propertySet is {0006200x-0000-0000-c000-000000000046} as stored.
func propertySet(n byte) [16]byte {
	return [16]byte{n, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 15: 0x46}
}

// NewOffice gets the named properties of its contacts from the store.
func NewOffice(t testing.TB, tx *pst.Tx) *Office {
	t.Helper()
	o := &Office{ids: map[pst.PropName]uint16{}}
	for _, names := range officeNames {
		for _, name := range names {
			id, err := tx.PutName(name)
			require.NoError(t, err)
			o.ids[name] = id
		}
	}
	return o
}

// Contact is contact number i: the same one for every office, but for the ids of
// named properties.
func (o *Office) Contact(i int) pst.Content {
	first, last := fmt.Sprintf("Given%d", i%311), fmt.Sprintf("Surname%05d", i)
	name := first + " " + last
	mail := strings.ToLower(first+"."+last) + "@example.com"
	c := pst.Content{Props: []pst.Property{
		Text(pst.PidTagMessageClass, "IPM.Contact"), Int(0x00170003, 1), Int(0x00260003, 0), Int(0x00360003, 0),
		Text(TagSubject, name), Text(TagTopic, name), Text(0x0042001F, name), Text(0x0C1A001F, name),
		Int(pst.PidTagMessageFlags, 1), Int(0x10800003, 512), Int(0x3FDE0003, 28591), Int(0x3FF10003, 1033),
		Text(pst.PidTagDisplayName, name), Text(TagGivenName, first), Text(0x3A11001F, last),
		Text(0x3A08001F, fmt.Sprintf("+43 1 %07d", i)), Text(0x3A1C001F, fmt.Sprintf("+43 664 %07d", i)),
		Text(0x3A09001F, ""), Text(0x3A0A001F, first[:1]+"."+last[:1]+"."),
		Text(TagCompany, fmt.Sprintf("Company %d", i%97)), Text(0x3A17001F, "Engineer"), Text(0x3A18001F, ""),
		Text(0x3A26001F, "Austria"), Text(0x3A27001F, "Vienna"), Text(0x3A29001F, fmt.Sprintf("Street %d", i%500)),
		Text(0x3A2A001F, fmt.Sprint(1000+i%230)),
		Time(pst.PidTagCreationTime, OfficeTime), Time(pst.PidTagLastModificationTime, OfficeTime),
		Bytes(pst.PidTagSearchKey, fmt.Appendf(nil, "%016d", i)),
	}}
	text := map[uint32]string{0x8005: last + ", " + first, 0x8080: name + " (" + mail + ")", 0x8082: "SMTP", 0x8083: mail, 0x8084: mail, 0x8554: "16.0"}
	for kind, names := range officeNames {
		for _, n := range names {
			p := pst.Property{Tag: pst.MakeTag(o.ids[n], kind)}
			switch kind {
			case pst.TypeUnicode:
				p.Data = pst.EncodeUTF16(text[n.ID])
			case pst.TypeBoolean:
				p.Data = []byte{0}
			default:
				p.Data = []byte{0x80, 0x80, 0, 0}
			}
			c.Props = append(c.Props, p)
		}
	}
	if i%4 == 0 {
		c.Props = append(c.Props, Bytes(0x10090102, Noise(3_000)))
	}
	return c
}

// Fill adds contacts from..to-1 of an office to the Contacts of the store at path,
// in one transaction, and returns their ids.
func Fill(t testing.TB, path string, from, to int) []pst.NID {
	t.Helper()
	f, err := pst.Open(vfs.OS, path, pst.Options{})
	require.NoError(t, err)
	defer f.Close()
	contacts, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	var ids []pst.NID
	Edit(t, f, func(tx *pst.Tx) {
		office := NewOffice(t, tx)
		for i := from; i < to; i++ {
			nid, err := tx.Create(contacts, In(t, tx, office.Contact(i)))
			require.NoError(t, err)
			ids = append(ids, nid)
		}
	})
	return ids
}
