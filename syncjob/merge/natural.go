package merge

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf8"

	"pstsyncd/syncjob/item"
)

var (
	psetidAddress     = item.MustGUID("{00062004-0000-0000-c000-000000000046}")
	psetidAppointment = item.MustGUID("{00062002-0000-0000-c000-000000000046}")
	psetidMeeting     = item.MustGUID("{6ed8da90-450b-101b-98da-00aa003f1305}")

	keyGlobalID      = item.NamedKey(psetidMeeting, 0x0003)     // PidLidGlobalObjectId
	keyCleanGlobalID = item.NamedKey(psetidMeeting, 0x0023)     // PidLidCleanGlobalObjectId
	keyFileUnder     = item.NamedKey(psetidAddress, 0x8005)     // PidLidFileUnder
	keyEmail1        = item.NamedKey(psetidAddress, 0x8083)     // PidLidEmail1EmailAddress
	keyListMembers   = item.NamedKey(psetidAddress, 0x8055)     // PidLidDistributionListMembers
	keyStart         = item.NamedKey(psetidAppointment, 0x820D) // PidLidAppointmentStartWhole
	keyEnd           = item.NamedKey(psetidAppointment, 0x820E) // PidLidAppointmentEndWhole
)

const (
	keySubmitted item.Key = "0x0039" // PidTagClientSubmitTime
	keyGivenName item.Key = "0x3A06" // PidTagGivenName
	keyWorkPhone item.Key = "0x3A08" // PidTagBusinessTelephoneNumber
	keyHomePhone item.Key = "0x3A09" // PidTagHomeTelephoneNumber
	keySurname   item.Key = "0x3A11" // PidTagSurname
	keyCompany   item.Key = "0x3A16" // PidTagCompanyName
	keyMobile    item.Key = "0x3A1C" // PidTagMobileTelephoneNumber
)

// NaturalKey is what a person would tell items apart by, together with the
// message class: name, first e-mail address and company of a contact (and its
// telephone numbers where it has neither address nor company); subject, start
// and end of an appointment; name and members of a distribution list; subject,
// body and time of sending of anything else. It is zero for an item in which all
// of these are empty.
//
// A natural key is weak evidence; see pairing.go for when it is taken.
func NaturalKey(it *item.Item) (item.Digest, error) {
	n := natural{props: it.Props}
	switch it.Kind() {
	case item.Contact:
		n.text(item.KeyDisplayName, keyFileUnder)
		if !n.named {
			n.text(keyGivenName)
			n.text(keySurname)
		}
		named := n.named
		n.named = false
		n.text(keyEmail1)
		n.text(keyCompany)
		if !n.named {
			n.text(keyMobile)
			n.text(keyWorkPhone)
			n.text(keyHomePhone)
		}
		n.named = n.named || named
	case item.DistList:
		n.text(item.KeyDisplayName, item.KeySubject)
		n.raw(keyListMembers)
	case item.Appointment:
		n.text(item.KeySubject)
		n.raw(keyStart)
		n.raw(keyEnd)
	default:
		n.text(item.KeySubject)
		n.raw(item.KeyBody)
		n.raw(keySubmitted)
	}
	if !n.named || n.err != nil {
		return item.Digest{}, n.err
	}
	return n.digest(it.Class), nil
}

// natural collects the parts of a natural key.
type natural struct {
	props item.Props
	parts []string
	named bool // some part is not empty
	err   error
}

// text adds the first of the strings that is not empty; case and spacing do not
// count, nor does the mark in front of a subject.
func (n *natural) text(keys ...item.Key) {
	var part string
	for _, k := range keys {
		s, _ := n.props.String(k)
		if part = strings.ToLower(strings.Join(strings.Fields(unmarked(s)), " ")); part != "" {
			break
		}
	}
	n.add(part)
}

// raw adds a value of any type.
func (n *natural) raw(k item.Key) {
	v, ok := n.props[k]
	if !ok || v.Size() == 0 {
		n.add("")
		return
	}
	d, err := v.Digest()
	if err != nil && n.err == nil {
		n.err = err
	}
	n.add(string(d[:]))
}

func (n *natural) add(part string) {
	n.parts = append(n.parts, part)
	n.named = n.named || part != ""
}

func (n *natural) digest(class string) item.Digest {
	h := sha256.New()
	for _, part := range append([]string{strings.ToLower(class)}, n.parts...) {
		binary.Write(h, binary.LittleEndian, uint32(len(part)))
		io.WriteString(h, part)
	}
	return item.Digest(h.Sum(nil)[:16])
}

// unmarked drops the mark in front of a subject: U+0001 and one more character.
func unmarked(s string) string {
	if !strings.HasPrefix(s, "\x01") {
		return s
	}
	_, size := utf8.DecodeRuneInString(s[1:])
	return s[1+size:]
}
