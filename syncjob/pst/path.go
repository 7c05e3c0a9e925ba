package pst

import "strings"

// Paths name folders below the IPM subtree: names joined by '/'. Within a name
// a '/' is written %2F, and a '%' is written %25 where it would otherwise read
// as one of these two. Any other '%' stands for itself.

var (
	escapePath   = strings.NewReplacer("%2F", "%252F", "%2f", "%252f", "%25", "%2525", "/", "%2F")
	unescapePath = strings.NewReplacer("%2F", "/", "%2f", "/", "%25", "%")
)

// EscapeName makes a folder's name a part of a path.
func EscapeName(name string) string { return escapePath.Replace(name) }

// JoinPath makes the path of folder names, outermost first.
func JoinPath(names ...string) string {
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = EscapeName(n)
	}
	return strings.Join(parts, "/")
}

// SplitPath gives the folder names of a path. Empty parts are dropped, so a
// leading, trailing or doubled '/' does no harm; the empty path has no names.
func SplitPath(path string) []string {
	var names []string
	for part := range strings.SplitSeq(path, "/") {
		if part != "" {
			names = append(names, unescapePath.Replace(part))
		}
	}
	return names
}
