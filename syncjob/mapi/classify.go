package mapi

import "pstsyncd/syncjob/item"

// volatile are the properties that a store assigns or computes by itself,
// wherever they are found, and why.
var volatile = map[item.Key]string{
	"0x0E05": "name of the folder that the item is in",                          // PidTagParentDisplay
	"0x0E08": "size on disk, computed",                                          // PidTagMessageSize
	"0x0E09": "entry id of the folder",                                          // PidTagParentEntryId
	"0x0E12": "stands for the recipient table",                                  // PidTagMessageRecipients
	"0x0E13": "stands for the attachment table",                                 // PidTagMessageAttachments
	"0x0E1B": "computed from the attachments",                                   // PidTagHasAttachments
	"0x0E20": "size of the attachment on disk, computed",                        // PidTagAttachSize
	"0x0E21": "number of the attachment, assigned by the store",                 // PidTagAttachNumber
	"0x0E30": "replication id, assigned by the store",                           // PidTagReplItemid
	"0x0E33": "replication change number, from the counters of the store",       // PidTagReplChangenum
	"0x0E34": "replication history, made of an id of the store",                 // PidTagReplVersionHistory
	"0x0E38": "replication state of the item in this store",                     // PidTagReplFlags
	"0x65E0": "identity on the server that the item is from",                    // PidTagSourceKey
	"0x65E1": "identity of the folder on the server that the item is from",      // PidTagParentSourceKey
	"0x65E2": "change number of the server; wrong as soon as anything changes",  // PidTagChangeKey
	"0x65E3": "change numbers of the server; wrong as soon as anything changes", // PidTagPredecessorChangeList
	"0x6748": "id of the folder on the server",                                  // PidTagFolderId
	"0x674A": "id of the item on the server",                                    // PidTagMid
	"0x674D": "id of a row on the server",                                       // PidTagInstID
	"0x674E": "number of a row on the server",                                   // PidTagInstanceNum
	"0x67A4": "change number of the server",                                     // PidTagChangeNumber
	"0x67F1": "node id in the store",                                            // PidTagLtpParentNid
	"0x67F2": "row id in a table of the store",                                  // PidTagLtpRowId
	"0x67F3": "row version in a table of the store",                             // PidTagLtpRowVer
}

// volatileOfMessage are those that are volatile on a message, but mean the
// person and not the store on a recipient.
var volatileOfMessage = map[item.Key]string{
	"0x0FF4": "rights of the reader of the moment",     // PidTagAccess
	"0x0FF5": "kind of a table row",                    // PidTagRowType
	"0x0FF6": "key of a table row",                     // PidTagInstanceKey
	"0x0FF7": "rights of the reader of the moment",     // PidTagAccessLevel
	"0x0FF8": "identity of the name map of the store",  // PidTagMappingSignature
	"0x0FF9": "identity of the item in the store",      // PidTagRecordKey
	"0x0FFA": "identity of the store",                  // PidTagStoreRecordKey
	"0x0FFB": "identity of the store",                  // PidTagStoreEntryId
	"0x0FFE": "kind of object, known from where it is", // PidTagObjectType
	"0x0FFF": "entry id of the item in the store",      // PidTagEntryId
}

// Volatile says whether the property belongs to the store and not to what a
// person wrote: it is assigned or computed anew wherever the item is kept, and
// differs between two copies of one item. [FromPST] drops these properties, so
// an item from a store has none; the answer holds for messages, recipients and
// attachments alike.
func Volatile(k item.Key) bool { return VolatileReason(k) != "" }

// VolatileReason says in a few words why the property is volatile, and is empty
// for one that is not.
func VolatileReason(k item.Key) string { return volatile[k] }

// scope is where in an item a property is.
type scope int

const (
	ofMessage scope = iota
	ofRecipient
	ofAttachment
)

func (s scope) volatile(k item.Key) bool {
	return volatile[k] != "" || s != ofRecipient && volatileOfMessage[k] != ""
}

// keyMessageFlags is PidTagMessageFlags, [MS-OXCMSG] 2.2.1.6. The bits that
// follow from other things are the store's: they are cleared in an item. All
// others, among them the read flag, are properties like any other.
const keyMessageFlags item.Key = "0x0E07"

const (
	flagHasAttach  = 0x10 // mfHasAttach: there is an attachment
	flagAssociated = 0x40 // mfFAI: the item is in the associated table
	computedFlags  = flagHasAttach | flagAssociated
)

// newestWins are the properties of which two differing versions are no conflict
// that a person would want to hear of, and why.
var newestWins = map[item.Key]string{
	"0x0071":          "conversation index, made anew by each program",           // PidTagConversationIndex
	keyMessageFlags:   "read state",                                              // PidTagMessageFlags
	"0x0E17":          "state of the row in the view of one person",              // PidTagMessageStatus
	"0x1080":          "icon, follows from the class and the state",              // PidTagIconIndex
	"0x1081":          "last command used on the item",                           // PidTagLastVerbExecuted
	"0x1082":          "when the last command was used",                          // PidTagLastVerbExecutionTime
	"0x1097":          "state of one session",                                    // PidTagItemTemporaryFlags
	item.KeyCreated:   "when the copy came to be",                                // PidTagCreationTime
	item.KeyModified:  "when the copy was changed",                               // PidTagLastModificationTime
	item.KeySearchKey: "random identity; both copies go on under one of the two", // PidTagSearchKey
	"0x3FF1":          "language of the program that saved it",                   // PidTagMessageLocaleId
	"0x3FF8":          "who made the copy",                                       // PidTagCreatorName
	"0x3FF9":          "who made the copy",                                       // PidTagCreatorEntryId
	"0x3FFA":          "who saved it last",                                       // PidTagLastModifierName
	"0x3FFB":          "who saved it last",                                       // PidTagLastModifierEntryId
	"0x3FFD":          "code page of the program that saved it",                  // PidTagMessageCodepage
	keyCommon(0x8510): "how the program treats the item",                         // PidLidSideEffects
	keyCommon(0x8560): "when the reminder is due again, moved by each snooze",    // PidLidReminderSignalTime
	keyCommon(0x8552): "build of the program that saved it",                      // PidLidCurrentVersion
	keyCommon(0x8554): "version of the program that saved it",                    // PidLidCurrentVersionName
	keyCommon(0x85BF): "stamp for the flag text",                                 // PidLidValidFlagStringProof
}

func keyCommon(lid uint32) item.Key { return item.NamedKey(psetidCommon, lid) }

// NewestWins says whether, when both sides changed the property and differ, the
// value of the side that was changed last is taken without calling it a
// conflict: nobody typed it.
func NewestWins(k item.Key) bool { return newestWins[k] != "" }

// sensitivityPrivate is the value of PidTagSensitivity for private items,
// [MS-OXCMSG] 2.2.1.13.
const sensitivityPrivate = 2

// PrivateItem says whether the item is marked private: by PidLidPrivate, or by
// its sensitivity. Confidential is not private: it is about who outside may see
// the item.
func PrivateItem(it *item.Item) bool {
	if marked, _ := it.Props.Bool(KeyPrivate); marked {
		return true
	}
	sensitivity, _ := it.Props.Int(item.KeySensitivity)
	return sensitivity == sensitivityPrivate
}
