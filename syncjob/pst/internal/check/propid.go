package check

// Ids of the properties that rules speak of ([MS-OXPROPS]).
const (
	pidMessageClass                 = 0x001A
	pidSubject                      = 0x0037
	pidSentRepresentingName         = 0x0042
	pidConversationTopic            = 0x0070
	pidRecipientType                = 0x0C15
	pidDisplayBcc                   = 0x0E02
	pidDisplayCc                    = 0x0E03
	pidDisplayTo                    = 0x0E04
	pidMessageFlags                 = 0x0E07
	pidMessageSize                  = 0x0E08
	pidMessageStatus                = 0x0E17
	pidAttachSize                   = 0x0E20
	pidReplItemID                   = 0x0E30
	pidReplChangenum                = 0x0E33
	pidReplVersionHistory           = 0x0E34
	pidReplFlags                    = 0x0E38
	pidReplCopiedFromVersionHistory = 0x0E3C
	pidReplCopiedFromItemID         = 0x0E3D
	pidRecordKey                    = 0x0FF9
	pidItemTemporaryFlags           = 0x1097
	pidDisplayName                  = 0x3001
	pidCreated                      = 0x3007
	pidModified                     = 0x3008
	pidSearchKey                    = 0x300B
	pidConversationID               = 0x3013
	pidIPMSubtree                   = 0x35E0
	pidIPMWastebasket               = 0x35E3
	pidFinder                       = 0x35E7
	pidContentCount                 = 0x3602
	pidContentUnread                = 0x3603
	pidSubfolders                   = 0x360A
	pidFirstDefault                 = 0x36D0 // calendar
	pidLastDefault                  = 0x36D7 // drafts
	pidAttachMethod                 = 0x3705
	pidRenderingPlace               = 0x370B
	pidPSTHiddenCount               = 0x6635
	pidPSTHiddenUnread              = 0x6636
	pidLTPRowID                     = 0x67F2
	pidLTPRowVer                    = 0x67F3
)

// Bits of PidTagMessageFlags.
const (
	flagRead      = 0x01
	flagHasAttach = 0x10
)
