package mapi

import (
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
)

// Property sets, [MS-OXPROPS] 1.3.2.
var (
	psetidAddress     = item.MustGUID("{00062004-0000-0000-c000-000000000046}")
	psetidAppointment = item.MustGUID("{00062002-0000-0000-c000-000000000046}")
	psetidCommon      = item.MustGUID("{00062008-0000-0000-c000-000000000046}")
	psetidMeeting     = item.MustGUID("{6ed8da90-450b-101b-98da-00aa003f1305}")
	psetidTask        = item.MustGUID("{00062003-0000-0000-c000-000000000046}")
)

// UnnamedSet is the property set in which properties are kept that their store
// has no name for. The number is the property id they had there.
var UnnamedSet = pst.UnnamedSet

// Keys of named properties that pairing and the treatment of items depend on.
var (
	KeyEmail1         = item.NamedKey(psetidAddress, 0x8083)     // PidLidEmail1EmailAddress
	KeyFileUnder      = item.NamedKey(psetidAddress, 0x8005)     // PidLidFileUnder
	KeyStart          = item.NamedKey(psetidAppointment, 0x820D) // PidLidAppointmentStartWhole
	KeyEnd            = item.NamedKey(psetidAppointment, 0x820E) // PidLidAppointmentEndWhole
	KeyLocation       = item.NamedKey(psetidAppointment, 0x8208) // PidLidLocation
	KeyRecurrence     = item.NamedKey(psetidAppointment, 0x8216) // PidLidAppointmentRecur
	KeyTaskRecurrence = item.NamedKey(psetidTask, 0x8116)        // PidLidTaskRecurrence
	KeyPrivate        = item.NamedKey(psetidCommon, 0x8506)      // PidLidPrivate
	KeyGlobalObjectID = item.NamedKey(psetidMeeting, 0x0003)     // PidLidGlobalObjectId
	KeyCleanGlobalID  = item.NamedKey(psetidMeeting, 0x0023)     // PidLidCleanGlobalObjectId
)

// propertySets are the sets by the names that names.csv uses: those of
// [MS-OXPROPS] without the prefix PSETID_.
var propertySets = map[string][16]byte{
	"Address":              psetidAddress,
	"Appointment":          psetidAppointment,
	"Attachment":           item.MustGUID("{96357f7f-59e1-47d0-99a7-46515c183b54}"),
	"CalendarAssistant":    item.MustGUID("{11000e07-b51b-40d6-af21-caa85edab1d0}"),
	"Common":               psetidCommon,
	"Log":                  item.MustGUID("{0006200a-0000-0000-c000-000000000046}"),
	"Meeting":              psetidMeeting,
	"Note":                 item.MustGUID("{0006200e-0000-0000-c000-000000000046}"),
	"PostRss":              item.MustGUID("{00062041-0000-0000-c000-000000000046}"),
	"PS_INTERNET_HEADERS":  item.MustGUID("{00020386-0000-0000-c000-000000000046}"),
	"PS_Internal":          item.MustGUID("{c1843281-8505-d011-b290-00aa003cf676}"),
	"PS_PUBLIC_STRINGS":    item.MustGUID("{00020329-0000-0000-c000-000000000046}"),
	"Sharing":              item.MustGUID("{00062040-0000-0000-c000-000000000046}"),
	"Task":                 psetidTask,
	"UnifiedMessaging":     item.MustGUID("{4442858e-a9e3-4e80-b900-317a210cc15b}"),
	"XmlExtractedEntities": item.MustGUID("{23239608-685d-4732-9c55-4c95cb4e8e33}"),
}
