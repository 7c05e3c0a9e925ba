package lockmgr

// OfficeHolder reads who took the office lock of store last and has not given it up. After a kill that process may be
// gone.
func OfficeHolder(store string) (Holder, bool) {
	h := readHolder(officePath(store))
	return h, h != Holder{}
}
