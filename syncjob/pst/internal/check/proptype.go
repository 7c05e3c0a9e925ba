package check

import "pstsyncd/syncjob/pst/internal/disk"

// Property types ([MS-OXCDATA] 2.11.1).
const (
	typeUnspecified  = 0x0000
	typeNull         = 0x0001
	typeInt16        = 0x0002
	typeInt32        = 0x0003
	typeFloat32      = 0x0004
	typeFloat64      = 0x0005
	typeCurrency     = 0x0006
	typeFloatingTime = 0x0007
	typeError        = 0x000A
	typeBoolean      = 0x000B
	typeObject       = 0x000D
	typeInt64        = 0x0014
	typeString8      = 0x001E
	typeUnicode      = 0x001F
	typeTime         = 0x0040
	typeGUID         = 0x0048
	typeServerID     = 0x00FB
	typeRestriction  = 0x00FD
	typeRuleAction   = 0x00FE
	typeBinary       = 0x0102
	typeMulti        = 0x1000
)

// inlineSize gives the bytes of a value kept in the record itself, 0 for others.
func inlineSize(typ uint16) int {
	switch typ {
	case typeBoolean:
		return 1
	case typeInt16:
		return 2
	case typeInt32, typeFloat32, typeError:
		return 4
	}
	return 0
}

// fixedSize gives the bytes of a value of a type of fixed size, 0 for others.
func fixedSize(typ uint16) int {
	switch typ {
	case typeFloat64, typeCurrency, typeFloatingTime, typeInt64, typeTime:
		return 8
	case typeGUID:
		return 16
	case typeObject:
		return disk.PCObjectSize
	}
	return inlineSize(typ)
}

// checkType checks that the type of a property or a column is one that a store holds
// (rule 33).
func (h *heap) checkType(what string, tag uint32) {
	if !knownType(uint16(tag)) {
		h.c.warnf("value-type", "2.1.2", h.n.where, "%s %#08x: type %#04x is unknown", what, tag, uint16(tag))
	}
}

// knownType tells whether a type is in [MS-OXCDATA] 2.11.1. Those without a value,
// and those of rules and of servers, have no multiple values.
func knownType(typ uint16) bool {
	switch base := typ &^ typeMulti; base {
	case typeUnspecified, typeNull, typeError, typeBoolean, typeObject, typeServerID, typeRestriction, typeRuleAction:
		return base == typ
	case typeString8, typeUnicode, typeBinary:
		return true
	default:
		return fixedSize(base) > 0
	}
}
