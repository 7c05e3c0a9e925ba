package psttest_test

import (
	"regexp"
	"slices"
	"strings"

	"pstsyncd/syncjob/pst"
)

// part is what of an item a reader does not give.
type part int

const (
	wholeItem part = iota
	oneValue
	recipients
	attachments
	embedded
)

// limit is something that a reader cannot, whoever wrote the store. Each is shown by
// [TestInterop_Limits] on stores that Outlook wrote, or it is in the reader's own
// words or source, as the comment says.
type limit struct {
	reader, reason string
	applies        func(m *meant, p part, tag pst.Tag) bool
	complaint      *regexp.Regexp // how it says so
}

var limits = []limit{
	{
		reader: "go-pst", reason: "subnode trees of several levels", // ErrLocalDescriptorBranchNode
		applies: func(m *meant, p part, _ pst.Tag) bool { return p == wholeItem && len(m.content.Attachments) > 340 },
	},
	{
		reader: "go-pst", reason: "property contexts of several levels", // GetPropertyContext reads the root as a leaf
		applies: func(m *meant, p part, _ pst.Tag) bool { return p == wholeItem && len(m.content.Props) > 447 },
	},
	{
		reader: "pst-extractor", reason: "associated items", // TestInterop_Limits
		applies: func(m *meant, p part, _ pst.Tag) bool { return p == wholeItem && m.content.Associated },
	},
	{
		reader: "pst-extractor", reason: "property contexts of several levels", // PSTTable keeps numberOfIndexLevels and never looks at it
		applies:   func(m *meant, p part, _ pst.Tag) bool { return p == wholeItem && len(m.content.Props) > 447 },
		complaint: regexp.MustCompile(`^Exception Error in No:`),
	},
	{
		reader: "pst-extractor", reason: "messages in attachments", // PSTAttachment has no descriptorIndexNode, which it asks for
		applies: func(_ *meant, p part, _ pst.Tag) bool { return p == embedded },
	},
	{
		reader: "pffexport", reason: "classes of associated items", // "Skipped item", and TestInterop_Limits
		applies: func(m *meant, p part, _ pst.Tag) bool { return p == wholeItem && m.content.Associated },
	},
	{
		reader: "pffexport", reason: "property contexts of over 8 blocks", // it reads records in a block that its cache of 8 has dropped
		applies: func(m *meant, p part, _ pst.Tag) bool {
			return p == wholeItem && onHeap(m.content.Props) > 8*8_000
		},
		complaint: regexp.MustCompile(`^(libpff_|export_handle_export_item: unable to retrieve item type)`),
	},
	{
		reader: "readpst", reason: "tasks, notes, lists and associated items", // TestInterop_Limits
		applies: func(m *meant, p part, _ pst.Tag) bool {
			return p == wholeItem && (m.is("IPM.Task") || m.is("IPM.StickyNote") || m.is("IPM.DistList") || m.content.Associated)
		},
	},
	{
		reader: "readpst", reason: "subnode trees of several levels", // pst_build_id2 takes SIENTRYs for SLENTRYs
		applies: func(m *meant, p part, _ pst.Tag) bool { return p == oneValue && len(m.content.Attachments) > 340 },
	},
	{
		reader: "readpst", reason: "property contexts of several levels", // pst_parse_block reads the root as a leaf
		applies: func(m *meant, p part, _ pst.Tag) bool { return p == wholeItem && len(m.content.Props) > 447 },
	},
	{
		reader: "readpst", reason: "types of properties that Outlook's items do not have", // pst_parse_block: "Unknown ref_type"
		applies: func(m *meant, p part, tag pst.Tag) bool {
			return p == oneValue && slices.Contains([]pst.PropType{pst.TypeFloat32, pst.TypeCurrency, pst.TypeAppTime, pst.TypeError}, tag.Type())
		},
		complaint: regexp.MustCompile(`ERROR Unknown ref_type`),
	},
}

func (m *meant) is(class string) bool {
	p, _ := m.content.Prop(pst.PidTagMessageClass.ID())
	return strings.ReplaceAll(string(p.Data), "\x00", "") == class
}

// onHeap is how many bytes of values are in the heap of a property context.
func onHeap(props []pst.Property) int64 {
	var n int64
	for _, p := range props {
		if p.Size() <= 1024 {
			n += p.Size()
		}
	}
	return n
}
