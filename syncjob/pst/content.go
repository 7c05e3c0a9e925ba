package pst

// Content is what a message consists of, wherever it is kept.
type Content struct {
	Associated  bool         // a folder associated item, kept in its own table
	Faithful    bool         // a copy: what its original lacks is not filled in
	Props       []Property   // ascending by tag
	Recipients  [][]Property // in table order, each ascending by tag
	Attachments []Attachment // in table order
}

// Attachment is one attachment of a message. Embedded is set for an embedded
// message (PidTagAttachMethod 5), and then Props has no PidTagAttachDataObject.
type Attachment struct {
	Number   NID // of its subnode; 0 for a new one
	Props    []Property
	Embedded *Content
}

// Message is an item of a folder.
type Message struct {
	NID    NID
	Folder NID
	Content
}

// Folder is what a store's hierarchy says of a folder.
type Folder struct {
	NID           NID
	Parent        NID
	Name          string
	Class         string // container class: IPF.Contact, IPF.Appointment, …, or empty
	Items         int    // PidTagContentCount
	Unread        int    // PidTagContentUnreadCount
	Associated    int    // rows of the associated contents table
	HasSubfolders bool
}

// Row is one row of a contents table.
type Row struct {
	NID        NID    // of the item
	RowVersion uint32 // PidTagLtpRowVer, fresh after every change of the item
}

// Edit is a change of a message. The zero value changes nothing but the last
// modification time.
//
// A faithful edit makes a message as another one is: nothing but what is computed
// changes beyond Set and Remove, not even the modification time, and what every
// item should have can be removed.
type Edit struct {
	Faithful    bool
	Set         []Property    // added or replaced, by property id
	Remove      []uint16      // property ids; one that is absent is no error, one that an item should have stays
	Recipients  *[][]Property // when not nil, replaces all recipients
	Attachments *[]Attachment // when not nil, replaces all attachments: one with a Number and nil Props is kept as it is
}

// Properties of a message, by name, that the package reads or keeps up.
const (
	PidTagMessageClass         Tag = 0x001A001F
	PidTagMessageFlags         Tag = 0x0E070003
	PidTagMessageSize          Tag = 0x0E080003
	PidTagSubject              Tag = 0x0037001F
	PidTagDisplayName          Tag = 0x3001001F
	PidTagCreationTime         Tag = 0x30070040
	PidTagLastModificationTime Tag = 0x30080040
	PidTagSearchKey            Tag = 0x300B0102
	PidTagContainerClass       Tag = 0x3613001F
)
